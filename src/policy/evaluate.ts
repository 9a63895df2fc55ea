import { actionName } from './actions.ts'
import { deonticState } from './deontic.ts'
import { findPerformance, judgeDuty } from './duty.ts'
import { reasonsFor } from './explain/index.ts'
import { builtInOperands, type Operands } from './operands/index.ts'
import { type Plan, planOf, type Strategy, voided } from './plan.ts'
import type { Report, RuleReport } from './report.ts'
import { judgePremises, type RulePlan } from './rule.ts'
import type { Facts, Policy, PolicyRequest, PolicyState } from './types.ts'

/**
 * Whether a policy permits what is asked, and why: one permission for the action must hold, its duties fulfilled, and no prohibition of
 * it. Where both hold, the policy's conflict strategy settles it; by default (`invalid`) the policy is void. A policy
 * with neither permits everything, as the EDC's unrestricted policy does. What cannot be judged never opens a door: not
 * in a permission, not in a prohibition. Obligations are judged and reported; they are for the time after.
 *
 *     evaluate(
 *       { permission: [{ action: 'use', constraint: [{ leftOperand: 'recipient', operator: 'eq', rightOperand: 'did:web:a' }] }] },
 *       { action: 'use', participant: { id: 'did:web:a', claims: {} } },
 *       { now: new Date() },
 *     ).permitted // true
 *
 * Never throws. The policy object is understood once and must not be changed afterwards.
 */
export function evaluate(
  policy: Policy,
  request: PolicyRequest,
  state: PolicyState,
  operands: Operands = builtInOperands,
): Report {
  const facts = factsOf(request, state)
  const plan = Number.isNaN(state.now.getTime()) ? timeless : planOf(policy, operands, facts)
  const permissions = plan.permissions.map(rule => judgePermission(rule, facts))
  const prohibitions = plan.prohibitions.map(rule => judgeProhibition(rule, facts))
  const obligations = plan.obligations.map(rule => judgeDuty(rule, facts))
  const decision = plan.problems.length > 0 ? voidDecision : decide(permissions, prohibitions, plan.strategy, facts)
  const { permitted, conflict } = decision
  const rules = prohibitions.concat(permissions, obligations)
  const judged = { permitted, conflict, action: actionName(request.action), problems: plan.problems, rules }
  return new LazyReport(judged, plan, facts, operands)
}

const voidDecision: Decision = { permitted: false, conflict: undefined }

/** Copied property by property: to spread both would take as long as to judge five constraints. */
function factsOf({ id, rule, action, participant, target, stage, context }: PolicyRequest, state: PolicyState): Facts {
  return { ...state, id, rule, action, participant, target, stage, context }
}

const timeless = voided({}, [{ code: 'malformed', path: '', message: 'nobody knows what time it is' }])

type Judged = Pick<Report, 'permitted' | 'conflict' | 'action' | 'problems' | 'rules'>

/**
 * Sentences take longer than judging, and most decisions are asked for none: they are made when somebody reads them. A class,
 * since a getter of each report's own would make a hidden class of each, which keeps the report alive until the next full
 * collection: that took more than half of the time.
 */
class LazyReport implements Report {
  readonly permitted: boolean
  readonly policy: string | undefined
  readonly request: string | undefined
  readonly ruleRequest: string | undefined
  readonly created: Date
  readonly action: string
  readonly conflict: Report['conflict']
  readonly problems: Report['problems']
  readonly rules: Report['rules']
  readonly #operands: Operands
  #reasons: readonly string[] | undefined

  constructor({ permitted, conflict, action, problems, rules }: Judged, plan: Plan, facts: Facts, operands: Operands) {
    this.permitted = permitted
    this.policy = plan.id
    this.request = facts.id
    this.ruleRequest = facts.rule
    this.created = facts.now
    this.action = action
    this.conflict = conflict
    this.problems = problems
    this.rules = rules
    this.#operands = operands
  }

  get reasons(): readonly string[] {
    this.#reasons ??= reasonsFor(this, this.#operands)
    return this.#reasons
  }

  /** As JSON a report has its reasons like everything else. */
  toJSON(): object {
    return { ...this, reasons: this.reasons }
  }
}

type Decision = Pick<Report, 'permitted' | 'conflict'>

function decide(
  permissions: readonly RuleReport[],
  prohibitions: readonly RuleReport[],
  strategy: Strategy,
  facts: Facts,
): Decision {
  const granted = permissions.some(rule => grants(rule, facts))
  const forbidden = prohibitions.some(forbids)
  if (granted && forbidden) return { permitted: strategy === 'perm', conflict: strategy }
  return { permitted: !forbidden && (granted || permissions.length + prohibitions.length === 0), conflict: undefined }
}

/** What is deferred is looked at again at a later stage, so it stands in nobody's way now. */
const isOpen = ({ outcome }: RuleReport): boolean => outcome === 'satisfied' || outcome === 'deferred'

/** A duty is a pre-condition (ODRL 2.2, 2.6.3) of the use, not of the contract about it. */
export function grants(rule: RuleReport, { stage }: Pick<Facts, 'stage'>): boolean {
  if (!isOpen(rule)) return false
  if (stage === 'catalog' || stage === 'negotiation') return rule.duties.every(({ deontic }) => deontic !== 'Violated')
  return rule.duties.every(isDone)
}

/** A duty that is not in effect need not be done; one of which that cannot be told must be. */
const isDone = ({ deontic, outcome }: RuleReport): boolean => deontic === 'Fulfilled' || outcome === 'unsatisfied'

/** A prohibition stands unless it is known not to hold. */
export const forbids = ({ outcome }: RuleReport): boolean => outcome === 'satisfied' || outcome === 'undetermined'

function judgePermission(plan: RulePlan, facts: Facts): RuleReport {
  const { premises, outcome } = judgePremises(plan, facts)
  const duties = plan.duties.map(duty => judgeDuty(duty, facts))
  const held =
    (outcome === 'satisfied' || outcome === 'deferred') && duties.every(({ deontic }) => deontic !== 'Violated')
  return report(plan, facts, { premises, outcome, duties, activation: held ? 'Active' : 'Inactive' })
}

function judgeProhibition(plan: RulePlan, facts: Facts): RuleReport {
  const { premises, outcome } = judgePremises(plan, facts)
  const activation = outcome === 'satisfied' ? 'Active' : 'Inactive'
  const broken = plan.duties.length > 0 && wasBroken(plan, facts)
  const duties = plan.duties.map(remedy => judgeDuty(remedy, facts, broken))
  return report(plan, facts, { premises, outcome, duties, activation })
}

/** Whether it held when what it forbids was done. */
function wasBroken(plan: RulePlan, facts: Facts): boolean {
  const performance = findPerformance(plan, facts)
  if (performance?.state !== 'Performed') return false
  return judgePremises(plan, performance.at ? { ...facts, now: performance.at } : facts).outcome === 'satisfied'
}

type JudgedRule = Pick<RuleReport, 'premises' | 'outcome' | 'duties' | 'activation'>

function report(plan: RulePlan, facts: Facts, judged: JudgedRule): RuleReport {
  const { activation, outcome, premises, duties } = judged
  const performance = (facts.performances && findPerformance(plan, facts)?.state) ?? 'Unknown'
  return {
    kind: plan.kind,
    id: plan.id,
    path: plan.path,
    action: plan.actions[0] ?? '',
    attempt: 'Attempted',
    activation,
    performance,
    deontic: deonticOf(plan, judged, performance),
    outcome,
    premises,
    duties,
  }
}

/** A prohibition that was broken is no longer so once all its remedies are done (ODRL 2.2, 2.6.2). */
function deonticOf({ kind }: RulePlan, { activation, duties }: JudgedRule, performance: RuleReport['performance']) {
  const state = deonticState(kind, activation, performance)
  const mended = kind === 'prohibition' && duties.length > 0 && duties.every(({ deontic }) => deontic === 'Fulfilled')
  return state === 'Violated' && mended ? 'Fulfilled' : state
}
