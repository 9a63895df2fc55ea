import pg from 'pg'
import { type Address, connectionOptions } from './connection.ts'
import { failure } from './failure.ts'
import { Listener } from './listener.ts'
import { type Log, messageOf } from './log.ts'
import { openSession } from './session.ts'
import { run } from './statement.ts'
import { repeat, runHook, transact } from './transaction.ts'
import type { Database, Session } from './types.ts'

/** A database over a pool of connections; they are made when needed. */
export function connectDatabase(address: Address, connections: number, log: Log): Database {
  const pool = createPool(address, connections, log)
  const listener = new Listener(address, log)
  const sessions = new Set<Session>()
  return {
    query: (sql, parameters) => repeat(() => run(pool, sql, parameters)),
    transaction: work => repeat(() => transact(pool, work, log)),
    afterwards: work => runHook(work, log),
    listen: (channel, heard) => listener.listen(channel, heard),
    session: () => openSession(address, sessions),
    async close() {
      await listener.close()
      await Promise.all([...sessions].map(session => session.release()))
      await pool.end()
    },
  }
}

/** A transaction that does nothing for so long, ms, belongs to a replica that has vanished from the network: its locks must go. */
const longestPause = 60_000

function createPool(address: Address, connections: number, log: Log): pg.Pool {
  const pool = new pg.Pool({
    ...connectionOptions(address),
    max: connections,
    idle_in_transaction_session_timeout: longestPause,
  })
  // Without these a connection that is lost while nobody waits for an answer would end the process.
  pool.on('connect', client => client.on('error', () => {}))
  pool.on('error', error => {
    if (!pool.ending) log('database.connection.lost', { reason: messageOf(failure(error)) })
  })
  return pool
}
