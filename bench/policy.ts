import { evaluate, type Policy, type PolicyRequest, type PolicyState, validatePolicy } from '../src/policy/index.ts'
import type { Part } from './support/part.ts'

const that = (leftOperand: string, operator: string, rightOperand: unknown) => ({ leftOperand, operator, rightOperand })

/** Ten constraints of all kinds: time, parties, verified claims, counts, an alternative. */
const policy: Policy = {
  permission: [
    {
      action: 'use',
      constraint: [
        that('dateTime', 'lteq', '2027-12-31'),
        that('dateTime', 'gteq', '2026-01-01T00:00:00Z'),
        that('inForceDate', 'lteq', 'contractAgreement+30d'),
        that('recipient', 'isAnyOf', ['did:web:a', 'did:web:b']),
        that('kontor:group', 'eq', 'members'),
        that('Membership', 'eq', 'active'),
        that('gx:labelLevel', 'gteq', 'L1'),
        that('gx:legalAddress.countryCode', 'isPartOf', 'EU'),
        that('count', 'lteq', 10),
        { or: [that('format', 'eq', 'HttpData-PULL'), that('format', 'eq', 'HttpData-PUSH')] },
      ],
    },
  ],
}

const credential = (type: string, subject: object) => ({
  types: ['VerifiableCredential', type],
  issuer: 'did:web:i',
  subject,
})
const request: PolicyRequest = {
  action: 'use',
  participant: {
    id: 'did:web:a',
    claims: {
      groups: ['members'],
      credentials: [
        credential('MembershipCredential', {}),
        credential('gx:LabelCredential', { 'gx:labelLevel': 'L2' }),
        credential('gx:LegalPerson', { 'gx:legalAddress': { 'gx:countryCode': 'FRA' } }),
      ],
    },
  },
  context: { format: 'HttpData-PULL' },
}
const state: PolicyState = {
  now: new Date('2026-11-23T10:00:00Z'),
  agreedAt: new Date('2026-11-20T10:00:00Z'),
  count: 3,
}

/** Evaluations for each second of one core's time, in the best of some rounds: what other programs do at the same time counts little. */
function perSecond(rounds: number, times: number, work: () => void): number {
  const rates = Array.from({ length: rounds }, () => {
    const before = process.cpuUsage()
    for (let time = 0; time < times; time++) work()
    const { user, system } = process.cpuUsage(before)
    return (times / (user + system)) * 1e6
  })
  return Math.max(...rates)
}

/** How fast a policy is judged, and how fast one is refused that is made to be slow. */
const part: Part = {
  name: 'policy',
  async run({ quick, measured }) {
    if (!evaluate(policy, request, state).permitted) throw new Error('the policy of the benchmark must permit')
    const rate = perSecond(quick ? 3 : 10, quick ? 20_000 : 100_000, () => evaluate(policy, request, state))
    measured({ name: 'evaluations of ten constraints, one core', value: rate, unit: '/s', target: { atLeast: 50_000 } })
    const strange: PolicyRequest = { ...request, participant: { id: 'did:web:z', claims: {} } }
    const refusals = perSecond(quick ? 3 : 10, quick ? 20_000 : 100_000, () => evaluate(policy, strange, state).reasons)
    measured({ name: 'refusals with their reasons, one core', value: refusals, unit: '/s' })
    const huge: Policy = { permission: Array.from({ length: 10_000 }, () => ({ action: 'use' })) }
    const refused = perSecond(3, 20, () => validatePolicy(huge))
    measured({ name: 'refusing ten thousand rules', value: 1_000 / refused, unit: 'ms', target: { atMost: 5 } })
  },
}
export default part
