import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inspect } from 'node:util'
import t from 'tap'
import { Secret } from '../../src/config/types.ts'
import { openDatabase } from '../../src/db/index.ts'
import { testDatabaseUrl } from '../support/database.ts'

t.test('without a URL the database is in the directory, migrated, and there again the next time', async t => {
  const directory = await mkdtemp(join(tmpdir(), 'kontor-'))
  t.teardown(() => rm(directory, { recursive: true, force: true }))
  const first = await openDatabase({ directory, connections: 2 })
  await first.query('create table fruit as select $1::text as name', ['apple'])
  const migrations = await first.query('select name from migration')
  await t.rejects(openDatabase({ directory, connections: 2 }), { code: 'conflict' })
  await Promise.all([first.close(), first.close()])
  const second = await openDatabase({ directory, connections: 2 })
  t.same(await second.query('select name from fruit'), [{ name: 'apple' }])
  t.same(await second.query('select name from migration'), migrations)
  await second.close()
})

t.test('with a URL the database is there, and stays when it is closed', async t => {
  const url = new Secret(await testDatabaseUrl(t))
  const first = await openDatabase({ url, directory: '/nowhere', connections: 2 })
  await first.query('create table fruit (name text)')
  await first.close()
  const second = await openDatabase({ url, directory: '/nowhere', connections: 2 })
  t.same(await second.query('select name from fruit'), [])
  await second.close()
})

t.test('closing waits for the work in hand', async t => {
  const url = new Secret(await testDatabaseUrl(t))
  const db = await openDatabase({ url, directory: '/nowhere', connections: 2 })
  const work = db.transaction(tx => tx.query(`select pg_sleep(0.05)::text, 'done' as result`))
  await db.query('select 1')
  await db.close()
  t.match(await work, [{ result: 'done' }])
})

t.test('no error of opening shows the URL’s password', async t => {
  const missing = new URL(await testDatabaseUrl(t))
  missing.pathname = '/not_there'
  const urls = [
    ['hush-hush', 'invalid', /database.url must look like/],
    ['mysql://kontor:hush-hush@localhost/kontor', 'invalid', /database.url must look like/],
    ['postgres://kontor:hush-hush@[nonsense/kontor', 'invalid', /database.url must look like/],
    ['postgres://kontor:hush-hush@127.0.0.1:1/kontor', 'unavailable', /ECONNREFUSED 127.0.0.1:1/],
    ['postgres://kontor:hush-hush@kontor.invalid/kontor', 'unavailable', /kontor.invalid/],
    [missing.href, 'unavailable', /"not_there" does not exist/],
  ] as const
  for (const [url, code, message] of urls) {
    const error = await openDatabase({ url: new Secret(url), directory: '/nowhere', connections: 2 }).catch(
      error => error,
    )
    t.match(error, { name: 'KontorError', code, message })
    t.notMatch(inspect(error, { depth: 9 }), /hush/)
  }
})
