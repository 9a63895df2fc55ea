import { inheritsFrom, withParents } from './inherit.ts'
import { exceedsLimits } from './limits.ts'
import type { Operands } from './operands/index.ts'
import type { Problem } from './report.ts'
import { planRule, type RulePlan } from './rule.ts'
import { quote } from './sentences.ts'
import type { Facts, Policy } from './types.ts'
import { idOf, isObject, listOf, nameOf, ODRL } from './vocabulary.ts'

/** How contradictions are settled (ODRL 2.2, 2.9). */
export type Strategy = 'perm' | 'prohibit' | 'invalid'

/** A policy made ready: understood once, and then asked of many requests. */
export interface Plan {
  readonly id: string | undefined
  /** What makes it void. */
  readonly problems: readonly Problem[]
  readonly strategy: Strategy
  readonly prohibitions: readonly RulePlan[]
  readonly permissions: readonly RulePlan[]
  readonly obligations: readonly RulePlan[]
}

const plans = new WeakMap<Operands, WeakMap<object, Plan>>()

/** The plan of a policy. Kept as long as the policy object is, which must not be changed; one that inherits is made ready anew each time. */
export function planOf(policy: Policy, operands: Operands, facts: Facts): Plan {
  if (!isObject(policy)) return voided({}, [problem('malformed', '', 'a policy must be an object')])
  const kept = plans.get(operands) ?? begin(operands)
  const known = kept.get(policy)
  if (known) return known
  const tooMuch = exceedsLimits(policy)
  if (tooMuch) return keep(kept, policy, voided(policy, [tooMuch]))
  if (inheritsFrom(policy).length === 0) return keep(kept, policy, makePlan(policy, operands))
  const whole = withParents(policy, facts.policies)
  return whole.problem ? voided(policy, [whole.problem]) : makePlan(whole.policy, operands)
}

function begin(operands: Operands): WeakMap<object, Plan> {
  const kept = new WeakMap<object, Plan>()
  plans.set(operands, kept)
  return kept
}

function keep(kept: WeakMap<object, Plan>, policy: Policy, plan: Plan): Plan {
  kept.set(policy, plan)
  return plan
}

/** The plan of a policy that permits nothing, whatever is asked. */
export const voided = (policy: object, problems: readonly Problem[]): Plan => ({
  id: idOf(policy),
  problems,
  strategy: 'invalid',
  prohibitions: [],
  permissions: [],
  obligations: [],
})

function makePlan(policy: Policy, operands: Operands): Plan {
  const [target, ...more] = listOf(policy, 'target').map(nameOf)
  const shared = { policy, target: more.length === 0 ? target : undefined, operands }
  const problems: Problem[] = [...wholePolicy(policy)]
  const plan = (term: 'permission' | 'prohibition' | 'obligation') =>
    listOf(policy, term).flatMap((rule, index) => {
      const path = `/${term}/${index}`
      const planned = planRule(rule, term, path, shared)
      if (!planned) problems.push({ code: 'malformed', path, message: `the ${term} ${quote(rule)} is not an object` })
      return planned ?? []
    })
  const [prohibitions, permissions, obligations] = [plan('prohibition'), plan('permission'), plan('obligation')]
  return { id: idOf(policy), problems, strategy: strategyOf(policy), prohibitions, permissions, obligations }
}

/** The profiles whose words are understood here: ODRL's own, and that of the Dataspace Protocol. */
const profiles: ReadonlySet<string> = new Set([
  'core',
  `${ODRL}core`,
  'https://w3id.org/dspace/2025/1/odrl-profile',
  'https://w3id.org/dspace/2025/1/odrl-profile.jsonld',
  'urn:kontor:profile',
])

/** What makes a whole policy void: words that must be understood and are not. */
function wholePolicy(policy: Policy): readonly Problem[] {
  const foreign = listOf(policy, 'profile')
    .map(nameOf)
    .filter(name => name === undefined || !profiles.has(name))
  const strategies = listOf(policy, 'conflict')
    .map(nameOf)
    .filter(name => !isStrategy(name))
  return [
    ...foreign.map(name => problem('unknown-profile', '/profile', `the profile ${quote(name)} is not understood here`)),
    ...strategies.map(name =>
      problem('unknown-conflict', '/conflict', `the conflict strategy ${quote(name)} is not known here`),
    ),
    ...REPLACED.filter(term => listOf(policy, term).length > 0).map(term =>
      problem('replaced', `/${term}`, 'the policy has been replaced by another'),
    ),
  ]
}

const REPLACED = ['dct:isReplacedBy', 'dc:isReplacedBy', 'http://purl.org/dc/terms/isReplacedBy']

const problem = (code: Problem['code'], path: string, message: string): Problem => ({ code, path, message })

const isStrategy = (name: string | undefined): name is Strategy =>
  name === 'perm' || name === 'prohibit' || name === 'invalid'

/** Several strategies, as after inheriting, are none: contradictions make the policy void. */
function strategyOf(policy: Policy): Strategy {
  const given = new Set(listOf(policy, 'conflict').map(nameOf))
  const [only] = given
  return given.size === 1 && isStrategy(only) ? only : 'invalid'
}
