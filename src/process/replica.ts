import type { Database } from '../db/types.ts'

/** First key of the advisory locks by which replicas show that they live ("kont" in ASCII). */
export const LOCK_SPACE = 0x6b6f6e74

/** The numbers of the replicas that live, for statements that take over what the others have left. */
export const livingReplicas = `select objid::bigint as number from pg_locks
  where locktype = 'advisory' and classid = ${LOCK_SPACE} and granted
    and database = (select oid from pg_database where datname = current_database())`

/**
 * One running connector on its database. While it lives it holds an advisory lock on its number; when it dies, however
 * suddenly, PostgreSQL drops the lock with the connection, and others may take over the work that carries the number.
 */
export interface Replica {
  readonly number: number
  leave(): Promise<void>
}

/** Whether a replica lives, or has just lost its connection. */
export async function isReplicaAlive(db: Database, number: number): Promise<boolean> {
  const rows = await db.query(`select from (${livingReplicas}) as living where number = $1`, [number])
  return rows.length > 0
}

/** Takes a number and shows that we live. A lost connection is made anew, with the same number. */
export async function joinReplicas(db: Database): Promise<Replica> {
  const [row] = await db.query<{ number: number }>(`select nextval('replica')::int as number`)
  const number = row?.number ?? 0
  let left = false
  let session = await hold()

  async function hold() {
    const session = await db.session()
    await session.query('select pg_advisory_lock($1, $2)', [LOCK_SPACE, number])
    session.onLost(() => {
      if (!left) rejoin()
    })
    return session
  }

  function rejoin(): void {
    hold().then(
      async fresh => {
        session = fresh
        if (left) await fresh.release()
      },
      () => setTimeout(() => left || rejoin(), 500).unref(),
    )
  }

  return {
    number,
    async leave() {
      left = true
      await session.release()
    },
  }
}
