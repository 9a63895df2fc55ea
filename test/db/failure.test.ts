import { inspect } from 'node:util'
import t from 'tap'
import { DatabaseError, isDuplicate } from '../../src/db/index.ts'
import { testDatabase } from '../support/database.ts'

t.test('no error of a statement carries a value of a parameter or a row', async t => {
  const db = await testDatabase(t)
  await db.query(
    `create table account (name text primary key, age int check (age > 0), parent text references account)`,
  )
  await db.query('insert into account values ($1)', ['hush-hush'])
  const statements = [
    ['insert into account values ($1)', '23505'],
    ['insert into account values (null, length($1))', '23502'],
    ['insert into account values ($1, -1)', '23514'],
    [`insert into account values ('x', 1, 'a' || $1)`, '23503'],
    ['select $1::uuid', '22P02'],
    ['select $1::timestamptz', '22007'],
    ['select $1::jsonb', '22P02'],
    ['select * from nothing where name = $1', '42P01'],
  ] as const
  for (const [sql, code] of statements) {
    const error = await db.query(sql, ['hush-hush']).catch(error => error)
    t.match(error, { name: 'DatabaseError', code, message: new RegExp(code) })
    t.notMatch(inspect(error, { depth: 9 }), /hush/, sql)
  }
})

t.test('what is wrong with a statement is said, where no value can be in it', async t => {
  const db = await testDatabase(t)
  await t.rejects(db.query('select * from nothing'), { message: /relation "nothing" does not exist/ })
})

t.test('a duplicate is recognised, by its constraint if wanted', async t => {
  const db = await testDatabase(t)
  await db.query('create table account (name text primary key)')
  await db.query('insert into account values ($1)', ['a'])
  const error = await db.query('insert into account values ($1)', ['a']).catch(error => error)
  t.ok(error instanceof DatabaseError)
  t.equal(error.table, 'account')
  t.ok(isDuplicate(error))
  t.ok(isDuplicate(error, 'account_pkey'))
  t.notOk(isDuplicate(error, 'another'))
  t.notOk(isDuplicate(new Error('23505')))
})

t.test('NUL is the fault of whoever sent it, not ours', async t => {
  const db = await testDatabase(t)
  const nul = { code: 'invalid', status: 400 }
  await t.rejects(db.query('select $1::text', ['a\0b']), nul)
  await t.rejects(db.query(`select $1::jsonb ->> 'a'`, ['{"a":"\\u0000"}']), nul)
})
