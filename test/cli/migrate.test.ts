import { readdirSync } from 'node:fs'
import pg from 'pg'
import t, { type Test } from 'tap'
import { testServer } from '../support/test-server.ts'
import { kontor } from './in-process.ts'

const all = readdirSync(new URL('../../src/db/migrations', import.meta.url)).length

/** A database with nothing in it. */
async function emptyDatabase(t: Test): Promise<string> {
  const server = await testServer()
  const client = new pg.Client({ connectionString: server })
  await client.connect()
  const name = `migrate_${process.pid}`
  await client.query(`create database ${name} template template0`)
  t.teardown(async () => {
    await client.query(`drop database ${name} with (force)`)
    await client.end()
  })
  const url = new URL(server)
  url.pathname = `/${name}`
  return url.href
}

t.test('a dry run tells what an update would do, the update does it, and then nothing is left', async t => {
  const environment = {
    KONTOR_PARTICIPANT_ID: 'did:web:migrated.example',
    KONTOR_DATABASE_URL: await emptyDatabase(t),
    KONTOR_DIRECTORY: t.testdir(),
  }
  const migrate = (...words: string[]) => kontor(t, ['migrate', ...words], environment)
  for (const _ of ['once', 'again']) {
    const { code, stdout } = await migrate('--dry-run')
    t.equal(code, 0)
    t.match(stdout, /^To be done \(0 are in it\):\n {2}0001-process\n/, 'it has changed nothing')
  }
  const done = JSON.parse((await migrate('-o', 'json')).stdout)
  t.match(done, { dryRun: false, before: 0 })
  t.equal(done.migrations.length, all)
  t.equal((await migrate()).stdout, `The database is up to date: all ${all} migrations are in it.\n`)
})

t.test('an embedded database that was never started is not made by a dry run', async t => {
  const directory = t.testdir()
  const environment = { KONTOR_PARTICIPANT_ID: 'did:web:migrated.example', KONTOR_DIRECTORY: directory }
  t.match((await kontor(t, ['migrate', '--dry-run'], environment)).stdout, /^To be done \(0 are in it\):/)
  t.notOk(readdirSync(directory).includes('postgres'))
})
