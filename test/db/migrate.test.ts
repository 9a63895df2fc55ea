import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { connectDatabase } from '../../src/db/database.ts'
import { migrate, migrationsDirectory, readMigrations, refuseOld, remaining } from '../../src/db/migrate.ts'
import { emptyDatabaseUrl } from '../support/database.ts'

const fruit = { '0001-fruit.sql': 'create table fruit (name text);\n', 'README.md': 'no migration' }

t.test('migrations run once each, in the order of their numbers', async t => {
  const { db, folder, run } = await setUp(t, { ...fruit, '0002-apple.sql': `insert into fruit values ('apple')` })
  await run()
  await run()
  await writeFile(join(folder, '0010-pear.sql'), `insert into fruit values ('pear'); insert into fruit values ('plum')`)
  await run()
  t.same(await db.query('select string_agg(name, $1) as all from fruit', [' ']), [{ all: 'apple pear plum' }])
  t.match(await db.query('select name, digest from migration order by name'), [
    { name: '0001-fruit', digest: /^[0-9a-f]{64}$/ },
    { name: '0002-apple' },
    { name: '0010-pear' },
  ])
})

t.test('an empty folder is no trouble', async t => {
  const { db, run } = await setUp(t, {})
  await run()
  t.same(await db.query('select * from migration'), [])
})

t.test('connectors that start together migrate once', async t => {
  const { db, run } = await setUp(t, { ...fruit, '0002-apple.sql': `insert into fruit values ('apple')` })
  await Promise.all([run(), run(), run(), run()])
  t.same(await db.query('select * from fruit'), [{ name: 'apple' }])
})

t.test('a changed migration ends the start with a sentence', async t => {
  const { folder, run } = await setUp(t, fruit)
  await run()
  await writeFile(join(folder, '0001-fruit.sql'), 'create table fruits (name text);\n')
  await t.rejects(run(), { code: 'unavailable', message: /0001-fruit differs .* restore the file/ })
})

t.test('a migration that fails leaves nothing behind, and is named', async t => {
  const { db, folder, run } = await setUp(t, { ...fruit, '0002-half.sql': 'create table half (); select 1 / 0' })
  await t.rejects(run(), { message: /0002-half failed, and the database is as it was/ })
  t.same(await db.query(`select to_regclass('half')::text as half`), [{ half: null }])
  await writeFile(join(folder, '0002-half.sql'), 'create table half ()')
  await run()
  t.same(await db.query('select from half'), [])
})

t.test('a database of a newer version is refused', async t => {
  const [one, two] = ['1', '2'].map(name => ({ name, digest: name, sql: '' }))
  if (one === undefined || two === undefined) return
  t.same(remaining([one, two], [one]), [two])
  t.throws(() => remaining([one], [one, two]), { message: /migration 2, which this version of Kontor does not know/ })
  t.throws(() => remaining([one, two], [two]), { message: /migration 2, .* at that place/ })
})

t.test('a server that is too old is refused with a sentence', async t => {
  refuseOld(140_000, '14.0')
  t.throws(() => refuseOld(130_014, '13.14'), { message: /database.url is PostgreSQL 13.14: Kontor needs 14 or newer/ })
})

t.test('the migrations of the product are numbered, no number twice', async t => {
  const numbers = (await readMigrations(migrationsDirectory)).map(({ name }) => /^(\d{4})-[a-z]/.exec(name)?.[1])
  t.notOk(numbers.includes(undefined), 'four digits, a dash, a name')
  t.equal(new Set(numbers).size, numbers.length)
})

async function setUp(t: Test, files: Record<string, string>) {
  const address = { connectionString: await emptyDatabaseUrl(t) }
  const folder = t.testdir(files)
  const db = connectDatabase(address, 2, () => {})
  t.teardown(() => db.close())
  return { db, folder, run: async () => migrate(address, await readMigrations(folder), () => {}) }
}
