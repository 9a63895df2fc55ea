import { createHash, randomBytes } from 'node:crypto'
import pg from 'pg'
import type { Test } from 'tap'
import { Secret } from '../../src/config/types.ts'
import { type Database, openDatabase } from '../../src/db/index.ts'
import { type Migration, migrate, migrationsDirectory, readMigrations } from '../../src/db/migrate.ts'
import { testServer } from './test-server.ts'

/** A migrated database of the test's own, gone at its teardown. */
export async function testDatabase(t: Pick<Test, 'teardown'>): Promise<Database> {
  const url = new Secret(await testDatabaseUrl(t))
  const database = await openDatabase({ url, directory: '/nowhere', connections: 4 })
  t.teardown(() => database.close())
  return database
}

/** The URL of such a database, for tests that start connectors by their configuration (`database.url`). */
export async function testDatabaseUrl(t: Pick<Test, 'teardown'>): Promise<string> {
  const server = await testServer()
  return createDatabase(t, server, `template ${await templateOf(server)}`)
}

/** The URL of a database in which nothing is, not even the schema. */
export async function emptyDatabaseUrl(t: Pick<Test, 'teardown'>): Promise<string> {
  return createDatabase(t, await testServer(), '')
}

async function createDatabase(t: Pick<Test, 'teardown'>, server: string, like: string): Promise<string> {
  const name = `kontor_test_${randomBytes(8).toString('hex')}`
  await asAdmin(server, `create database ${name} ${like}`)
  t.teardown(() => asAdmin(server, `drop database if exists ${name} with (force)`))
  return databaseOf(server, name)
}

let template: Promise<string> | undefined

/**
 * What all are copied from, as it stands in `create database`: migrated once for each state of the migrations, by whoever comes first.
 * Copied as files, which PostgreSQL 14 does anyway: some 20 ms each; through the log, the default since 15, 150 ms.
 */
function templateOf(server: string): Promise<string> {
  template ??= readMigrations(migrationsDirectory).then(migrations => createTemplate(server, migrations))
  return template
}

async function createTemplate(server: string, migrations: readonly Migration[]): Promise<string> {
  const digest = createHash('sha256').update(JSON.stringify(migrations)).digest('hex').slice(0, 16)
  const name = `kontor_template_${digest}`
  let strategy = ''
  await withAdmin(server, async admin => {
    await admin.query('select pg_advisory_lock(1)')
    strategy = (await versionOf(admin)) >= 150_000 ? 'strategy file_copy' : ''
    const { rowCount } = await admin.query('select from pg_database where datname = $1', [name])
    if (rowCount === 1) return
    // Renamed when complete, so that one whose maker was interrupted is not taken for it.
    await admin.query(`drop database if exists ${name}_draft with (force)`)
    await admin.query(`create database ${name}_draft`)
    await migrate({ connectionString: databaseOf(server, `${name}_draft`) }, migrations, () => {})
    await admin.query(`alter database ${name}_draft rename to ${name}`)
  })
  return `${name} ${strategy}`
}

async function versionOf(admin: pg.Client): Promise<number> {
  const { rows } = await admin.query('show server_version_num')
  return Number(rows[0].server_version_num)
}

function databaseOf(server: string, name: string): string {
  const url = new URL(server)
  url.pathname = `/${name}`
  return url.href
}

const asAdmin = (server: string, sql: string) => withAdmin(server, admin => admin.query(sql))

async function withAdmin(server: string, work: (admin: pg.Client) => Promise<unknown>): Promise<void> {
  const admin = new pg.Client({ connectionString: server })
  await admin.connect()
  try {
    await work(admin)
  } finally {
    await admin.end()
  }
}
