import type { Queryable } from '../db/index.ts'
import { type Attempt, asParameters, notingAttempt } from './attempts.ts'

/** A webhook as it is kept. */
export interface Webhook {
  readonly id: string
  readonly url: string
  /** Patterns of types of events; null means all. */
  readonly types: readonly string[] | null
  /** The id of what events are about; null means whatever it is. */
  readonly subject: string | null
  /** A negotiation or transfer; null means all. */
  readonly process: string | null
  readonly enabled: boolean
  readonly disabledReason: string | null
  /** The number of the last event that it has taken, or that is not for it. */
  readonly place: number
  readonly deliveredAt: Date | null
  /** How often it was tried in vain, in a row. */
  readonly attempts: number
  readonly failingSince: Date | null
  readonly lastError: string | null
  readonly nextAttempt: Date | null
  readonly createdAt: Date
  readonly updatedAt: Date
}

/** With what it is signed. */
export interface Sealed {
  readonly secret: Buffer
  readonly formerSecret: Buffer | null
  readonly formerUntil: Date | null
}

const columns = `id, url, types, subject, process, enabled, disabled_reason as "disabledReason", place, delivered_at as "deliveredAt", attempts,
  failing_since as "failingSince", last_error as "lastError", next_attempt as "nextAttempt", created_at as "createdAt",
  updated_at as "updatedAt"`
const sealed = 'secret, former_secret as "formerSecret", former_until as "formerUntil"'

/** Keeps a new one; false if there are as many as there may be. */
export async function insertWebhook(
  db: Queryable,
  wish: Pick<Webhook, 'id' | 'url' | 'types' | 'subject' | 'process' | 'place' | 'createdAt'>,
  secret: Buffer,
  most: number,
): Promise<boolean> {
  const { id, url, types, subject, process, place, createdAt } = wish
  const inserted = await db.query(
    `insert into webhook (id, url, types, place, secret, created_at, updated_at, subject, process)
     select $1, $2, $3::text[], $4, $5, $6, $6, $8, $9 where (select count(*) from webhook) < $7 returning id`,
    [id, url, types, place, secret, createdAt, most, subject, process],
  )
  return inserted.length > 0
}

/** The webhook of that id. */
export async function findWebhook(db: Queryable, id: string): Promise<(Webhook & Sealed) | undefined> {
  const [row] = await db.query<Webhook & Sealed & object>(`select ${columns}, ${sealed} from webhook where id = $1`, [
    id,
  ])
  return row
}

/** The same, held until the end of the transaction. */
export async function lockWebhook(tx: Queryable, id: string): Promise<(Webhook & Sealed) | undefined> {
  const [row] = await tx.query<Webhook & Sealed & object>(
    `select ${columns}, ${sealed} from webhook where id = $1 for update`,
    [id],
  )
  return row
}

/** Webhooks by age. */
export function listWebhooks(db: Queryable, { limit, offset }: { limit: number; offset: number }): Promise<Webhook[]> {
  return db.query<Webhook & object>(`select ${columns} from webhook order by created_at, id limit $1 offset $2`, [
    limit,
    offset,
  ])
}

/** Whether there is one that is enabled. */
export async function hasWebhooks(db: Queryable): Promise<boolean> {
  return (await db.query('select from webhook where enabled limit 1')).length > 0
}

/** Those for which there is something behind their place, and that do not wait for their next attempt. */
export async function findLagging(db: Queryable, now: Date): Promise<readonly string[]> {
  const rows = await db.query<{ id: string }>(
    `select id from webhook where enabled and place < (select last from event_tail) and (next_attempt is null or next_attempt <= $1)`,
    [now],
  )
  return rows.map(({ id }) => id)
}

/** Another address, or other events. */
export async function changeWebhook(
  tx: Queryable,
  { id, url, types, subject, process }: Webhook,
  now: Date,
): Promise<void> {
  await tx.query(
    'update webhook set url = $2, types = $3::text[], subject = $5, process = $6, updated_at = $4 where id = $1',
    [id, url, types, now, subject, process],
  )
}

/** A new secret; the former one signs, too, until then. */
export async function replaceSecret(tx: Queryable, id: string, secret: Buffer, until: Date, now: Date): Promise<void> {
  await tx.query(
    'update webhook set former_secret = secret, former_until = $3, secret = $2, updated_at = $4 where id = $1',
    [id, secret, until, now],
  )
}

/** It goes on, from that place on if one is given; what failed before is forgotten. */
export async function enableWebhook(tx: Queryable, id: string, place: number | undefined, now: Date): Promise<void> {
  await tx.query(
    `update webhook set enabled = true, disabled_reason = null, place = coalesce($2, place), attempts = 0, failing_since = null,
       last_error = null, next_attempt = null, updated_at = $3 where id = $1`,
    [id, place ?? null, now],
  )
}

/** Nothing is brought there any more. */
export async function disableWebhook(tx: Queryable, id: string, reason: string, now: Date): Promise<void> {
  await tx.query(
    `update webhook set enabled = false, disabled_reason = $2, next_attempt = null, updated_at = $3 where id = $1`,
    [id, reason, now],
  )
}

/** False if there is no such webhook. */
export async function deleteWebhook(tx: Queryable, id: string): Promise<boolean> {
  return (await tx.query('delete from webhook where id = $1 returning id', [id])).length > 0
}

/** It has taken an event, or some that are not for it were passed over; unless somebody has put it elsewhere meanwhile. False then. */
export async function moveOn(
  db: Queryable,
  { id, place: from }: Pick<Webhook, 'id' | 'place'>,
  to: number,
  delivered: { readonly at: Date; readonly receiver: string; readonly attempt: Attempt } | null,
): Promise<boolean> {
  const note = delivered ? notingAttempt(4) : ''
  const noted = delivered ? asParameters(delivered.receiver, delivered.attempt) : []
  const moved = await db.query(
    `${note} update webhook set place = $3, delivered_at = coalesce($4, delivered_at),
       attempts = case when $4::timestamptz is null then attempts else 0 end,
       failing_since = case when $4::timestamptz is null then failing_since end,
       last_error = case when $4::timestamptz is null then last_error end, next_attempt = null
     where id = $1 and place = $2 and enabled returning id`,
    [id, from, to, delivered?.at ?? null, ...noted],
  )
  return moved.length > 0
}

/** It did not take an event. */
export async function noteFailure(
  tx: Queryable,
  id: string,
  failure: { readonly error: string; readonly next: Date; readonly now: Date },
): Promise<void> {
  await tx.query(
    `update webhook set attempts = attempts + 1, failing_since = coalesce(failing_since, $4), last_error = left($2, 1000),
       next_attempt = $3 where id = $1`,
    [id, failure.error, failure.next, failure.now],
  )
}
