import type { Database, Queryable } from '../db/types.ts'
import { type Fact, factsAsRows, insertFacts } from '../events/index.ts'
import type { Errand } from './hand.ts'
import { livingReplicas } from './replica.ts'

/**
 * Takes rows that are due and in nobody's hands: never owned, or owned by a replica that holds its lock no longer.
 * A row of our own that has been due for half a minute may have been lost between commit and memory, so it comes again,
 * but only every half minute: `due` starts anew. What would wait in one of the queues in `full` stays where it is.
 */
export function claimDue(
  db: Database,
  { replica, now, limit, full }: { replica: number; now: Date; limit: number; full: readonly string[] },
): Promise<Errand[]> {
  return db.query<Errand & object>(
    `with alive as (${livingReplicas}), due as (
       select process_id, lane from outbox
       where due <= $2 and (owner is null or owner not in (select number from alive)
         or (owner = $1 and due < $2::timestamptz - interval '30 seconds'))
         and case lane when 'send' then 'send ' || counterparty else lane end <> all($4)
       order by due limit $3 for update skip locked
     ), taken as (
       update outbox o set owner = $1, due = $2 from due where o.process_id = due.process_id and o.lane = due.lane
       returning o.*
     )
     select p.kind, t.lane, t.process_id as "processId", t.counterparty, t.payload, t.attempts as attempt, 0 as refusals,
       t.created_at as since, t.wakes
     from taken t join process p on p.id = t.process_id`,
    [replica, now, limit, full],
  )
}

/**
 * The work is done, unless it was asked for again meanwhile. If `owner` still holds the newer row, which only another
 * replica can have written, the row becomes anybody's: true.
 */
export async function finish(
  db: Queryable,
  { processId, lane, wakes }: Errand,
  owner: number | null,
): Promise<boolean> {
  const released = await db.query(
    `with done as (delete from outbox where process_id = $1 and lane = $2 and wakes = $3)
     update outbox set owner = null where process_id = $1 and lane = $2 and wakes > $3 and owner = $4 returning lane`,
    [processId, lane, wakes, owner],
  )
  return released.length > 0
}

/**
 * The work is to be tried again, by whoever finds it due; at once if it was asked for again meanwhile: `newer`. If it has not failed
 * before, `facts` are told.
 */
export async function postpone(
  db: Queryable,
  { processId, lane, wakes, attempt }: Errand,
  given: { owner: number; now: Date; due: Date; error: string; facts: readonly Fact[] },
): Promise<{ readonly newer: boolean; readonly first: boolean }> {
  const [row] = await db.query<{ newer: boolean; first: boolean }>(
    `with before as (select error is null as first from outbox where process_id = $1 and lane = $2 and wakes = $3),
     told as (${insertFacts('$8')} where (select first from before))
     update outbox set owner = null, error = left($6, 2000),
       attempts = case when wakes = $3 then $7 else attempts end, due = case when wakes = $3 then $5 else due end
     where process_id = $1 and lane = $2 and wakes >= $3 and owner = $4
     returning wakes > $3 as newer, coalesce((select first from before), false) as first`,
    [processId, lane, wakes, given.owner, given.due, given.error, attempt + 1, factsAsRows(given.facts, given.now)],
  )
  return row ?? { newer: false, first: false }
}

/** When the next work is due that nobody has in hand, if that is before `until`. */
export async function nextDue(db: Queryable, now: Date, until: Date): Promise<Date | undefined> {
  const [row] = await db.query<{ due: Date | null }>(
    'select min(due) as due from outbox where owner is null and due > $1 and due <= $2',
    [now, until],
  )
  return row?.due ?? undefined
}

/** What this replica holds is anybody's again; whether that was anything. */
export async function release(db: Queryable, replica: number): Promise<boolean> {
  const released = await db.query('update outbox set owner = null where owner = $1 returning lane', [replica])
  return released.length > 0
}

/** Which replica has the work of that lane in hand, and whether it still lives; undefined if it is nobody's. */
export async function ownerOf(
  db: Queryable,
  processId: string,
  lane: string,
): Promise<{ readonly number: number; readonly alive: boolean } | undefined> {
  const [row] = await db.query<{ number: number; alive: boolean }>(
    `select owner as number, owner in (${livingReplicas}) as alive from outbox where process_id = $1 and lane = $2 and owner is not null`,
    [processId, lane],
  )
  return row
}

/** How it stands with a message of ours that has not got through yet. */
export interface Pending {
  /** When it was put under way. */
  readonly since: Date
  /** How often it was tried in vain; quick repetitions after a refusal are not counted. */
  readonly attempts: number
  /** When it is tried again, if it is not being tried at this moment. */
  readonly nextAttempt: Date
  /** When it is given up, and its process ends. */
  readonly deadline: Date
  /** Why the last attempt failed; null before the first has. */
  readonly lastError: string | null
}

/** The messages under way of some processes, by process id; `giveUpAfter` is in ms. */
export async function findPending(
  db: Queryable,
  processIds: readonly string[],
  giveUpAfter: number,
): Promise<ReadonlyMap<string, Pending>> {
  const rows = await db.query<Omit<Pending, 'deadline'> & { id: string }>(
    `select process_id as id, created_at as since, attempts, due as "nextAttempt", error as "lastError"
     from outbox where lane = 'send' and process_id = any($1)`,
    [processIds],
  )
  const deadline = (since: Date) => new Date(since.getTime() + giveUpAfter)
  return new Map(rows.map(({ id, ...row }) => [id, { ...row, deadline: deadline(row.since) }]))
}

/** Something else that is to be done for a process and has failed: it is tried again, for ever. */
export interface Trouble {
  /** What it is: set the data `flow`, `ask` a webhook, `watch` what the agreement permits, … */
  readonly lane: string
  readonly since: Date
  readonly attempts: number
  readonly lastError: string
  readonly nextAttempt: Date
}

/** What has failed for a process, apart from its messages. */
export function findTroubles(db: Queryable, processId: string): Promise<Trouble[]> {
  return db.query<Trouble & object>(
    `select lane, created_at as since, attempts, error as "lastError", due as "nextAttempt"
     from outbox where process_id = $1 and lane <> 'send' and error is not null order by lane`,
    [processId],
  )
}

/** How much work waits, and how old the oldest is in seconds; for the metrics. */
export async function measureOutbox(db: Queryable): Promise<{ depth: number; oldest: number }> {
  const [row] = await db.query<{ depth: number; oldest: number }>(
    `select count(*)::int as depth, coalesce(extract(epoch from max(now() - created_at)), 0)::float8 as oldest from outbox`,
  )
  return row ?? { depth: 0, oldest: 0 }
}
