import pg from 'pg'
import { type Address, connectionOptions } from './connection.ts'
import { refuse } from './failure.ts'
import { run } from './statement.ts'
import type { Session } from './types.ts'

/** Opens a connection of its own; `open` holds it until it has ended. */
export async function openSession(address: Address, open: Set<Session>): Promise<Session> {
  const client = new pg.Client(connectionOptions(address))
  const losers = new Set<() => void>()
  let ending: Promise<void> | undefined
  client.on('error', () => {})
  await client.connect().catch(refuse)
  client.once('end', () => {
    open.delete(session)
    if (ending === undefined) for (const lost of losers) lost()
  })
  const session: Session = {
    query: (sql, parameters) => run(client, sql, parameters),
    onLost: lost => losers.add(lost),
    release: () => {
      ending ??= client.end()
      return ending
    },
  }
  open.add(session)
  return session
}
