import type { Problem } from './report.ts'

/**
 * What a policy may be at most. Real ones have a handful of rules; these leave room and keep judging one within milliseconds.
 * `depth` counts nested lists and objects; `values` all of them together; `parents` those that it inherits from, all generations.
 */
export const policyLimits = { rules: 500, values: 20_000, depth: 40, characters: 1_000_000, parents: 20 } as const

const RULE_LISTS = /(?:^|[/:])(?:permission|prohibition|obligation|duty|remedy|consequence)$/

/** Whether a policy goes beyond the limits: the first of them, as a problem. Never recurses, so that no depth can hurt. */
export function exceedsLimits(policy: unknown): Problem | undefined {
  const open: [value: unknown, depth: number][] = [[policy, 0]]
  let [values, characters, rules] = [0, 0, 0]
  for (let next = open.pop(); next; next = open.pop()) {
    const [value, depth] = next
    values++
    if (typeof value === 'string') characters += value.length
    else if (typeof value === 'object' && value !== null) {
      for (const [key, inner] of Object.entries(value)) {
        characters += key.length
        if (RULE_LISTS.test(key)) rules += Array.isArray(inner) ? inner.length : 1
        open.push([inner, depth + 1])
      }
    }
    const passed = firstPassed({ rules, values: values + open.length, depth, characters })
    if (passed) return tooLarge(passed)
  }
  return undefined
}

type Counted = Omit<Record<keyof typeof policyLimits, number>, 'parents'>

const firstPassed = (counted: Counted): keyof Counted | undefined =>
  (['depth', 'rules', 'values', 'characters'] as const).find(name => counted[name] > policyLimits[name])

const words = {
  rules: 'rules',
  values: 'values',
  depth: 'levels of nesting',
  characters: 'characters',
  parents: 'parents',
}

/** The problem of a policy that has more of something than it may. */
export const tooLarge = (what: keyof typeof policyLimits): Problem => ({
  code: 'too-large',
  path: '',
  message: `the policy has more than the ${policyLimits[what]} ${words[what]} allowed`,
})
