import type { Parameter, Queryable } from '../db/index.ts'

/** An attempt to bring something to a receiver, and what came of it. */
export interface Attempt {
  readonly at: Date
  /** The id of what was brought: the same at every attempt. */
  readonly event: string
  readonly type: string
  /** How long the receiver took, ms. */
  readonly ms: number
  /** What it answered; null if it gave no answer. */
  readonly status: number | null
  /** Why it counts as failed; null if the receiver has taken it. */
  readonly error: string | null
  /** Null if there is to be none. */
  readonly nextAttempt: Date | null
}

/** So many are kept of a receiver: enough to see since when it has been as it is. */
const KEPT = 50
const LONGEST_ERROR = 1_000

/** What stands before a statement that notes an attempt beside something else; its parameters begin behind so many. */
export function notingAttempt(before: number): string {
  const [receiver, ...rest] = Array.from({ length: 8 }, (_, index) => `$${before + index + 1}`)
  return `with noted as (
      insert into delivery_attempt (receiver, at, event, type, ms, status, error, next_attempt) values (${receiver}, ${rest.join(', ')})
    ), outdated as (
      delete from delivery_attempt where receiver = ${receiver} and entry <= (
        select entry from delivery_attempt where receiver = ${receiver} order by entry desc offset ${KEPT - 1} limit 1)
    )`
}

/** The parameters of that. */
export const asParameters = (receiver: string, attempt: Attempt): readonly Parameter[] => [
  receiver,
  attempt.at,
  attempt.event,
  attempt.type,
  Math.round(attempt.ms),
  attempt.status,
  attempt.error?.slice(0, LONGEST_ERROR) ?? null,
  attempt.nextAttempt,
]

/** Notes an attempt by itself. */
export async function noteAttempt(db: Queryable, receiver: string, attempt: Attempt): Promise<void> {
  await db.query(`${notingAttempt(0)} select`, asParameters(receiver, attempt))
}

/** The latest attempts of a receiver, the last one first. */
export function listAttempts(db: Queryable, receiver: string, limit = KEPT): Promise<Attempt[]> {
  return db.query<Attempt & object>(
    `select at, event, type, ms, status, error, next_attempt as "nextAttempt" from delivery_attempt
     where receiver = $1 order by entry desc limit $2`,
    [receiver, limit],
  )
}

/** Forgets what there was of a receiver. */
export async function forgetAttempts(tx: Queryable, receiver: string): Promise<void> {
  await tx.query('delete from delivery_attempt where receiver = $1', [receiver])
}

/** Deletes what is older than that, at most so many. The answer is how many. */
export async function deleteAttempts(db: Queryable, before: Date, limit: number): Promise<number> {
  const deleted = await db.query(
    `delete from delivery_attempt where entry = any(array(
       select entry from delivery_attempt where at < $1 order by at limit $2)) returning entry`,
    [before, limit],
  )
  return deleted.length
}
