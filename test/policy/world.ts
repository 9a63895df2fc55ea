import { evaluate } from '../../src/policy/evaluate.ts'
import type { Operands } from '../../src/policy/operands/index.ts'
import type { Report } from '../../src/policy/report.ts'
import type { Policy, PolicyCredential, PolicyRequest, PolicyState } from '../../src/policy/types.ts'

/** The tests of the engine ask on the 15th of June 2026 at noon. */
const now = new Date('2026-06-15T12:00:00Z')

/** Judges a policy in whatever dress. */
export function judge(
  policy: object,
  request: Partial<PolicyRequest> = {},
  state: Partial<PolicyState> = {},
  operands?: Operands,
): Report {
  const asked = { action: 'use', participant: { id: 'did:web:a', claims: {} }, ...request }
  return evaluate(policy as Policy, asked, { now, ...state }, operands)
}

/** A participant with these credentials. */
export const withCredentials = (...credentials: readonly Partial<PolicyCredential>[]) => ({
  participant: { id: 'did:web:a', claims: { credentials: credentials.map(each => ({ ...blank, ...each })) } },
})

const blank = { types: ['VerifiableCredential'], issuer: 'did:web:issuer', subject: {} }

/** A permission to use under these constraints. */
export const use = (...constraint: readonly object[]) => ({ permission: [{ action: 'use', constraint }] })

/** A constraint. */
export const that = (leftOperand: string, operator: string, rightOperand: unknown) => ({
  leftOperand,
  operator,
  rightOperand,
})
