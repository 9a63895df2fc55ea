import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import pg from 'pg'
import { unavailable } from '../errors.ts'
import { inPackage } from '../package-files.ts'
import { type Address, connectionOptions } from './connection.ts'
import { failure, refuse } from './failure.ts'
import { type Log, messageOf } from './log.ts'

/** A numbered file of SQL that takes the schema one step further. */
export interface Migration {
  /** `0001-processes`, the file's name without its ending. */
  readonly name: string
  readonly sql: string
  /** SHA-256 of the text, hex. */
  readonly digest: string
}

/** What the table `migration` remembers of one. */
export type Applied = Pick<Migration, 'name' | 'digest'>

/** Where ours lie: in src, also for the compiled program, as the compiler copies no SQL. */
export const migrationsDirectory = fileURLToPath(inPackage('src/db/migrations'))

/** Any number will do that no other program takes in the same database: "kontor" on a telephone. */
const lock = 566_867

/** Reads the migrations of a directory in their order. */
export async function readMigrations(directory: string): Promise<Migration[]> {
  const files = (await readdir(directory)).filter(file => file.endsWith('.sql')).sort()
  return Promise.all(files.map(file => readMigration(directory, file)))
}

async function readMigration(directory: string, file: string): Promise<Migration> {
  const sql = await readFile(`${directory}/${file}`, 'utf8')
  return { name: file.slice(0, -'.sql'.length), sql, digest: createHash('sha256').update(sql).digest('hex') }
}

/** What is left to do, if what was done agrees with the files; a history that differs is somebody else's schema. */
export function remaining(migrations: readonly Migration[], applied: readonly Applied[]): readonly Migration[] {
  for (const [index, { name, digest }] of applied.entries()) {
    const ours = migrations[index]
    if (ours?.name !== name) throw unavailable(strange(name))
    if (ours.digest !== digest) throw unavailable(changed(name))
  }
  return migrations.slice(applied.length)
}

const strange = (name: string) =>
  `The database has the migration ${name}, which this version of Kontor does not know at that place: start the version that made it, or a newer one.`

const changed = (name: string) =>
  `The migration ${name} differs from the one the database was made with: restore the file, and put changes into a new migration.`

/** Brings the database up to date. Several connectors may start at once: one migrates, the others wait for it. */
export function migrate(address: Address, migrations: readonly Migration[], log: Log): Promise<void> {
  return connected(address, async client => {
    await client.query('select pg_advisory_lock($1)', [lock])
    for (const migration of remaining(migrations, await readApplied(client))) await apply(client, migration, log)
  })
}

/** What `migrate` would do. Changes nothing. */
export function pendingMigrations(address: Address, migrations: readonly Migration[]): Promise<readonly Migration[]> {
  return connected(address, async client => {
    const { rows } = await client.query<{ there: boolean }>(`select to_regclass('migration') is not null as there`)
    return rows[0]?.there ? remaining(migrations, await listApplied(client)) : migrations
  })
}

async function connected<T>(address: Address, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client(connectionOptions(address))
  client.on('error', () => {})
  try {
    await client.connect()
    await demandVersion(client)
    return await work(client)
  } catch (error) {
    return refuse(error)
  } finally {
    await client.end()
  }
}

async function demandVersion(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ number: number; version: string }>(
    `select current_setting('server_version_num')::int as number, current_setting('server_version') as version`,
  )
  for (const { number, version } of rows) refuseOld(number, version)
}

/** PostgreSQL 14 is the oldest that its makers still mend. The number is `server_version_num`, 140000 for 14.0. */
export function refuseOld(number: number, version: string): void {
  if (number >= 140_000) return
  throw unavailable(`The server of database.url is PostgreSQL ${version}: Kontor needs 14 or newer.`)
}

async function readApplied(client: pg.Client): Promise<Applied[]> {
  await client.query(`
    create table if not exists migration (
      name text primary key,
      digest text not null,
      at timestamptz not null default now()
    )`)
  return listApplied(client)
}

async function listApplied(client: pg.Client): Promise<Applied[]> {
  const { rows } = await client.query<Applied>('select name, digest from migration order by name collate "C"')
  return rows
}

async function apply(client: pg.Client, { name, sql, digest }: Migration, log: Log): Promise<void> {
  try {
    await client.query('begin')
    await client.query(sql)
    await client.query('insert into migration (name, digest) values ($1, $2)', [name, digest])
    await client.query('commit')
  } catch (error) {
    throw unavailable(
      `The migration ${name} failed, and the database is as it was before it: ${messageOf(failure(error))}`,
    )
  }
  log('database.migrated', { name })
}
