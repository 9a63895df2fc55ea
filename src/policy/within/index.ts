import { spellOut } from '../spell-out.ts'
import { canonicalRule, sameTerms, termsOf } from '../terms.ts'
import type { Policy } from '../types.ts'
import { isObject, listOf, termOf } from '../vocabulary.ts'
import { followsFrom } from './constraint.ts'

/** What comparing a policy with bounds comes to. */
export interface Containment {
  readonly within: boolean
  /** What goes beyond the bounds, or cannot be compared with them; empty if it is within. */
  readonly beyond: readonly string[]
}

/**
 * Whether an offer stays within bounds: whatever it permits, whomever and whenever, the bounds permit, too; and it is bound
 * by the same prohibitions, duties and obligations. Each permission must be one of the bounds', with the same conditions or
 * narrower ones. What cannot be compared is not within: the answer may be too strict, never too lax.
 *
 *     within(thirtyDays, ninetyDaysInTheEU) // { within: false, beyond: ['permission 1 is wider than …'] }
 *
 * Turned round it answers a consumer: whether an offer gives at least what we need, and demands no more. `name` is what
 * sentences call the second of the two.
 */
export function within(offer: Policy, bounds: Policy, name = 'the bounds'): Containment {
  if (JSON.stringify(offer).length > LONGEST) return { within: false, beyond: ['it is too long to be compared'] }
  const [narrow, wide] = [spellOut(termsOf(offer)), spellOut(termsOf(bounds))]
  const beyond = [
    ...permissionsBeyond(narrow, wide, name),
    ...listOf(wide, 'prohibition').flatMap((rule, at) =>
      stands('prohibition', rule, narrow) ? [] : [`the prohibition ${at + 1} of ${name} is missing`],
    ),
    ...(sameObligations(narrow, wide) ? [] : [`the obligations are not those of ${name}`]),
    ...(sameTerms(rest(narrow), rest(wide)) ? [] : [`it says more than ${name}, or less, besides its rules`]),
    ...(settlesStrictly(narrow) ? [] : ['permissions may outweigh prohibitions in it']),
  ]
  return { within: beyond.length === 0, beyond }
}

/** Nobody writes so much into a counter-offer, in characters; comparing takes time for every pair of conditions. */
const LONGEST = 20_000

/** A policy without permissions permits everything, or nothing: neither is an offer to be taken without thought. */
function permissionsBeyond(narrow: Policy, wide: Policy, name: string): readonly string[] {
  const permissions = listOf(narrow, 'permission')
  if (permissions.length === 0) return ['it names no permission']
  const allowed = listOf(wide, 'permission')
  return permissions.flatMap((rule, at) =>
    allowed.some(other => isNarrower(rule, other))
      ? []
      : [`permission ${at + 1} is wider than any of ${name}, or cannot be compared`],
  )
}

/** Properties of a rule that may be added to narrow it down. */
const NARROWING = new Set(['assignee', 'target', 'constraint'])
const NAMES = new Set(['@id', '@type', 'uid'])

function isNarrower(rule: unknown, bound: unknown): boolean {
  if (!isObject(rule) || !isObject(bound)) return false
  const terms = new Set([...Object.keys(rule), ...Object.keys(bound)].map(termOf))
  return [...terms].every(term => {
    if (NAMES.has(term)) return true
    if (term === 'constraint') return listOf(bound, term).every(wanted => followsFrom(listOf(rule, term), wanted))
    if (NARROWING.has(term) && listOf(bound, term).length === 0) return true
    return canonicalRule(term, ...listOf(rule, term)) === canonicalRule(term, ...listOf(bound, term))
  })
}

const stands = (term: string, rule: unknown, policy: Policy): boolean =>
  listOf(policy, term).some(other => canonicalRule(term, other) === canonicalRule(term, rule))

const sameObligations = (narrow: Policy, wide: Policy): boolean =>
  canonicalRule('obligation', ...listOf(narrow, 'obligation')) ===
  canonicalRule('obligation', ...listOf(wide, 'obligation'))

const RULES = new Set(['permission', 'prohibition', 'obligation'])

/** What a policy says besides its rules: its profile, its strategy, what extensions add. */
const rest = (policy: Policy): Policy =>
  Object.fromEntries(Object.entries(policy).filter(([key]) => !RULES.has(termOf(key))))

const settlesStrictly = (policy: Policy): boolean => !listOf(policy, 'conflict').some(each => !isStrict(each))
const isStrict = (strategy: unknown): boolean => strategy === 'prohibit' || strategy === 'invalid'
