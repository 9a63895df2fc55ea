import t, { type Test } from 'tap'
import type { Database } from '../../src/db/index.ts'
import { KontorError } from '../../src/errors.ts'
import { type Answer, createOutbox, joinReplicas, type Lane } from '../../src/process/index.ts'
import { claimDue, nextDue } from '../../src/process/outbox-store.ts'
import { standingClock } from '../support/clock.ts'
import { testDatabase } from '../support/database.ts'
import { createSide, type Toy } from '../support/toy.ts'

const yes = (process: Toy): Answer => ({ kind: 'acknowledged', body: { providerPid: `of ${process.id}` } })
const never = new Promise<never>(() => {})

/** A clock that is put forward by hand. */
function clock() {
  let ahead = 0
  const forward = (ms: number) => {
    ahead += ms
  }
  return { now: () => new Date(Date.now() + ahead), forward }
}

type Deliver = Parameters<typeof createSide>[0]['deliver']

/** A replica of a consumer that sends requests; not started. It is stopped without waiting for what is on the wire. */
async function replicaOf(
  t: Test,
  db: Database,
  deliver: Deliver,
  more: { now?: () => Date; giveUpAfter?: number } = {},
) {
  const side = await createSide({ db, id: 'us', deciders: [], deliver, ...more })
  t.teardown(() => side.leave())
  return side
}

const request = ({ runner }: Awaited<ReturnType<typeof replicaOf>>, counterparty = 'peer') =>
  runner.begin({ role: 'consumer', counterparty, address: '', data: [] }, { message: 'request' }, 'operator')

const rows = (db: Database) => db.query<{ lane: string; owner: number | null; wakes: number }>('select * from outbox')

/** Looks until it is so; what never becomes so runs into the test's time limit. */
async function until(holds: () => Promise<boolean> | boolean): Promise<void> {
  while (!(await holds())) await new Promise(setImmediate)
}

t.test('work that was left before the start is taken up by it', async t => {
  const db = await testDatabase(t)
  const side = await replicaOf(t, db, async process => yes(process))
  const { id } = await request(side)
  t.match(await rows(db), [{ owner: null }])
  side.outbox.start()
  await side.outbox.drained()
  t.match(await side.runner.find(id), { state: 'REQUESTED' })
  t.same(await rows(db), [])
  await side.outbox.stop()
})

t.test("a killed replica's work is taken over, and only then", async t => {
  const db = await testDatabase(t)
  let reached = 0
  const dead = await replicaOf(t, db, () => {
    reached++
    return never
  })
  dead.outbox.start()
  const { id } = await request(dead)
  await until(() => reached === 1)
  const heir = await replicaOf(t, db, async process => yes(process))
  heir.outbox.start()
  await heir.outbox.drained()
  t.match(await heir.runner.find(id), { state: null }, 'what another replica has in hand is left to it')
  await dead.leave()
  await heir.outbox.drained()
  t.match(await heir.runner.find(id), { state: 'REQUESTED' })
  await heir.outbox.stop()
})

t.test('a replica that stops leaves what it has not begun to the others at once', async t => {
  const db = await testDatabase(t)
  const side = await replicaOf(t, db, async () => {
    throw new Error('no answer')
  })
  side.outbox.start()
  await request(side)
  await side.outbox.stop()
  t.match(await rows(db), [{ owner: null }])
})

t.test('a dead counterparty does not delay others', async t => {
  const db = await testDatabase(t)
  const side = await replicaOf(t, db, async process => (process.counterparty === 'dead' ? never : yes(process)))
  side.outbox.start()
  for (let i = 0; i < 30; i++) await request(side, 'dead')
  const { id } = await request(side, 'alive')
  await until(async () => (await side.runner.find(id))?.state === 'REQUESTED')
  t.match(await rows(db), Array(30).fill({ owner: side.number }))
})

t.test('a counterparty that says when to come again is left in peace until then', async t => {
  const db = await testDatabase(t)
  const time = standingClock()
  let asked = 0
  const deliver = async () => {
    asked++
    throw new KontorError('bad-gateway', 502, 'busy', { retryAfter: asked === 1 ? 100 : 1_000_000 })
  }
  const side = await replicaOf(t, db, deliver, { now: time.now, giveUpAfter: 10_000_000 })
  side.outbox.start()
  await request(side)
  await side.outbox.drained()
  time.pass(99_000)
  await side.outbox.drained()
  t.equal(asked, 1, 'not a second before')
  time.pass(2_000)
  await side.outbox.drained()
  t.equal(asked, 2)
  time.pass(301_000)
  await side.outbox.drained()
  t.equal(asked, 3, 'nobody can make us wait longer than we would in the end')
  await side.outbox.stop()
})

t.test('of one process at most one message is on the wire; the next one follows its acknowledgement', async t => {
  const db = await testDatabase(t)
  const seen: string[] = []
  let answer = () => {}
  const side = await replicaOf(t, db, async (process, { step }) => {
    seen.push(step.message)
    await new Promise<void>(resolve => {
      answer = resolve
    })
    return yes(process)
  })
  side.outbox.start()
  const { id } = await request(side)
  await until(() => seen.length === 1)
  await side.runner.terminate(id, 'operator', 'enough')
  t.same(seen, ['request'])
  answer()
  await until(() => seen.length === 2)
  answer()
  await side.outbox.drained()
  t.same(seen, ['request', 'terminate'])
  t.match(await side.runner.find(id), { state: 'TERMINATED', error: 'enough' })
  await side.outbox.stop()
})

t.test('a row that was lost between commit and memory is found again after half a minute', async t => {
  const db = await testDatabase(t)
  const { now, forward } = clock()
  let sent = 0
  const side = await replicaOf(t, db, async process => ({ ...yes(process), sent: sent++ }), { now })
  await request(side)
  await db.query('update outbox set owner = $1', [side.number])
  side.outbox.start()
  await side.outbox.drained()
  t.equal(sent, 0)
  forward(31_000)
  await side.outbox.drained()
  t.equal(sent, 1)
  t.same(await rows(db), [])
  await side.outbox.stop()
})

t.test('rows of our own come again once in half a minute, not at every look', async t => {
  const db = await testDatabase(t)
  const side = await replicaOf(t, db, async process => yes(process))
  for (let i = 0; i < 3; i++) await request(side)
  const look = (ahead: number, full: string[] = []) =>
    claimDue(db, { replica: side.number, now: new Date(Date.now() + ahead), limit: 2, full })
  t.same(await look(0, ['send peer']), [], 'a counterparty with plenty to do gets no more')
  t.equal((await look(0)).length, 2)
  t.equal((await look(0)).length, 1)
  t.equal((await look(0)).length, 0)
  t.equal((await look(40_000)).length, 2)
  t.equal((await look(40_000)).length, 1)
  t.equal((await look(40_000)).length, 0)
})

t.test('a message that cannot be delivered is given up after the deadline, not before', async t => {
  const db = await testDatabase(t)
  const { now, forward } = clock()
  const side = await replicaOf(t, db, () => Promise.reject(new Error('no answer')), { now, giveUpAfter: 3_600_000 })
  side.outbox.start()
  const { id } = await request(side)
  await until(() => side.failures.length > 3)
  forward(3_500_000)
  await side.outbox.drained()
  t.match(await side.runner.find(id), { state: null, sending: [{ step: { message: 'request' } }] })
  forward(101_000)
  await side.outbox.drained()
  t.match(await side.runner.find(id), { state: 'TERMINATED', error: 'not delivered: no answer', sending: [] })
  t.same(await rows(db), [])
  await side.outbox.stop()
})

t.test('a peer that was silent for long still has its time to store its own step', async t => {
  const db = await testDatabase(t)
  let calls = 0
  const side = await replicaOf(t, db, async process => {
    if (++calls <= 6) throw new Error('no answer')
    return calls <= 9 ? { kind: 'refused', final: false, reason: 'not yet' } : yes(process)
  })
  side.outbox.start()
  const { id } = await request(side)
  await until(() => calls === 10)
  await side.outbox.drained()
  t.match(await side.runner.find(id), { state: 'REQUESTED' })
  await side.outbox.stop()
})

t.test('work that another replica asks for while it is being done is done again', async t => {
  const db = await testDatabase(t)
  const { runner } = await replicaOf(t, db, async process => yes(process))
  const { id } = await runner.begin(
    { role: 'consumer', counterparty: 'peer', address: '', data: [] },
    { message: 'request' },
    'operator',
  )
  await db.query(`update outbox set lane = 'flow'`)
  const replica = await joinReplicas(db)
  const outbox = createOutbox({ db, replica, now: () => new Date(), events: { failed: () => {} } })
  let done = 0
  const work: Lane = async ({ process }) => {
    t.equal(process.id, id)
    // What the other replica's transaction leaves: newer work in a row that is still ours.
    if (++done === 1) await db.query('update outbox set wakes = 2')
  }
  outbox.serve('negotiation', 'flow', work)
  outbox.start()
  await until(async () => (await rows(db)).length === 0)
  t.equal(done, 2)
  await outbox.stop()
  await replica.leave()
})

t.test('what a lane has failed at comes again, and nobody waits for it meanwhile', async t => {
  const db = await testDatabase(t)
  let calls = 0
  const side = await replicaOf(t, db, async process => {
    if (++calls === 1) throw new Error('no answer')
    return yes(process)
  })
  side.outbox.start()
  const { id } = await request(side)
  await side.outbox.settled(id, 'send', 10_000)
  t.match(await side.runner.find(id), { state: null })
  await until(() => calls === 2)
  await side.outbox.drained()
  t.match(await side.runner.find(id), { state: 'REQUESTED' })
  await side.outbox.stop()
})

t.test('work may ask for more of itself, later: then it is in nobody’s hands until that is due', async t => {
  const db = await testDatabase(t)
  const { now, forward } = clock()
  const side = await replicaOf(t, db, async process => yes(process), { now })
  let done = 0
  side.outbox.serve('negotiation', 'again', async ({ process: { id } }) => {
    done++
    await side.runner.schedule(id, 'again', new Date(now().getTime() + 3_600_000))
  })
  side.outbox.start()
  const { id } = await request(side)
  await side.outbox.drained()
  await side.runner.schedule(id, 'again')
  await side.outbox.drained()
  t.equal(done, 1)
  t.match(await rows(db), [{ lane: 'again', owner: null }])
  forward(3_600_001)
  await side.outbox.drained()
  t.equal(done, 2)
  await side.outbox.stop()
})

t.test('what is due in the next moments is found, even if another replica has asked for it', async t => {
  const db = await testDatabase(t)
  const at = new Date()
  for (const [due, owner] of [
    [1_000, null],
    [500, 1],
    [5_000, null],
  ] as const)
    await db.query(
      `with p as (insert into process (id, kind, role, counterparty, address, data, created_at, updated_at)
         values ($1, 'negotiation', 'consumer', 'peer', '', '{}', $2, $2) returning id)
       insert into outbox (process_id, lane, counterparty, due, owner, created_at) select id, 'act', 'peer', $3, $4, $2 from p`,
      [`n${due}`, at, new Date(at.getTime() + due), owner],
    )
  t.equal((await nextDue(db, at, new Date(at.getTime() + 2_000)))?.getTime(), at.getTime() + 1_000)
  t.equal(await nextDue(db, at, new Date(at.getTime() + 900)), undefined)
})

t.test(
  'work for a later moment is done when that comes, by a timer: nobody need ask the database now and then',
  async t => {
    const db = await testDatabase(t)
    const side = await replicaOf(t, db, async process => yes(process))
    const { id } = await request(side)
    t.intercept(globalThis, 'setInterval', { value: () => ({ unref: () => {} }) })
    const done: Date[] = []
    side.outbox.serve('negotiation', 'later', async () => void done.push(new Date()))

    const before = new Date(Date.now() + 250)
    await side.runner.schedule(id, 'later', before)
    await side.outbox.start()
    await until(() => done.length === 1)
    const after = new Date(Date.now() + 250)
    await side.runner.schedule(id, 'later', after)
    await until(() => done.length === 2)
    t.ok(done[0] && done[0] >= before, 'what was planned before the start')
    t.ok(done[1] && done[1] >= after, 'what was planned while it runs')
    await side.outbox.stop()
  },
)

t.test('what was put off while the clock was ahead is taken up when it has been set back', async t => {
  const db = await testDatabase(t)
  const time = clock()
  let refuses = true
  const side = await replicaOf(
    t,
    db,
    async process => {
      if (refuses) throw new KontorError('bad-gateway', 502, 'no answer', { retryAfter: 300 })
      return yes(process)
    },
    { now: time.now },
  )
  side.outbox.start()
  // What the start finds of an earlier life is looked at by the clock of that moment.
  await side.outbox.drained()
  time.forward(365 * 86_400_000)
  const { id } = await request(side)
  await side.outbox.drained()
  refuses = false
  time.forward(-365 * 86_400_000)
  await side.outbox.drained()
  t.match(await side.runner.find(id), { state: 'REQUESTED' })
  t.same(await rows(db), [])
  await side.outbox.stop()
})
