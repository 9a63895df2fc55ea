import type { Database, Queryable } from '../db/types.ts'
import type { Task } from './outbox.ts'
import { LOCK_SPACE } from './replica.ts'
import type { Kind } from './store.ts'

interface DueRow extends Record<string, unknown> {
  kind: Kind
  lane: string
  payload: unknown
  attempt: number
  since: Date
  wakes: number
}

/**
 * Takes rows that are due and in nobody's hands: never owned, or owned by a replica that holds its lock no longer.
 * A row of our own that has been due for half a minute was lost between commit and memory, so it is taken again.
 */
export async function claimDue(db: Database, replica: number, now: Date, limit: number): Promise<Task[]> {
  const rows = await db.query<DueRow>(
    `with alive as (
       select objid::bigint as number from pg_locks where locktype = 'advisory' and classid = $4 and granted
         and database = (select oid from pg_database where datname = current_database())
     ), due as (
       select process_id, lane from outbox
       where due <= $2 and (owner is null or owner not in (select number from alive)
         or (owner = $1 and due < $2::timestamptz - interval '30 seconds'))
       order by due limit $3 for update skip locked
     ), taken as (
       update outbox o set owner = $1 from due where o.process_id = due.process_id and o.lane = due.lane
       returning o.process_id, o.lane, o.payload, o.attempts, o.created_at, o.wakes
     )
     select t.lane, t.payload, t.attempts as attempt, t.created_at as since, t.wakes, p.kind,
       p.id, p.role, p.state, p.counterparty, p.peer_pid as "peerPid", p.address, p.data, p.sending, p.seen, p.visits, p.waiting,
       p.error, p.version, p.journal_seq as "journalSeq", p.journal_hash as "journalHash",
       p.created_at as "createdAt", p.updated_at as "updatedAt"
     from taken t join process p on p.id = t.process_id`,
    [replica, now, limit, LOCK_SPACE],
  )
  return rows.map(({ kind, lane, payload, attempt, since, wakes, ...process }) => ({
    kind,
    lane,
    payload,
    attempt,
    since,
    wakes,
    process: process as unknown as Task['process'],
  }))
}

/** The work is done, unless it was asked for again meanwhile. */
export async function finish(db: Queryable, processId: string, lane: string, wakes: number): Promise<void> {
  await db.query('delete from outbox where process_id = $1 and lane = $2 and wakes = $3', [processId, lane, wakes])
}

/** The work is to be tried again, by whoever finds it due. */
export async function postpone(db: Queryable, processId: string, lane: string, wakes: number, due: Date, error: string): Promise<void> {
  await db.query(
    `update outbox set due = $4, owner = null, attempts = attempts + 1, error = left($5, 2000)
     where process_id = $1 and lane = $2 and wakes = $3`,
    [processId, lane, wakes, due, error],
  )
}

/** What this replica holds is anybody's again. */
export async function release(db: Queryable, replica: number): Promise<void> {
  await db.query('update outbox set owner = null where owner = $1', [replica])
}

/** How much work waits, and how old the oldest is in seconds; for the metrics. */
export async function measureOutbox(db: Queryable): Promise<{ depth: number; oldest: number }> {
  const [row] = await db.query<{ depth: number; oldest: number }>(
    `select count(*)::int as depth, coalesce(extract(epoch from max(now() - created_at)), 0)::float8 as oldest from outbox`,
  )
  return row ?? { depth: 0, oldest: 0 }
}
