import { setImmediate } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import t, { type Test } from 'tap'
import { type Answer, otherRole, type Role } from '../../src/process/index.ts'
import { testDatabase } from '../support/database.ts'
import { gate } from '../support/gate.ts'
import { createSide, type Side, type Toy, type ToyDecider, willing } from '../support/toy.ts'

/** Offers back once, so that messages of both sides cross the replicas often. */
const haggling: ToyDecider = {
  name: 'haggling',
  decide: ({ task, process: { role, visits } }) =>
    task === 'considerOffer' && role === 'provider' && !visits.OFFERED
      ? { kind: 'move', step: { message: 'offer' } }
      : undefined,
}

/** Two participants, each of two replicas behind a load balancer that asks them in turn. */
async function fourReplicas(wire: (deliver: () => Promise<unknown>) => Promise<void>) {
  const dbs = { consumer: await testDatabase(t), provider: await testDatabase(t) }
  const sides: Record<Role, Side[]> = { consumer: [], provider: [] }
  let turn = 0
  const any = (role: Role): Side => {
    const side = sides[role][turn++ % 2]
    if (!side) throw new Error('nobody there')
    return side
  }
  for (const role of ['consumer', 'provider', 'consumer', 'provider'] as const) {
    const deliver: Parameters<typeof createSide>[0]['deliver'] = async (process, sending) => {
      const send = () => any(otherRole(role)).receive(role, role, process, sending)
      const answer = send()
      await wire(() => answer.then(send))
      return answer
    }
    const side = await createSide({ db: dbs[role], id: role, deciders: [haggling, willing], deliver })
    sides[role].push(side)
    side.outbox.start()
  }
  const all = [...sides.consumer, ...sides.provider]
  t.teardown(() => Promise.all(all.map(side => side.stop())))
  const left = () => Promise.all(Object.values(dbs).map(db => db.query('select from outbox')))
  return {
    any,
    async settle(): Promise<void> {
      do await Promise.all(all.map(side => side.outbox.drained()))
      while ((await left()).some(rows => rows.length > 0))
    },
  }
}

t.test('two replicas on each side do the work of one: all end alike, whoever takes which message', async t => {
  let sent = 0
  const { any, settle } = await fourReplicas(async again => {
    // Every third message comes twice, every eleventh answer is lost.
    sent++
    if (sent % 3 === 0) await again()
    if (sent % 11 === 0) throw new Error('lost')
  })
  const request = () =>
    any('consumer').runner.begin(
      { role: 'consumer', counterparty: 'provider', address: '', data: [] },
      { message: 'request' },
      'operator',
    )
  const begun = await Promise.all(Array.from({ length: 20 }, request))
  const ended = begun.filter((_, i) => i % 4 === 0)
  await Promise.all(
    ended.map(({ id }) =>
      any('consumer')
        .runner.terminate(id, 'operator', 'enough')
        .catch(() => {}),
    ),
  )
  await settle()
  for (const { id } of begun) {
    const ours = await any('consumer').runner.find(id)
    const theirs = ours?.peerPid ? await any('provider').runner.find(ours.peerPid) : undefined
    t.match(ours?.state, /^(FINALIZED|TERMINATED)$/)
    t.equal(theirs?.state ?? 'TERMINATED', ours?.state)
    if (theirs?.state === 'FINALIZED') t.same(theirs.data, ours?.data)
  }
})

/** A replica whose only message is on the wire until `answer`, and another one beside it. */
async function oneWaits(t: Test) {
  const db = await testDatabase(t)
  const { open: answer, opened: reached } = gate()
  const { open: arrived, opened: onTheWire } = gate()
  const { open: again, opened: takenOver } = gate()
  let sent = 0
  const deliver = async ({ id }: Toy): Promise<Answer> => {
    arrived()
    if (++sent === 2) again()
    await reached
    return { kind: 'acknowledged', body: { providerPid: `of ${id}` } }
  }
  const sides = [
    await createSide({ db, id: 'us', deciders: [], deliver }),
    await createSide({ db, id: 'us', deciders: [], deliver }),
  ] as const
  t.teardown(() => Promise.all(sides.map(side => side.leave())))
  const [sender, other] = sides
  await sender.outbox.start()
  const { id } = await sender.runner.begin(
    { role: 'consumer', counterparty: 'peer', address: '', data: [] },
    { message: 'request' },
    'operator',
  )
  await onTheWire
  return { db, id, sender, other, answer, takenOver }
}

t.test('whoever asks another replica waits until the message on the wire is answered', async t => {
  const { id, sender, other, answer } = await oneWaits(t)
  const asked = other.runner.settled(id, 60_000)
  // Asked in the same moment at both: neither tells the state from before.
  const both = Promise.all([asked, sender.runner.settled(id, 60_000)])
  answer()
  t.match(await both, [{ state: 'REQUESTED' }, { state: 'REQUESTED' }])
  await sender.outbox.stop()
})

t.test('a replica that does not answer is not waited for longer than one has patience', async t => {
  const { id, sender, other, answer } = await oneWaits(t)
  const stranger = await other.runner.settled(id, 1)
  t.match(stranger, { state: null })
  answer()
  await sender.outbox.stop()
})

t.test(
  'whoever asks while a replica dies gets the state that its message has led to: the work is taken over at once',
  async t => {
    const { id, sender, other, answer, takenOver } = await oneWaits(t)
    await other.outbox.start()
    // Asked while it lives, and again when it is dead.
    const before = other.runner.settled(id, 60_000)
    await sender.leave()
    await takenOver
    answer()
    t.match(await before, { state: 'REQUESTED' })
    t.match(await other.runner.settled(id, 60_000), { state: 'REQUESTED' })
    await Promise.all([other.outbox.stop(), sender.outbox.stop()])
  },
)

t.test('a replica that dies before it has answered is noticed, though garbage is collected meanwhile', async t => {
  setFlagsFromString('--expose-gc')
  const collectGarbage = runInNewContext('gc') as () => void
  const { db, id, sender, other, answer, takenOver } = await oneWaits(t)
  // Nothing else would find it.
  t.intercept(globalThis, 'setInterval', { value: () => ({ unref: () => {} }) })
  await other.outbox.start()
  const { open: asked, opened: asks } = gate()
  await db.listen('outbox', payload => {
    if (payload.includes('settled?')) asked()
  })
  const settled = other.runner.settled(id, 60_000)
  await asks
  await setImmediate()
  collectGarbage()
  await sender.leave()
  await takenOver
  answer()
  t.match(await settled, { state: 'REQUESTED' })
  await Promise.all([other.outbox.stop(), sender.outbox.stop()])
})

t.test('work that a process leaves to others is told to them', async t => {
  const { db, sender, other, answer } = await oneWaits(t)
  const heard: string[] = []
  const { open: told, opened: hears } = gate()
  await db.listen('outbox', payload => {
    heard.push(payload)
    told()
  })
  // Never started: it takes messages, but does not send any.
  await other.runner.begin(
    { role: 'consumer', counterparty: 'peer', address: '', data: [] },
    { message: 'request' },
    'operator',
  )
  await hears
  t.same(heard, [JSON.stringify({ say: 'look' })])
  answer()
  await sender.outbox.drained()
  t.same(await db.query('select from outbox'), [], 'and is done by them')
  await sender.outbox.stop()
})
