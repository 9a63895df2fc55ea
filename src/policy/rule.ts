import { actionName } from './actions.ts'
import { type Check, outcomeOf, planConstraints } from './constraint.ts'
import { type Match, namedUnder, planAction, planParty, planTarget } from './match.ts'
import type { Operands } from './operands/index.ts'
import type { PremiseReport, RuleKind } from './report.ts'
import type { Facts } from './types.ts'
import { idOf, isObject, listOf } from './vocabulary.ts'

/** A rule made ready. */
export interface RulePlan {
  readonly kind: RuleKind
  readonly id: string | undefined
  /** JSON pointer into the policy. */
  readonly path: string
  /** The names of its actions; empty for a rule about whatever is done. */
  readonly actions: readonly string[]
  readonly refinements: readonly Check[]
  readonly targets: readonly string[]
  readonly assignees: readonly string[]
  readonly matches: readonly Match[]
  readonly constraints: readonly Check[]
  readonly duties: readonly RulePlan[]
}

/** What hangs on each kind of rule: duties before a permission, remedies of a prohibition, consequences of a duty. */
const hanging: Readonly<Record<RuleKind, readonly [term: string, kind: RuleKind] | undefined>> = {
  permission: ['duty', 'duty'],
  prohibition: ['remedy', 'remedy'],
  obligation: ['consequence', 'consequence'],
  duty: ['consequence', 'consequence'],
  remedy: undefined,
  consequence: undefined,
}

/** What a policy says for all its rules (ODRL 2.2, 2.7.1): it holds where a rule does not say the same itself. */
export interface Shared {
  readonly policy: object
  /** The one target of the policy itself. */
  readonly target: string | undefined
  readonly operands: Operands
}

/** Makes a rule of a policy ready; undefined if it is no object. */
export function planRule(rule: unknown, kind: RuleKind, path: string, shared: Shared): RulePlan | undefined {
  if (!isObject(rule)) return undefined
  const { operands } = shared
  const under = (term: string) =>
    namedUnder(listOf(rule, term).length > 0 || !inherits(kind) ? rule : shared.policy, term, operands)
  const [parties, targets, named] = [under('assignee'), under('target'), under('action')]
  const actions = named.map(one => ({ ...one, names: one.names.map(actionName) }))
  return {
    kind,
    id: idOf(rule),
    path,
    actions: actions.map(({ names: [name = ''] }) => name),
    refinements: actions.flatMap(({ refinements }) => refinements),
    targets: targets.flatMap(({ names }) => names),
    assignees: parties.flatMap(({ names }) => names),
    matches: [
      ...(targets.length > 0 ? [planTarget(targets, shared.target)] : []),
      ...(parties.length > 0 ? [planParty(parties)] : []),
      ...(actions.length > 0 ? [planAction(actions, kind === 'prohibition')] : []),
    ],
    constraints: planConstraints(listOf(rule, 'constraint'), operands),
    duties: planHanging(rule, kind, path, shared),
  }
}

/** A duty of a permission has an action of its own, or none. */
const inherits = (kind: RuleKind): boolean => kind === 'permission' || kind === 'prohibition' || kind === 'obligation'

function planHanging(rule: object, kind: RuleKind, path: string, shared: Shared): readonly RulePlan[] {
  const [term, hung] = hanging[kind] ?? []
  if (term === undefined || hung === undefined) return []
  return listOf(rule, term).map(
    (each, index) =>
      planRule(each, hung, `${path}/${term}/${index}`, shared) ?? unclear(hung, `${path}/${term}/${index}`),
  )
}

/** Something that should be a duty and is none: nobody can fulfil it. */
const unclear = (kind: RuleKind, path: string): RulePlan => ({
  kind,
  id: undefined,
  path,
  actions: [''],
  refinements: [],
  targets: [],
  assignees: [],
  matches: [],
  constraints: planConstraints([undefined], noOperands),
  duties: [],
})

const noOperands: Operands = { rows: [], find: () => undefined }

/** The premises of a permission or a prohibition, and what they come to. */
export function judgePremises({ kind, actions, matches, constraints }: RulePlan, facts: Facts) {
  const premises: PremiseReport[] = []
  for (const match of matches) premises.push(match(facts))
  for (const check of constraints) premises.push(check(facts))
  if (kind === 'permission' && actions.length === 0 && facts.stage !== undefined) premises.push(noAction(facts))
  return { premises, outcome: outcomeOf(premises) }
}

/**
 * A rule must name an action (ODRL 2.2, 2.6). One that does not is about whatever is done, as the formal semantics read
 * it; but a connector lets nobody in by a permission that may have lost its action on the way.
 */
const noAction = ({ action }: Facts): PremiseReport => ({
  kind: 'action',
  wanted: [],
  found: actionName(action),
  parts: [],
  outcome: 'undetermined',
  why: { code: 'unknown-action' },
})
