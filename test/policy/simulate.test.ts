import t from 'tap'
import { simulate } from '../../src/policy/index.ts'
import { that, use } from './world.ts'

const state = { now: new Date('2026-06-15T12:00:00Z') }
const people = [
  { id: 'did:web:stranger', claims: {} },
  { id: 'did:web:member', claims: { groups: ['members'] } },
]

t.test('those who could come first, and why not the others', async t => {
  const policy = use(that('urn:kontor:group', 'eq', 'members'), that('count', 'lteq', 3)) as never
  t.match(simulate(policy, people, state), [
    { participant: 'did:web:member', report: { permitted: true } },
    { participant: 'did:web:stranger', report: { permitted: false, reasons: [/^Group must be members: no/] } },
  ])
})

t.test('they are asked about as for a contract, unless something else is asked', async t => {
  const policy = use(that('count', 'lteq', 3)) as never
  t.match(simulate(policy, people, state, { stage: 'access' }), [
    { report: { permitted: false } },
    { report: { permitted: false } },
  ])
})
