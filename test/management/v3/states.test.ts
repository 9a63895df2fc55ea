import t from 'tap'
import {
  namedNegotiations,
  namedTransfers,
  negotiationCodes,
  negotiationState,
  transferCodes,
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

t.test('states have their numbers, and the standings that are one of them', async t => {
  const find = (all: ReturnType<typeof namedTransfers>, name: string) => all.find(each => each.name === name)
  t.match(find(namedNegotiations(), 'REQUESTING'), { code: 100, means: ['INITIAL>request'] })
  t.match(find(namedNegotiations(), 'FINALIZED'), { code: 1200, means: ['FINALIZED'] })
  t.match(find(namedTransfers(), 'STARTED'), { code: 600, means: ['STARTED'] })
  t.match(find(namedTransfers(), 'RESUMING'), { code: 720, means: ['SUSPENDED>start'] })
})

t.test('every standing of a process has one name', async t => {
  const found = namedTransfers().flatMap(({ means }) => means)
  t.equal(new Set(found).size, found.length)
  t.ok(found.includes('STARTED>suspend'))
})

t.test('states that are never reached here can be asked for, and find nothing', async t => {
  t.match(
    namedTransfers().find(({ name }) => name === 'PROVISIONING'),
    { means: [] },
  )
})

t.test('no two states share a number', async t => {
  for (const codes of [negotiationCodes, transferCodes])
    t.equal(new Set(Object.values(codes)).size, Object.values(codes).length)
})
