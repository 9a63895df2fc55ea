import type { PolicyScopes } from '../config/types.ts'
import type { Policy } from '../policy/index.ts'

/** The scopes that policies ask for, beyond those that everybody is asked for. */
export type ScopesOf = (policies: readonly Policy[]) => readonly string[]

/** Maps the left operands that occur in policies, wherever they stand, to scopes; operands are named as the policies name them. */
export function createScopesOf(given: readonly PolicyScopes[]): ScopesOf {
  const known = new Map(given.map(({ operand, scopes }) => [operand, scopes]))
  return policies =>
    known.size === 0 ? [] : [...new Set(operandsIn(policies).flatMap(operand => known.get(operand) ?? []))]
}

function operandsIn(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return []
  const own: unknown = Reflect.get(value, 'leftOperand')
  return [...(typeof own === 'string' ? [own] : []), ...Object.values(value).flatMap(operandsIn)]
}
