import { existsSync } from 'node:fs'
import { join } from 'node:path'
import pg from 'pg'
import type { Secret } from '../config/types.ts'
import { invalid } from '../errors.ts'
import type { Address } from './connection.ts'
import { connectDatabase } from './database.ts'
import { joinEmbedded, startEmbedded } from './embedded/index.ts'
import { type Log, silent } from './log.ts'
import { migrate, migrationsDirectory, pendingMigrations, readMigrations } from './migrate.ts'
import type { Database } from './types.ts'

export { DatabaseError, isDuplicate } from './failure.ts'
export type { Log } from './log.ts'
export { json } from './statement.ts'
export type { Database, Parameter, Queryable, Session, Transaction } from './types.ts'

/** Which database, and how much of it. */
export interface DatabaseOptions {
  /** A PostgreSQL server, 14 or newer; without it an embedded one runs in `<directory>/postgres`. */
  readonly url?: Secret | undefined
  readonly directory: string
  /** How many connections statements and transactions share; listening and sessions have theirs besides. */
  readonly connections: number
  /** Whether the embedded one may be that of a connector which runs already; by default it must be ours alone. */
  readonly join?: boolean
  readonly log?: Log
}

/**
 * Opens the connector's database and brings its schema up to date.
 *
 * @example
 * const db = await openDatabase({ directory: 'data', connections: 8 })
 * const [row] = await db.query<{ sum: number }>('select $1::int + 1 as sum', [41])
 * await db.close()
 *
 * @throws KontorError, a sentence for the operator: no such server, too old, another connector has the directory, other migrations.
 */
export async function openDatabase(options: DatabaseOptions): Promise<Database> {
  const log = options.log ?? silent
  const { address, stop } = await reach(options, log)
  try {
    await migrate(address, await readMigrations(migrationsDirectory), log)
  } catch (error) {
    await stop()
    throw error
  }
  const database = connectDatabase(address, options.connections, log)
  let closed: Promise<void> | undefined
  const close = () => {
    closed ??= database.close().finally(stop)
    return closed
  }
  return { ...database, close }
}

/** What was found in a database, and what was done to it, or would be. */
interface Migrated {
  /** How many migrations were in it before. */
  readonly before: number
  /** Names of those that were missing, in their order. */
  readonly migrations: readonly string[]
}

/**
 * Brings a database up to date, and tells what was done; with `dryRun` nothing is changed. An embedded one that a connector runs already is
 * joined, one that has never been started is not made for a dry run. Throws as `openDatabase` does.
 */
export async function migrateDatabase({
  dryRun,
  ...options
}: DatabaseOptions & { dryRun: boolean }): Promise<Migrated> {
  const all = await readMigrations(migrationsDirectory)
  const there = options.url !== undefined || existsSync(join(options.directory, 'postgres', 'data'))
  if (!there && dryRun) return { before: 0, migrations: all.map(({ name }) => name) }
  const { address, stop } = await reach({ ...options, join: true }, options.log ?? silent)
  try {
    const pending = await pendingMigrations(address, all)
    if (!dryRun) await migrate(address, all, options.log ?? silent)
    return { before: all.length - pending.length, migrations: pending.map(({ name }) => name) }
  } finally {
    await stop()
  }
}

/** Listening, sessions and somebody with psql need connections of the embedded server, too. */
const besides = 20

async function reach(options: DatabaseOptions, log: Log): Promise<{ address: Address; stop(): Promise<void> }> {
  if (options.url !== undefined) return { address: parseUrl(options.url), stop: async () => {} }
  const directory = join(options.directory, 'postgres')
  const running = options.join === true ? await joinEmbedded(directory) : undefined
  if (running !== undefined) return running
  return startEmbedded({ directory, connections: options.connections + besides, log })
}

/** node-postgres' own error would carry the URL, and the password in it. */
function parseUrl(url: Secret): Address {
  const connectionString = url.reveal()
  try {
    if (!/^postgres(ql)?:/.test(connectionString)) throw new TypeError()
    new pg.Client({ connectionString })
  } catch {
    const message = 'database.url must look like postgres://user:password@host:5432/database.'
    throw invalid(message, { faults: [{ path: 'database.url', message }] })
  }
  return { connectionString }
}
