import { setTimeout as sleep } from 'node:timers/promises'
import t from 'tap'
import { listJournal } from '../../src/process/index.ts'
import { brokenAt } from '../../src/process/journal.ts'
import { gate } from '../support/gate.ts'
import { createPair, type ToyDecider, willing } from '../support/toy.ts'

/** Ends it all instead of doing that. */
const leaving = (instead: string): ToyDecider[] => [
  {
    name: 'leaving',
    decide: ({ task }) => (task === instead ? { kind: 'move', step: { message: 'terminate' } } : undefined),
  },
  willing,
]

/** Says that to every offer. */
const insisting = (message: string): ToyDecider[] => [
  {
    name: 'insisting',
    decide: ({ task }) => (task === 'considerOffer' ? { kind: 'move', step: { message } } : undefined),
  },
]

/** Makes one offer, and ends it all when it is not taken. */
const haggling: ToyDecider[] = [
  {
    name: 'haggling',
    decide: ({ task, process: { visits } }) =>
      task === 'considerOffer'
        ? { kind: 'move', step: { message: visits.OFFERED ? 'terminate' : 'offer' } }
        : undefined,
  },
]

t.test('a request goes all the way to FINALIZED on both sides', async t => {
  const { consumer, provider, request, drain } = await createPair(t)
  const { id } = await request()
  await drain()
  const ours = await consumer.runner.find(id)
  const theirs = await provider.runner.find(ours?.peerPid ?? '')
  t.match(ours, { state: 'FINALIZED', sending: [], error: null })
  t.match(theirs, { state: 'FINALIZED', peerPid: id, sending: [] })
  t.same(ours?.data, ['consumer request', 'provider agree', 'consumer verify', 'provider finalize'])
  t.same(theirs?.data, ours?.data)
})

t.test('a provider may begin with an offer', async t => {
  const { consumer, provider, offer, drain } = await createPair(t)
  const { id } = await offer()
  await drain()
  const ours = await provider.runner.find(id)
  t.match(ours, { state: 'FINALIZED', role: 'provider' })
  t.match(await consumer.runner.find(ours?.peerPid ?? ''), { state: 'FINALIZED', role: 'consumer' })
})

t.test('the same first message gives the same process, another one under the same id is refused', async t => {
  const { provider } = await createPair(t, { provider: [] })
  const process = { id: 'urn:uuid:c', peerPid: null }
  const first = { id: 'urn:uuid:m1', step: { message: 'request', note: 'a' } }
  const again = { id: 'urn:uuid:m2', step: { message: 'request', note: 'a' } }
  const other = { id: 'urn:uuid:m3', step: { message: 'request', note: 'b' } }
  const answers = await Promise.all(
    [first, first, again].map(s => provider.receive('consumer', 'consumer', process, s)),
  )
  t.equal(new Set(answers.map(answer => JSON.stringify(answer))).size, 1)
  t.match(await provider.receive('consumer', 'consumer', process, other), { kind: 'refused' })
  t.equal((await provider.runner.list()).length, 1)
})

t.test('a repeated message changes nothing, a different one that does not fit is refused', async t => {
  const { provider } = await createPair(t, { provider: [] })
  const begin = { id: 'urn:uuid:c', peerPid: null }
  await provider.receive('consumer', 'consumer', begin, { id: 'urn:uuid:1', step: { message: 'request' } })
  const [process] = await provider.runner.list()
  const pids = { id: 'urn:uuid:c', peerPid: process?.id ?? '' }
  const stop = { id: 'urn:uuid:2', step: { message: 'terminate' } }
  t.match(await provider.receive('consumer', 'consumer', pids, stop), { kind: 'acknowledged' })
  const ended = await provider.runner.find(pids.peerPid)
  t.match(await provider.receive('consumer', 'consumer', pids, stop), { kind: 'acknowledged' })
  t.equal((await provider.runner.find(pids.peerPid))?.version, ended?.version)
  const verify = { id: 'urn:uuid:3', step: { message: 'verify' } }
  t.match(await provider.receive('consumer', 'consumer', pids, verify), { kind: 'refused' })
})

t.test('for anyone but its counterparty a process does not exist', async t => {
  const { provider } = await createPair(t, { provider: [] })
  await provider.receive('consumer', 'consumer', { id: 'c', peerPid: null }, { id: '1', step: { message: 'request' } })
  const [process] = await provider.runner.list()
  const stranger = await provider.receive(
    'stranger',
    'consumer',
    { id: 'c', peerPid: process?.id ?? '' },
    { id: '2', step: { message: 'terminate' } },
  )
  t.match(stranger, { kind: 'refused', reason: /There is no negotiation/ })
  const wrongPid = await provider.receive(
    'consumer',
    'consumer',
    { id: 'other', peerPid: process?.id ?? '' },
    { id: '3', step: { message: 'terminate' } },
  )
  t.match(wrongPid, { kind: 'refused', reason: /not of the negotiation/ })
  t.match(await provider.runner.find(process?.id ?? ''), { state: 'REQUESTED' })
})

t.test('a peer that answers before our acknowledgement is stored has acknowledged us', async t => {
  // The acknowledgement of every message is held back until the receiver's own next message has been taken.
  const held: (() => void)[] = []
  const { consumer, request, drain } = await createPair(t, {
    wire: async (deliver, { sending }) => {
      const answer = await deliver()
      for (const release of held.splice(0)) release()
      if (sending.step.message !== 'finalize') await new Promise<void>(resolve => held.push(resolve))
      return answer
    },
  })
  const { id } = await request()
  await drain()
  t.match(await consumer.runner.find(id), { state: 'FINALIZED' })
})

for (const [what, consumer, provider, expected] of [
  ['an agreement', leaving('sendVerification'), [willing], { AGREED: 1 }],
  ['a verification', [willing], leaving('sendFinalization'), { AGREED: 1, VERIFIED: 1 }],
  ['a counter-offer', insisting('request'), haggling, { REQUESTED: 2, OFFERED: 1 }],
] as const)
  t.test(`who has acknowledged ${what} and then ends it all has acknowledged it, on both sides`, async t => {
    const { sides, request, drain, dbs } = await createPair(t, {
      consumer,
      provider,
      // The answer to the message before is there first.
      wire: async (deliver, { sending }) => {
        if (sending.step.message === 'terminate') await sleep(5)
        return deliver()
      },
    })
    await request()
    await drain()
    for (const role of ['consumer', 'provider'] as const) {
      const [process] = await sides[role].runner.list()
      t.match(process, { state: 'TERMINATED', visits: expected })
      t.equal(process && brokenAt(await listJournal(dbs[role], process.id), process), undefined)
    }
  })

t.test('a refusal that comes too soon is not believed', async t => {
  let refused = 0
  const { consumer, request, drain } = await createPair(t, {
    wire: async deliver => (refused++ % 4 < 3 ? { kind: 'refused', final: false, reason: 'not yet' } : deliver()),
  })
  const { id } = await request()
  await drain()
  while ((await consumer.runner.find(id))?.state !== 'FINALIZED') await drain()
  t.equal(refused, 16)
})

t.test('a final refusal ends the process on both sides, with the reason', async t => {
  const { consumer, provider, request, drain } = await createPair(t, {
    wire: async (deliver, { sending }) =>
      sending.step.message === 'agree' ? { kind: 'refused', final: true, reason: 'never' } : deliver(),
  })
  const { id } = await request()
  await drain()
  t.match(await consumer.runner.find(id), { state: 'TERMINATED', error: 'never' })
  t.match((await provider.runner.list())[0], { state: 'TERMINATED', error: 'never' })
})

for (const final of [true, false])
  t.test(
    `a peer that refuses whatever we say ends the process, ${final ? 'at once' : 'after some repetitions'}`,
    async t => {
      const { provider, request, drain } = await createPair(t, {
        wire: async (deliver, { from }) =>
          from === 'provider' ? { kind: 'refused', final, reason: 'nobody I know' } : deliver(),
      })
      await request()
      await drain()
      while ((await provider.runner.list())[0]?.state !== 'TERMINATED') await drain()
      t.match((await provider.runner.list())[0], { error: 'nobody I know', sending: [] })
    },
  )

t.test('who asks for a move while a message is on the wire need not ask again: its answer is waited for', async t => {
  const [sent, answer] = [gate(), gate()]
  const { consumer, request, drain } = await createPair(t, {
    provider: [],
    wire: async (deliver, { sending }) => {
      const taken = await deliver()
      sent.open()
      if (sending.step.message === 'request') await answer.opened
      return taken
    },
  })
  const { id } = await request()
  await sent.opened
  const commanded = consumer.runner.command(id, 'operator', { message: 'terminate', note: 'changed my mind' })
  await sleep(20)
  answer.open()
  await commanded
  await drain()
  t.match(await consumer.runner.find(id), { state: 'TERMINATED', error: 'changed my mind', visits: { REQUESTED: 1 } })
})

t.test('an operator can end a process whose peer is silent; it is told first what was under way', async t => {
  let silent = true
  const seen: string[] = []
  const { consumer, request, drain } = await createPair(t, {
    provider: [],
    wire: async (deliver, { sending }) => {
      if (silent) throw new Error('no answer')
      seen.push(sending.step.message)
      return deliver()
    },
  })
  const { id } = await request()
  await consumer.outbox.settled(id, 'send', 5_000)
  silent = false
  await consumer.runner.terminate(id, 'operator', 'changed my mind')
  await drain()
  t.match(await consumer.runner.find(id), { state: 'TERMINATED', error: 'changed my mind' })
  t.same(seen, ['request', 'terminate'])
})

t.test('a delayed move is made if nothing has happened since, and only then', async t => {
  const later: ToyDecider = {
    name: 'later',
    decide: ({ task }) =>
      task === 'considerOffer' ? { kind: 'move', step: { message: 'agree' }, after: 30 } : undefined,
  }
  const { consumer, provider, request, drain } = await createPair(t, { provider: [later] })
  const first = await request()
  const second = await request()
  await drain()
  await consumer.runner.terminate(second.id, 'operator', 'too slow')
  const until = async (id: string, states: string[]) => {
    for (;;) {
      await drain()
      const state = (await consumer.runner.find(id))?.state
      if (state && states.includes(state)) return state
    }
  }
  t.equal(await until(first.id, ['VERIFIED']), 'VERIFIED')
  t.match(['TERMINATED'], [await until(second.id, ['TERMINATED'])])
  t.ok((await provider.runner.list()).every(({ state }) => state === 'VERIFIED' || state === 'TERMINATED'))
})

t.test('the journal tells the whole story of both sides', async t => {
  const { consumer, dbs, request, drain } = await createPair(t)
  const { id } = await request()
  await drain()
  const story = (await listJournal(dbs.consumer, id)).map(({ event, message }) => `${event} ${message}`)
  t.equal(story[0], 'commanded request')
  t.ok(story.includes('received agree'))
  t.ok(story.includes('decided verify'))
  t.equal(story.at(-1), 'received finalize')
  t.equal((await consumer.runner.find(id))?.journalSeq, story.length)
})

t.test('an offer that overtakes the acknowledgement of our request answers it, and begins nothing anew', async t => {
  const offering: ToyDecider = {
    name: 'offering',
    decide: ({ task, process: { visits } }) =>
      task === 'considerOffer' && !visits.OFFERED ? { kind: 'move', step: { message: 'offer' } } : undefined,
  }
  const held: (() => void)[] = []
  const { consumer, request, drain } = await createPair(t, {
    provider: [offering],
    consumer: [],
    wire: async (deliver, { sending }) => {
      const answer = await deliver()
      if (sending.step.message === 'request') await new Promise<void>(resolve => held.push(resolve))
      else for (const release of held.splice(0)) release()
      return answer
    },
  })
  const { id } = await request()
  await drain()
  t.match(await consumer.runner.find(id), {
    state: 'OFFERED',
    data: ['consumer request', 'provider offer'],
    sending: [],
  })
})

t.test('a message is repeated under its @id, whatever it says now', async t => {
  const { provider } = await createPair(t, { provider: [] })
  const begin = { id: 'urn:uuid:c', peerPid: null }
  await provider.receive('consumer', 'consumer', begin, { id: 'urn:uuid:1', step: { message: 'request' } })
  const [process] = await provider.runner.list()
  const pids = { id: 'urn:uuid:c', peerPid: process?.id ?? '' }
  const stop = (note: string) => ({ id: 'urn:uuid:2', step: { message: 'terminate', note } })
  t.match(await provider.receive('consumer', 'consumer', pids, stop('first')), { kind: 'acknowledged' })
  t.match(await provider.receive('consumer', 'consumer', pids, stop('second')), { kind: 'acknowledged' })
  t.match(await provider.runner.find(pids.peerPid), { state: 'TERMINATED', error: 'first' })
})
