import t, { type Test } from 'tap'
import type { Database } from '../../src/db/index.ts'
import { brokenAt } from '../../src/process/journal.ts'
import { listJournal } from '../../src/process/store.ts'
import { createWires } from '../../src/process/wires.ts'
import { testDatabase } from '../support/database.ts'
import { createSide } from '../support/toy.ts'

/*
 * A message is read, judged and written without holding the process: what happens in between must be noticed.
 */

const PIDS = { id: 'urn:uuid:c', peerPid: null }

/** A database in which something happens just before a process is written for the first time from now on. */
function interrupted(db: Database) {
  const interruptions: (() => Promise<unknown>)[] = []
  const query: Database['query'] = async (sql, parameters) => {
    if (/update process set state/.test(sql)) await interruptions.shift()?.()
    return db.query(sql, parameters)
  }
  return { db: { ...db, query }, before: (work: () => Promise<unknown>) => void interruptions.push(work) }
}

/** A provider of two replicas; the second does something while the first is about to write. */
async function twoReplicas(t: Test) {
  const db = await testDatabase(t)
  const { db: slow, before } = interrupted(db)
  const deliver = async () => ({ kind: 'acknowledged', body: {} }) as const
  const make = (db: Database) => createSide({ id: 'provider', deciders: [], deliver, db })
  const [one, other] = [await make(slow), await make(db)]
  t.teardown(() => Promise.all([one.stop(), other.stop()]))
  await one.receive('consumer', 'consumer', PIDS, { id: 'urn:uuid:1', step: { message: 'request' } })
  const [process] = await one.runner.list()
  const id = process?.id ?? ''
  const pids = { ...PIDS, peerPid: id }
  const whole = async () => {
    const found = await one.runner.find(id)
    return found && brokenAt(await listJournal(db, id), found)
  }
  return { db, one, other, before, id, pids, whole }
}

const end = { id: 'urn:uuid:2', step: { message: 'terminate' } }

t.test(
  'what another replica does to a process between our reading and our writing stays done, and our message counts',
  async t => {
    const { one, other, before, id, pids, whole } = await twoReplicas(t)
    before(() => other.runner.amend(id, data => [...data, 'amended']))
    t.match(await one.receive('consumer', 'consumer', pids, end), { kind: 'acknowledged' })
    t.match(await one.runner.find(id), {
      state: 'TERMINATED',
      data: ['consumer request', 'amended', 'consumer terminate'],
    })
    t.equal(await whole(), undefined, 'the journal has both, in one chain')
  },
)

t.test('the same message, taken by two replicas at the same moment, is taken once', async t => {
  const { db, one, other, before, id, pids, whole } = await twoReplicas(t)
  before(() => other.receive('consumer', 'consumer', pids, end))
  t.match(await one.receive('consumer', 'consumer', pids, end), { kind: 'acknowledged' })
  t.match(await one.runner.find(id), {
    state: 'TERMINATED',
    version: 2,
    data: ['consumer request', 'consumer terminate'],
  })
  t.equal((await listJournal(db, id)).filter(({ event }) => event === 'received').length, 2)
  t.equal(await whole(), undefined)
})

t.test('an end that another one has overtaken is agreed to, and changes nothing', async t => {
  const { one, other, before, id, pids } = await twoReplicas(t)
  before(() => other.receive('consumer', 'consumer', pids, end))
  const counter = { id: 'urn:uuid:3', step: { message: 'terminate', note: 'another one' } }
  t.match(
    await one.receive('consumer', 'consumer', pids, counter),
    { kind: 'acknowledged' },
    'that it has ended is agreed',
  )
  t.match(await one.runner.find(id), { error: 'no reason', version: 2 })
})

t.test('an acknowledgement is booked on what another replica has made of the process meanwhile', async t => {
  const { one, other, before, id, whole } = await twoReplicas(t)
  one.outbox.start()
  before(() => other.runner.amend(id, data => [...data, 'amended']))
  await one.runner.command(id, 'operator', { message: 'offer' })
  await one.outbox.drained()
  t.match(await one.runner.find(id), {
    state: 'OFFERED',
    sending: [],
    data: ['consumer request', 'amended', 'provider offer'],
  })
  t.equal(await whole(), undefined)
})

t.test(
  'of many first messages at the same moment no more begin something than may be open, and are under way',
  async t => {
    const db = await testDatabase(t)
    const deliver = async () => ({ kind: 'acknowledged', body: {} }) as const
    const side = await createSide({ db, id: 'provider', deciders: [], deliver, mostOpen: 5 })
    t.teardown(() => side.stop())
    const first = { id: 'urn:uuid:1', step: { message: 'request' } }
    const answers = await Promise.all(
      Array.from({ length: 60 }, (_, n) => side.receive('consumer', 'consumer', { id: `c${n}`, peerPid: null }, first)),
    )
    const begun = answers.filter(({ kind }) => kind === 'acknowledged').length
    const [connections, most] = [4, 5]
    t.ok(begun >= most && begun < most + connections, `${begun} have begun something`)
    t.equal((await side.runner.list()).length, begun)
    t.match(await side.receive('consumer', 'consumer', { id: 'one more', peerPid: null }, first), { kind: 'refused' })
  },
)

t.test('what follows a message on the wire is waited for if it is expected, and told', async t => {
  const wires = createWires<{ id: string; version: number }>()
  const wire = wires.open({ id: 'a', version: 1 })
  t.strictSame(wires.find('a'), { id: 'a', version: 1 })
  t.equal(await wire.followed(false), undefined, 'nothing is expected')
  t.equal(await wire.followed(true), undefined, 'nothing has come')
  const following = wire.followed(true)
  wires.written({ id: 'b', version: 2 })
  wires.written({ id: 'a', version: 2 })
  t.strictSame(await following, { id: 'a', version: 2 })
  t.strictSame(await wire.followed(false), { id: 'a', version: 2 }, 'it is known from then on')
  t.strictSame(wires.find('a'), { id: 'a', version: 2 })
  const next = wires.open({ id: 'a', version: 3 })
  wire.end()
  t.strictSame(wires.find('a'), { id: 'a', version: 3 }, 'the end of one message is not that of the next')
  t.equal(wires.answered('a'), undefined)
  next.answered({ step: 's', peerPid: 'p' })
  t.strictSame(wires.answered('a'), { step: 's', peerPid: 'p' })
  next.end()
  t.equal(wires.find('a'), undefined)
  t.equal(wires.answered('a'), undefined)
})
