import { exceedsLimits } from './limits.ts'
import { builtInOperands, type Operands } from './operands/index.ts'
import type { Policy } from './types.ts'
import { isObject, listOf, nameOf } from './vocabulary.ts'
import { constraintsOf } from './walk.ts'

/**
 * The types of credentials that a policy looks into: what a peer has to be asked for, and no more. Each once, sorted.
 *
 *     credentialTypesOf({ permission: [{ action: 'use', constraint: [{ leftOperand: 'Membership', operator: 'eq', rightOperand: 'active' }] }] })
 *     // ['MembershipCredential']
 */
export function credentialTypesOf(policy: Policy, operands: Operands = builtInOperands): readonly string[] {
  if (!isObject(policy) || exceedsLimits(policy)) return []
  const names = constraintsOf(policy).flatMap(({ node }) =>
    isObject(node) ? listOf(node, 'leftOperand').map(nameOf) : [],
  )
  const types = names.flatMap(name => (name === undefined ? [] : (operands.find(name)?.credentialTypes ?? [])))
  return [...new Set(types)].sort()
}
