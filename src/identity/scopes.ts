import type { PolicyScopes } from '../config/types.ts'
import { needsOf, operandName, type Policy } from '../policy/index.ts'
import { scopeOfType } from './credentials/scopes.ts'

/** The scopes that policies ask for, beyond those that everybody is asked for. */
export type ScopesOf = (policies: readonly Policy[]) => readonly string[]

/** More than real policies ask for; peers' policies may be anything. */
const most = { scopes: 50, characters: 256 }

/**
 * Maps the left operands that occur in policies, wherever they stand, to scopes: by the types of credentials they are found in, unless
 * `given` has another answer for the operand. Both name it in any of its spellings.
 */
export function createScopesOf(given: readonly PolicyScopes[]): ScopesOf {
  const own = new Map(given.map(({ operand, scopes }) => [operandName(operand), scopes]))
  return policies => {
    const needs = policies.flatMap(policy => needsOf(policy))
    const scopes = needs.flatMap(({ operand, credentialTypes }) => own.get(operand) ?? credentialTypes.map(scopeOfType))
    return [...new Set(scopes)].filter(({ length }) => length <= most.characters).slice(0, most.scopes)
  }
}
