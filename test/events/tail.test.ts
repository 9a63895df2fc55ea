import t, { type Test } from 'tap'
import type { Database, Transaction } from '../../src/db/index.ts'
import { appendFacts, createTail, deleteEvents, type Fact, type Tail } from '../../src/events/index.ts'
import { testDatabase } from '../support/database.ts'
import { gate } from '../support/gate.ts'

const fact = (id: string): Fact => ({ type: 'dataset.created', subject: id, data: { id } })
const at = new Date('2026-11-26T09:00:00Z')

/** The tail of one replica, stopped at the end of the test. */
async function tailOf(t: Test, db: Database): Promise<Tail> {
  const tail = createTail({
    db,
    events: {
      failed: error => {
        throw error
      },
    },
  })
  await tail.start()
  t.teardown(() => tail.close())
  return tail
}

/** Collects what a tail tells, from a place on, as a reader of the stream does. */
async function reader(t: Test, tail: Tail, after = 0) {
  const heard: string[] = []
  const places: number[] = []
  let place = after
  let change = () => {}
  let reading = Promise.resolve()
  const wake = () => {
    reading = reading.then(async () => {
      for (let more = await tail.read(place, 7); more.length > 0; more = await tail.read(place, 7)) {
        place = more.at(-1)?.position ?? place
        heard.push(...more.map(({ subject }) => subject))
        places.push(...more.map(({ position }) => position))
      }
      change()
    })
  }
  t.teardown(await tail.listen(wake))
  wake()
  return {
    heard,
    places,
    async until(count: number): Promise<void> {
      while (heard.length < count)
        await new Promise<void>(resolve => {
          change = resolve
        })
    },
  }
}

/** A transaction that is committed when it is told to. */
function held(db: Database, work: (tx: Transaction) => Promise<void>) {
  const { open: begun, opened: written } = gate()
  const { open: commit, opened: released } = gate()
  const done = db.transaction(async tx => {
    await work(tx)
    begun()
    await released
  })
  return {
    written,
    commit(): Promise<void> {
      commit()
      return done
    },
  }
}

t.test('what is committed late is told late, and never skipped', async t => {
  const db = await testDatabase(t)
  const tail = await tailOf(t, db)
  const { heard, places, until } = await reader(t, tail)
  const late = held(db, tx => tail.append(tx, [fact('late')], at))
  await late.written
  await db.transaction(tx => tail.append(tx, [fact('early')], at))
  await until(1)
  t.strictSame(heard, ['early'])
  await late.commit()
  await until(2)
  t.strictSame(heard, ['early', 'late'])
  t.strictSame(places, [1, 2])
})

t.test('a transaction that is rolled back leaves no gap to wait at', async t => {
  const db = await testDatabase(t)
  const tail = await tailOf(t, db)
  const { heard, places, until } = await reader(t, tail)
  await t.rejects(
    db.transaction(async tx => {
      await tail.append(tx, [fact('never')], at)
      throw new Error('no')
    }),
  )
  await db.transaction(tx => tail.append(tx, [fact('a'), fact('b')], at))
  await until(2)
  t.strictSame(heard, ['a', 'b'])
  t.strictSame(places, [1, 2])
})

t.test(
  'writers in several replicas, readers in others: each reader gets everything once, in the same order',
  async t => {
    const db = await testDatabase(t)
    const tails = await Promise.all([tailOf(t, db), tailOf(t, db), tailOf(t, db)])
    const readers = await Promise.all(tails.map(tail => reader(t, tail)))
    const [writers, each] = [8, 25]
    await Promise.all(
      Array.from({ length: writers }, async (_, writer) => {
        for (let n = 0; n < each; n++)
          await db.transaction(async tx => {
            await (tails[writer % 3] as Tail).append(tx, [fact(`${writer} ${n}`)], at)
            // Some hold their number for a while before they commit.
            if ((writer + n) % 3 === 0) await tx.query('select pg_sleep(random() / 100)')
          })
      }),
    )
    await Promise.all(readers.map(({ until }) => until(writers * each)))
    const [first] = readers
    t.equal(new Set(first?.heard).size, writers * each)
    for (const { heard, places } of readers) {
      t.strictSame(heard, first?.heard)
      t.strictSame(
        places,
        Array.from({ length: writers * each }, (_, index) => index + 1),
      )
    }
    for (let writer = 0; writer < writers; writer++)
      t.strictSame(
        first?.heard.filter(subject => subject.startsWith(`${writer} `)),
        Array.from({ length: each }, (_, n) => `${writer} ${n}`),
        'what one has written one after the other is told in that order',
      )
  },
)

t.test('what was committed while nobody listened is told to whoever comes', async t => {
  const db = await testDatabase(t)
  const tail = await tailOf(t, db)
  await db.transaction(tx => tail.append(tx, [fact('before')], at))
  t.match(await db.query('select position from event'), [{ position: null }], 'nobody has given it a place')
  const { heard, until } = await reader(t, tail)
  await until(1)
  t.strictSame(heard, ['before'])
})

t.test('a replica that has nobody to listen gives places when somebody listens elsewhere', async t => {
  const db = await testDatabase(t)
  const [writing, listening] = [await tailOf(t, db), await tailOf(t, db)]
  const { heard, until } = await reader(t, listening)
  await db.transaction(tx => writing.append(tx, [fact('told')], at))
  await until(1)
  t.strictSame(heard, ['told'])
})

t.test('a reader that is far behind reads from the database, and joins the others', async t => {
  const db = await testDatabase(t)
  const tail = await tailOf(t, db)
  await reader(t, tail)
  const many = Array.from({ length: 2_500 }, (_, n) => fact(String(n)))
  await db.transaction(tx => tail.append(tx, many, at))
  const { places, until } = await reader(t, tail)
  await until(2_500)
  await db.transaction(tx => tail.append(tx, [fact('last')], at))
  await until(2_501)
  t.strictSame(
    places,
    Array.from({ length: 2_501 }, (_, index) => index + 1),
  )
})

t.test('old events are deleted, the oldest first, whether they have a place or not', async t => {
  const db = await testDatabase(t)
  const tail = await tailOf(t, db)
  const day = (n: number) => new Date(Date.UTC(2026, 0, n))
  await db.transaction(tx => appendFacts(tx, [fact('1')], day(1)))
  await db.transaction(tx => appendFacts(tx, [fact('3')], day(3)))
  t.strictSame(await tail.bounds(), { first: 1, last: 2 })
  await db.transaction(tx => appendFacts(tx, [fact('2, without a place')], day(2)))
  t.equal(await deleteEvents(db, day(3), 10), 2)
  t.match(await db.query('select subject from event'), [{ subject: '3' }])
  t.strictSame(await tail.bounds(), { first: 2, last: 2 })
})
