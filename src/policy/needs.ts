import { exceedsLimits } from './limits.ts'
import { builtInOperands, type Operands } from './operands/index.ts'
import type { Policy } from './types.ts'
import { isObject, listOf, nameOf, termOf } from './vocabulary.ts'
import { constraintsOf } from './walk.ts'

/** A left operand that a policy asks for, by its one name (`operandName`), and the types of credentials it is found in. */
export interface Need {
  readonly operand: string
  readonly credentialTypes: readonly string[]
}

/** The one name of a left operand, whichever of its names is given; an unknown one keeps its own. */
export const operandName = (name: string, operands: Operands = builtInOperands): string =>
  operands.find(name)?.iri ?? termOf(name)

/** The left operands of a policy, wherever they stand; those of one that is beyond the limits are not looked at. */
export function needsOf(policy: Policy, operands: Operands = builtInOperands): readonly Need[] {
  if (!isObject(policy) || exceedsLimits(policy)) return []
  const names = constraintsOf(policy).flatMap(({ node }) =>
    isObject(node) ? listOf(node, 'leftOperand').map(nameOf) : [],
  )
  return [...new Set(names)].flatMap(name => {
    if (name === undefined) return []
    const known = operands.find(name)
    return [{ operand: known?.iri ?? termOf(name), credentialTypes: known?.credentialTypes ?? [] }]
  })
}

/**
 * The types of credentials that a policy looks into: what a peer has to be asked for, and no more. Each once, sorted.
 *
 *     credentialTypesOf({ permission: [{ action: 'use', constraint: [{ leftOperand: 'Membership', operator: 'eq', rightOperand: 'active' }] }] })
 *     // ['MembershipCredential']
 */
export function credentialTypesOf(policy: Policy, operands: Operands = builtInOperands): readonly string[] {
  const types = needsOf(policy, operands).flatMap(({ credentialTypes }) => credentialTypes)
  return [...new Set(types)].sort()
}
