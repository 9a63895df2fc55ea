import type { Policy } from './types.ts'
import { listOf, termOf } from './vocabulary.ts'

/** Under these a policy has its rules. */
export const RULES: ReadonlySet<string> = new Set(['permission', 'prohibition', 'obligation'])

/**
 * The same policy as the schemas of DSP 2025-1 want it: without permission and prohibition it permits `use`, which is to
 * be said; empty lists of rules are left out; a right operand that is a number or a boolean stands in a value object.
 *
 *     spellOut({ permission: [] }) // { permission: [{ action: 'use' }] }
 */
export function spellOut(policy: Policy): Policy {
  const told = Object.entries(policy).filter(([key, value]) => !(RULES.has(termOf(key)) && isEmpty(value)))
  const spelled: Policy = Object.fromEntries(told.map(([key, value]) => [key, wrapNumbers(key, value)]))
  const silent = listOf(spelled, 'permission').length + listOf(spelled, 'prohibition').length === 0
  return silent ? { ...spelled, permission: [{ action: 'use' }] } : spelled
}

function wrapNumbers(key: string, value: unknown): unknown {
  if (Array.isArray(value)) return value.map(item => wrapNumbers(key, item))
  if (typeof value === 'object' && value !== null) return wrapWithin(value)
  const bare = typeof value === 'number' || typeof value === 'boolean'
  return bare && termOf(key) === 'rightOperand' ? { '@value': value } : value
}

const wrapWithin = (object: object): object =>
  Object.fromEntries(Object.entries(object).map(([key, value]) => [key, wrapNumbers(key, value)]))

const isEmpty = (value: unknown): boolean =>
  value === undefined || value === null || (Array.isArray(value) && value.length === 0)
