import t from 'tap'
import { conflict } from '../../src/errors.ts'
import { testDatabase } from '../support/database.ts'
import { gate } from '../support/gate.ts'

t.test('a transaction gives its result after the commit, and then runs its hooks', async t => {
  const db = await testDatabase(t)
  await db.query('create table fruit (name text)')
  const seen: unknown[] = []
  const result = await db.transaction(async tx => {
    tx.afterCommit(() => seen.push('committed'))
    await tx.query('insert into fruit values ($1)', ['apple'])
    seen.push((await db.query('select from fruit')).length)
    return 'done'
  })
  t.equal(result, 'done')
  t.same(seen, [0, 'committed'], 'others see nothing before, hooks run after')
  t.same(await db.query('select * from fruit'), [{ name: 'apple' }])
})

t.test('an error rolls everything back, arrives as it was thrown, and no hook runs', async t => {
  const db = await testDatabase(t)
  await db.query('create table fruit (name text)')
  const reason = conflict('No apples today.')
  const work = db.transaction(async tx => {
    tx.afterCommit(() => t.fail('a hook ran without a commit'))
    await tx.query('insert into fruit values ($1)', ['apple'])
    throw reason
  })
  t.equal(await work.catch(error => error), reason)
  t.same(await db.query('select * from fruit'), [])
})

t.test('a failed statement that the work swallows still fails the transaction', async t => {
  const db = await testDatabase(t)
  const work = db.transaction(async tx => {
    tx.afterCommit(() => t.fail('a hook ran without a commit'))
    await tx.query('select 1 / 0').catch(() => {})
    return 'as if nothing had happened'
  })
  await t.rejects(work, { name: 'DatabaseError', code: '22012' })
})

t.test('two transactions that cannot both be first are both done in the end', async t => {
  const db = await testDatabase(t)
  await db.query('create table visitor (number int)')
  const bothHaveCounted = barrier(2)
  let tries = 0
  const hooks: number[] = []
  const visit = () =>
    db.transaction(async tx => {
      tries++
      await tx.query('set transaction isolation level serializable')
      const [row] = await tx.query<{ count: number }>('select count(*) from visitor')
      await bothHaveCounted()
      const number = (row?.count ?? 0) + 1
      await tx.query('insert into visitor values ($1)', [number])
      tx.afterCommit(() => hooks.push(number))
    })
  await Promise.all([visit(), visit()])
  t.same(await db.query('select number from visitor order by number'), [{ number: 1 }, { number: 2 }])
  // One was in the other's way, and once more if it came back before the other's commit could be seen.
  t.ok(tries >= 3)
  t.same(hooks.sort(), [1, 2], 'hooks of the attempt that failed are forgotten')
})

t.test('a transaction that always gets in the way is given up after five attempts', async t => {
  const db = await testDatabase(t)
  let tries = 0
  const work = db.transaction(async tx => {
    tries++
    await tx.query(`do $$ begin raise exception 'again' using errcode = 'serialization_failure'; end $$`)
  })
  await t.rejects(work, { code: '40001' })
  t.equal(tries, 5)
})

t.test('a hook that throws does not make a committed transaction look failed', async t => {
  const db = await testDatabase(t)
  const work = db.transaction(async tx => {
    tx.afterCommit(() => {
      throw new Error('too late')
    })
    return 'committed'
  })
  t.equal(await work, 'committed')
})

t.test('nor does what follows from a statement by itself', async t => {
  const db = await testDatabase(t)
  const seen: string[] = []
  db.afterwards(() => {
    seen.push('run')
    throw new Error('too late')
  })
  t.strictSame(seen, ['run'])
})

t.test('a statement after the end of its transaction is an error, never a part of somebody else’s', async t => {
  const db = await testDatabase(t)
  const tx = await db.transaction(async tx => tx)
  await t.rejects(tx.query('select 1'), { message: /an await is missing/ })
})

t.test(
  'a connection that breaks in a transaction is an error there, and the next transaction has a new one',
  async t => {
    const db = await testDatabase(t)
    const work = db.transaction(tx => tx.query('select pg_terminate_backend(pg_backend_pid())'))
    await t.rejects(work, { name: 'KontorError', code: 'unavailable', status: 503 })
    t.same(await db.transaction(tx => tx.query('select 1 as one')), [{ one: 1 }])
  },
)

/** Waits, the first time each of so many calls it, until all have; later calls pass. */
function barrier(many: number): () => Promise<void> {
  let missing = many
  const { open, opened } = gate()
  return () => {
    missing--
    if (missing <= 0) open()
    return opened
  }
}
