import type { Database, Queryable, Transaction } from '../db/types.ts'
import { livingReplicas } from './replica.ts'

/** What is to be done, and for whom. */
export interface Errand {
  /** Who does it, such as `issuance`. */
  readonly kind: string
  /** What it is about: asked for twice before it is begun, it is done once. */
  readonly key: string
  /** Jobs of one queue are done a few at a time; a counterparty's id, so that a dead one delays nobody else. */
  readonly queue: string
  /** Absent: at once. */
  readonly due?: Date
  /** Small and JSON; of what was asked for twice, the later. Secrets do not belong here. */
  readonly payload?: unknown
}

/** A job in hand. */
export interface Job {
  readonly kind: string
  readonly key: string
  readonly queue: string
  readonly payload: unknown
  /** How often it has failed in a row. */
  readonly attempts: number
  /** When it was asked for the first time, or, if it repeats, when it was last done. */
  readonly since: Date
  readonly wakes: number
}

/** Writes down that something is to be done; a job that waits already becomes due at the earlier of both times, with a fresh count of attempts. */
export async function insertJob(
  tx: Queryable,
  { kind, key, queue, due, payload }: Errand & { due: Date },
  now: Date,
): Promise<void> {
  await tx.query(
    `insert into job as j (kind, key, queue, due, payload, created_at) values ($1, $2, $3, $4, $5, $6)
     on conflict (kind, key) do update set due = least(j.due, excluded.due), payload = excluded.payload,
       queue = excluded.queue, wakes = j.wakes + 1, attempts = 0, created_at = excluded.created_at`,
    [kind, key, queue, due, payload === undefined ? null : JSON.stringify(payload), now],
  )
}

/** Takes back what is to be done; what is at work already is not stopped by it. */
export async function deleteJob(tx: Queryable, kind: string, key: string): Promise<void> {
  await tx.query('delete from job where kind = $1 and key = $2', [kind, key])
}

/**
 * Takes jobs that are due and in nobody's hands: never owned, owned by a replica that holds its lock no longer, or owned by this
 * one although it has them not in hand, since it could not write down how they ended.
 */
export function claimJobs(
  db: Database,
  given: {
    replica: number
    now: Date
    limit: number
    kinds: readonly string[]
    full: readonly string[]
    inHand: readonly string[]
    /** At most so many of one queue. */
    ofAQueue: number
  },
): Promise<Job[]> {
  return db.query<Job & object>(
    `with alive as (${livingReplicas}), free as (
       select kind, key, due, row_number() over (partition by queue order by due) as place from job
       where due <= $2 and kind = any($4) and queue <> all($5)
         and (owner is null or owner not in (select number from alive) or (owner = $1 and kind || ' ' || key <> all($6)))
     ), taken as (
       select j.kind, j.key from job j join free using (kind, key)
       where place <= $7 and (j.owner is null or j.owner = $1 or j.owner not in (select number from alive))
       order by free.due limit $3 for update of j skip locked
     )
     update job j set owner = $1 from taken where j.kind = taken.kind and j.key = taken.key
     returning j.kind, j.key, j.queue, j.payload, j.attempts, j.created_at as since, j.wakes`,
    [given.replica, given.now, given.limit, given.kinds, given.full, given.inHand, given.ofAQueue],
  )
}

/** The job is done, for good (no date) or until then. Asked for again meanwhile, it stays as it is asked for. */
export async function endJob(
  db: Database,
  { kind, key, wakes }: Job,
  again: Date | undefined,
  now: Date,
): Promise<void> {
  await db.transaction(async (tx: Transaction) => {
    const mine = [kind, key, wakes]
    if (again === undefined) await tx.query('delete from job where kind = $1 and key = $2 and wakes = $3', mine)
    else
      await tx.query(
        `update job set due = $4, attempts = 0, error = null, created_at = $5
         where kind = $1 and key = $2 and wakes = $3`,
        [...mine, again, now],
      )
    await tx.query('update job set owner = null where kind = $1 and key = $2', [kind, key])
  })
}

/** The job failed and is to be tried again then; asked for again meanwhile, as asked for. */
export async function postponeJob(
  db: Queryable,
  { kind, key, wakes, attempts }: Job,
  due: Date,
  error: string,
): Promise<void> {
  await db.query(
    `update job set owner = null, error = left($6, 2000),
       attempts = case when wakes = $3 then $5 else attempts end, due = case when wakes = $3 then $4 else due end
     where kind = $1 and key = $2`,
    [kind, key, wakes, due, attempts + 1, error],
  )
}

/** What this replica holds is anybody's again. */
export async function releaseJobs(db: Queryable, replica: number): Promise<void> {
  await db.query('update job set owner = null where owner = $1', [replica])
}
