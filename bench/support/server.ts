import pg from 'pg'
import { Secret } from '../../src/config/types.ts'
import { startEmbedded } from '../../src/db/embedded/index.ts'
import { type Database, openDatabase } from '../../src/db/index.ts'

/** One PostgreSQL server for several connectors, as one has it that is not embedded; fsync on. */
export interface Server {
  /** Makes an empty database; its URL. */
  create(name: string): Promise<string>
  /** Opens a database of it, migrated. */
  open(url: string): Promise<Database>
  stop(): Promise<void>
}

/** Starts a server in a directory. */
export async function startServer(directory: string): Promise<Server> {
  const { address, stop } = await startEmbedded({ directory, connections: 200, log: () => {} })
  const urlOf = (database: string) => {
    const url = new URL(`postgres://${address.user}@localhost:${address.port}/${database}`)
    url.searchParams.set('host', address.host)
    return url.href
  }
  return {
    async create(name) {
      const admin = new pg.Client(address)
      await admin.connect()
      await admin.query(`create database ${pg.escapeIdentifier(name)}`)
      await admin.end()
      return urlOf(name)
    },
    open: url => openDatabase({ url: new Secret(url), directory, connections: 4 }),
    stop,
  }
}
