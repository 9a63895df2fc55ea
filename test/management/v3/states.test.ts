import t from 'tap'
import {
  negotiationCodes,
  negotiationStandings,
  negotiationState,
  transferCodes,
  transferStandings,
  transferState,
} from '../../../src/management/v3/states.ts'
import type { NegotiationStep } from '../../../src/negotiation/index.ts'
import type { TransferStep } from '../../../src/transfer/index.ts'

const underWay = <S>(...steps: S[]) => steps.map((step, at) => ({ id: `urn:uuid:${at}`, step }))

t.test('a negotiation has the state of its last acknowledged message', async t => {
  t.equal(negotiationState({ state: 'AGREED', sending: [] }), 'AGREED')
  t.equal(negotiationState({ state: null, sending: [] }), 'INITIAL')
})

t.test('a negotiation with a message of ours under way is in the EDC state for that', async t => {
  const states = {
    ACCEPTING: 'accept',
    AGREEING: 'agree',
    VERIFYING: 'verify',
    FINALIZING: 'finalize',
  } as const
  for (const [name, message] of Object.entries(states))
    t.equal(negotiationState({ state: 'OFFERED', sending: underWay<NegotiationStep>({ message }) }), name)
})

t.test('a process that was told to end is ending, whatever else is still under way', async t => {
  const end = { message: 'terminate', reason: [] } as const
  t.equal(
    negotiationState({ state: 'AGREED', sending: underWay<NegotiationStep>({ message: 'verify' }, end) }),
    'TERMINATING',
  )
  t.equal(
    transferState({ state: 'STARTED', sending: underWay<TransferStep>({ message: 'complete' }, end) }),
    'TERMINATING',
  )
})

t.test('a start of ours resumes a suspended transfer, and starts any other', async t => {
  const sending = underWay<TransferStep>({ message: 'start' })
  t.equal(transferState({ state: 'SUSPENDED', sending }), 'RESUMING')
  t.equal(transferState({ state: 'REQUESTED', sending }), 'STARTING')
})

t.test('a filter by state finds the same processes by name, by number and by number as text', async t => {
  for (const given of ['REQUESTING', 100, '100']) t.match(negotiationStandings(given), ['INITIAL>request'], `${given}`)
  t.same(negotiationStandings(1200), ['FINALIZED'])
  t.same(transferStandings(600), ['STARTED'])
  t.same(transferStandings('RESUMING'), ['SUSPENDED>start'])
})

t.test('every standing of a process has one name, and a filter by that name finds it', async t => {
  const names = Object.keys(transferCodes)
  const found = names.flatMap(name => transferStandings(name) ?? [])
  t.equal(new Set(found).size, found.length)
  t.ok(found.includes('STARTED>suspend'))
})

t.test('states that are never reached here can be asked for, and find nothing', async t => {
  t.same(transferStandings('PROVISIONING'), [])
})

t.test('what is no state is told apart from a state without processes', async t => {
  for (const given of ['constructor', 'FINISHED', 7, null, {}]) {
    t.equal(negotiationStandings(given), undefined)
    t.equal(transferStandings(given), undefined)
  }
})

t.test('no two states share a number', async t => {
  for (const codes of [negotiationCodes, transferCodes])
    t.equal(new Set(Object.values(codes)).size, Object.values(codes).length)
})
