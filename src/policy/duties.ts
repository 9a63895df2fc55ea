import type { Policy } from './types.ts'
import { idOf, isObject, listOf } from './vocabulary.ts'

/** Whether a policy makes anything anybody's duty: an obligation, a permission's duty, a prohibition's remedy. */
export const hasDuties = (policy: Policy): boolean =>
  listOf(policy, 'obligation').length > 0 ||
  hangs(policy, 'permission', 'duty') ||
  hangs(policy, 'prohibition', 'remedy')

const hangs = (policy: Policy, rules: string, term: string): boolean =>
  listOf(policy, rules).some(rule => isObject(rule) && listOf(rule, term).length > 0)

/** The rule that a report's path (a JSON pointer) leads to; undefined if it leads nowhere. */
export const ruleAt = (policy: Policy, path: string): unknown =>
  path
    .split('/')
    .slice(1)
    .reduce<unknown>((node, key) => {
      if (Array.isArray(node)) return node[Number(key)]
      return isObject(node) ? listOf(node, key) : undefined
    }, policy)

/** What the performance of a rule is told by: the rule's own name, or its place. */
export const ruleName = (rule: unknown, path: string): string => (isObject(rule) && idOf(rule)) || path
