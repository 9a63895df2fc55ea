import t, { type Test } from 'tap'
import type { Database } from '../../src/db/index.ts'
import { badGateway } from '../../src/errors.ts'
import { createJobs, type Errand, type Job, type Jobs, joinReplicas, type Work } from '../../src/process/index.ts'
import { testDatabase } from '../support/database.ts'

/** A clock that is put forward by hand. */
function clock() {
  let ahead = 0
  const forward = (ms: number) => {
    ahead += ms
  }
  return { now: () => new Date(Date.now() + ahead), forward }
}

/** A replica that does jobs of the kind `test`; `failures` are the sentences it has told of. */
async function replicaOf(t: Test, db: Database, work: Work, more: { now?: () => Date; backoff?: () => number } = {}) {
  const replica = await joinReplicas(db)
  const failures: string[] = []
  const jobFailed = ({ error }: { error: unknown }) => void failures.push(String(error))
  const jobs = createJobs({ db, replica, now: () => new Date(), backoff: () => 1, ...more, events: { jobFailed } })
  jobs.serve('test', work)
  t.teardown(() => replica.leave())
  return { jobs, replica, failures }
}

const ask = (db: Database, jobs: Jobs | undefined, errand: Partial<Errand> = {}) =>
  db.transaction(async tx => jobs?.ask(tx, { kind: 'test', key: 'one', queue: 'peer', ...errand }))

const rows = (db: Database) =>
  db.query<{ key: string; owner: number | null; attempts: number; error: string | null }>('select * from job')

/** Looks until it is so; what never becomes so runs into the test's time limit. */
async function until(holds: () => Promise<boolean> | boolean): Promise<void> {
  while (!(await holds())) await new Promise(setImmediate)
}

/** Notes a call; a job that answers nothing is done. */
function push<T>(list: T[], value: T): undefined {
  list.push(value)
}

const never = new Promise<never>(() => {})

t.test('a job is done after the commit of what asked for it, once, and is gone', async t => {
  const db = await testDatabase(t)
  const done: Job[] = []
  const { jobs } = await replicaOf(t, db, async job => push(done, job))
  jobs.start()
  await ask(db, jobs, { payload: { a: 1 } })
  await until(() => done.length > 0)
  await jobs.drained()
  t.match(done, [{ kind: 'test', key: 'one', queue: 'peer', payload: { a: 1 }, attempts: 0 }])
  t.same(await rows(db), [])
  await jobs.stop()
})

t.test('what was rolled back is never done', async t => {
  const db = await testDatabase(t)
  const done: number[] = []
  const { jobs } = await replicaOf(t, db, async () => push(done, 0))
  jobs.start()
  const failing = db.transaction(async tx => {
    await jobs.ask(tx, { kind: 'test', key: 'one', queue: 'peer' })
    throw new Error('no')
  })
  await t.rejects(failing, { message: 'no' })
  await jobs.drained()
  t.equal(done.length, 0)
  await jobs.stop()
})

t.test('a job that fails is done again, with a count of how often it failed', async t => {
  const db = await testDatabase(t)
  const attempts: number[] = []
  const { jobs, failures } = await replicaOf(t, db, async job => {
    attempts.push(job.attempts)
    if (job.attempts < 2) throw new Error('not yet')
    return undefined
  })
  jobs.start()
  await ask(db, jobs)
  await until(async () => (await rows(db)).length === 0)
  t.same(attempts, [0, 1, 2])
  t.same(failures, ['Error: not yet', 'Error: not yet'])
  await jobs.stop()
})

t.test('a job of tomorrow is done tomorrow, and one that names a date is done again then', async t => {
  const db = await testDatabase(t)
  const time = clock()
  let done = 0
  const day = 86_400_000
  const { jobs } = await replicaOf(
    t,
    db,
    async () => {
      done++
      return new Date(time.now().getTime() + day)
    },
    time,
  )
  jobs.start()
  await ask(db, jobs, { due: new Date(time.now().getTime() + day) })
  await jobs.drained()
  t.equal(done, 0)
  time.forward(day + 1)
  await jobs.drained()
  t.equal(done, 1)
  time.forward(day + 1)
  await jobs.drained()
  t.equal(done, 2)
  await jobs.stop()
})

t.test('asked for again while it is at work, it is done again', async t => {
  const db = await testDatabase(t)
  let done = 0
  let finish = () => {}
  const { jobs } = await replicaOf(t, db, async () => {
    if (++done === 1)
      await new Promise<void>(resolve => {
        finish = resolve
      })
    return undefined
  })
  jobs.start()
  await ask(db, jobs)
  await until(() => done === 1)
  await ask(db, jobs)
  finish()
  await until(async () => (await rows(db)).length === 0)
  t.equal(done, 2)
  await jobs.stop()
})

t.test('the jobs of a replica that was killed are taken over, and only then', async t => {
  const db = await testDatabase(t)
  let reached = 0
  const dead = await replicaOf(t, db, () => {
    reached++
    return never
  })
  dead.jobs.start()
  await ask(db, dead.jobs)
  await until(() => reached === 1)

  const done: number[] = []
  const heir = await replicaOf(t, db, async () => push(done, 0))
  heir.jobs.start()
  await heir.jobs.drained()
  t.equal(done.length, 0, 'it lives')
  await dead.replica.leave()
  await heir.jobs.drained()
  t.equal(done.length, 1)
  await heir.jobs.stop()
})

t.test('two replicas do every job once', async t => {
  const db = await testDatabase(t)
  const done: string[] = []
  const work: Work = async ({ key }) => push(done, key)
  const replicas = [await replicaOf(t, db, work), await replicaOf(t, db, work)]
  for (const { jobs } of replicas) jobs.start()
  const keys = Array.from({ length: 60 }, (_, i) => `job ${i}`)
  await Promise.all(keys.map((key, i) => ask(db, replicas[i % 2]?.jobs, { key, queue: `peer ${i % 30}` })))
  await until(async () => {
    await Promise.all(replicas.map(({ jobs }) => jobs.drained()))
    return (await rows(db)).length === 0
  })
  t.same(done.sort(), [...keys].sort())
  await Promise.all(replicas.map(({ jobs }) => jobs.stop()))
})

t.test('a queue in which nothing moves delays no other', async t => {
  const db = await testDatabase(t)
  const begun = { dead: 0, alive: 0 }
  const { jobs } = await replicaOf(t, db, ({ queue }) => {
    begun[queue as 'dead' | 'alive']++
    return queue === 'dead' ? never : Promise.resolve(undefined)
  })
  for (let i = 0; i < 100; i++) await ask(db, jobs, { key: `dead ${i}`, queue: 'dead' })
  for (let i = 0; i < 20; i++) await ask(db, jobs, { key: `alive ${i}`, queue: 'alive' })
  jobs.start()
  await until(() => begun.alive === 20)
  t.ok(begun.dead < 10, `${begun.dead} of the dead queue at work`)
})

t.test('what is left at the end of a replica is found by the next', async t => {
  const db = await testDatabase(t)
  const first = await replicaOf(t, db, async () => Promise.reject(new Error('down')), { backoff: () => 60_000 })
  first.jobs.start()
  await ask(db, first.jobs)
  await until(async () => (await rows(db))[0]?.attempts === 1)
  await first.jobs.stop()
  t.match(await rows(db), [{ owner: null, attempts: 1, error: 'down' }])

  const time = clock()
  const done: number[] = []
  const next = await replicaOf(t, db, async () => push(done, 0), time)
  next.jobs.start()
  await next.jobs.drained()
  t.equal(done.length, 0, 'not before its time')
  time.forward(60_001)
  await next.jobs.drained()
  t.equal(done.length, 1)
  await next.jobs.stop()
})

t.test('what was put off while the clock was ahead is done when it has been set back', async t => {
  const db = await testDatabase(t)
  const time = clock()
  const year = 365 * 86_400_000
  const done: string[] = []
  const { jobs } = await replicaOf(
    t,
    db,
    async ({ key }) => {
      done.push(key)
      return new Date(time.now().getTime() + 3_600_000)
    },
    { now: time.now },
  )
  jobs.start()
  await ask(db, jobs, { key: 'hourly' })
  await jobs.drained()
  time.forward(year)
  await jobs.drained()
  t.same(done, ['hourly', 'hourly'], 'ahead by a year it was due')
  time.forward(-year)
  await jobs.drained()
  t.same(done, ['hourly', 'hourly', 'hourly'], 'without waiting for a year and an hour')
  await jobs.drained()
  t.equal(done.length, 3, 'and then it is as it was')
  time.forward(3_600_000)
  await jobs.drained()
  t.equal(done.length, 4)
  await jobs.stop()
})

t.test('so it is at the start, when the clock was set back meanwhile', async t => {
  const db = await testDatabase(t)
  const time = clock()
  time.forward(365 * 86_400_000)
  const before = await replicaOf(t, db, async () => new Date(time.now().getTime() + 3_600_000), { now: time.now })
  before.jobs.start()
  await ask(db, before.jobs)
  await before.jobs.drained()
  await before.jobs.stop()
  time.forward(-365 * 86_400_000)
  const done: Job[] = []
  const { jobs } = await replicaOf(t, db, async job => push(done, job), { now: time.now })
  jobs.start()
  await jobs.drained()
  t.equal(done.length, 1)
  await jobs.stop()
})

t.test('clocks that differ by seconds hurry nothing', async t => {
  const db = await testDatabase(t)
  const time = clock()
  const done: Job[] = []
  const { jobs } = await replicaOf(t, db, async job => push(done, job), { now: time.now })
  jobs.start()
  await ask(db, jobs, { due: new Date(time.now().getTime() + 3_600_000) })
  time.forward(-30_000)
  await jobs.drained()
  t.same(done, [])
  await jobs.stop()
})

t.test('who asks to be left alone for a while is', async t => {
  const db = await testDatabase(t)
  const time = clock()
  let attempts = 0
  const work = async (): Promise<undefined> => {
    attempts++
    throw badGateway('not now', { retryAfter: 120 })
  }
  const { jobs } = await replicaOf(t, db, work, { now: time.now })
  jobs.start()
  await ask(db, jobs)
  await jobs.drained()
  time.forward(100_000)
  await jobs.drained()
  t.equal(attempts, 1)
  time.forward(30_000)
  await jobs.drained()
  t.equal(attempts, 2)
  await jobs.stop()
})
