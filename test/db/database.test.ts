import { once } from 'node:events'
import { createServer } from 'node:net'
import t from 'tap'
import { connectDatabase } from '../../src/db/database.ts'
import { json } from '../../src/db/index.ts'
import { testDatabase, testDatabaseUrl } from '../support/database.ts'

t.test('bigint comes as number, timestamptz as Date, jsonb parsed', async t => {
  const db = await testDatabase(t)
  const at = new Date('2026-02-03T04:05:06.789Z')
  const value = { list: [1, 'two', null], nested: { yes: true } }
  const sql =
    'select $1::bigint as big, $2::timestamptz as at, $3::jsonb as value, $4::jsonb as list, $5::text[] as texts'
  const [row] = await db.query(sql, [9_007_199_254_740_991, at, json(value), json([1, 2]), ['a', 'b']])
  t.same(row, { big: 9_007_199_254_740_991, at, value, list: [1, 2], texts: ['a', 'b'] })
})

t.test('a bigint that a number cannot hold is an error, never a wrong number', async t => {
  const db = await testDatabase(t)
  await t.rejects(db.query('select 9007199254740993::bigint as big'), { name: 'RangeError' })
  t.same(await db.query('select 1::bigint as big'), [{ big: 1 }], 'the connection is still good')
})

t.test('a query finds new columns although its text was prepared before they came', async t => {
  const db = await testDatabase(t)
  await db.query('create table fruit (name text)')
  t.same(await db.query('select * from fruit'), [])
  await db.query(`alter table fruit add colour text default 'red'`)
  await db.query('insert into fruit (name) values ($1)', ['apple'])
  t.same(await db.query('select * from fruit'), [{ name: 'apple', colour: 'red' }])
})

t.test('when idle connections are lost the process lives on, and the next query gets a new one', async t => {
  const url = await testDatabaseUrl(t)
  const events: string[] = []
  const db = connectDatabase({ connectionString: url }, 2, event => events.push(event))
  t.teardown(() => db.close())
  const session = await db.session()
  await db.query('select 1')
  await session.query(
    'select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()',
  )
  while (!events.includes('database.connection.lost')) await session.query('select 1')
  t.same(await db.query('select 1 as one'), [{ one: 1 }])
})

t.test('a server that cannot be reached is 503', async t => {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const port = typeof address === 'object' ? address?.port : undefined
  server.close()
  const db = connectDatabase({ connectionString: `postgres://kontor:hush@127.0.0.1:${port}/kontor` }, 1, () => {})
  t.teardown(() => db.close())
  const unavailable = { code: 'unavailable', status: 503 }
  await t.rejects(db.query('select 1'), unavailable)
  await t.rejects(
    db.transaction(tx => tx.query('select 1')),
    unavailable,
  )
  await t.rejects(
    db.listen('news', () => {}),
    unavailable,
  )
  await t.rejects(db.session(), unavailable)
})
