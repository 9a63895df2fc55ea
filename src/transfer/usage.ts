import type { Queryable } from '../db/index.ts'
import type { PolicyState, UseLimits } from '../policy/index.ts'

/** What was made of an agreement so far; only kept where its policy asks for it. */
export interface Usage {
  /** Accesses that were let in, and those of them that are over. */
  readonly begun: number
  readonly ended: number
  /** Bytes that were let out, where the policy limits them. */
  readonly bytes: number
  readonly firstAt: Date | null
  readonly lastAt: Date | null
}

/** What a policy is told of the use so far. */
export type UseFacts = Pick<PolicyState, 'count' | 'bytes' | 'startedAt' | 'lastUsedAt'>

const columns =
  'begun::float8 as begun, ended::float8 as ended, bytes::float8 as bytes, first_at as "firstAt", last_at as "lastAt"'
const none: Usage = { begun: 0, ended: 0, bytes: 0, firstAt: null, lastAt: null }

/** What was made of an agreement so far. */
export async function findUsage(db: Queryable, agreementId: string): Promise<Usage> {
  const [row] = await db.query<Usage & object>(`select ${columns} from agreement_usage where agreement_id = $1`, [
    agreementId,
  ])
  return row ?? none
}

/** The same, held until the end of the transaction: whoever else wants to count waits. */
export async function lockUsage(tx: Queryable, agreementId: string): Promise<Usage> {
  const [row] = await tx.query<Usage & object>(
    `insert into agreement_usage (agreement_id) values ($1)
     on conflict (agreement_id) do update set agreement_id = excluded.agreement_id returning ${columns}`,
    [agreementId],
  )
  return row ?? none
}

/** One more access begins. */
export async function beginUse(tx: Queryable, agreementId: string, now: Date): Promise<void> {
  await tx.query(
    `update agreement_usage set begun = begun + 1, first_at = coalesce(first_at, $2), last_at = $2 where agreement_id = $1`,
    [agreementId, now],
  )
}

/** So many bytes more are let out. */
export async function addBytes(tx: Queryable, agreementId: string, bytes: number): Promise<void> {
  await tx.query('update agreement_usage set bytes = bytes + $2 where agreement_id = $1', [agreementId, bytes])
}

/** An access is over that something was had of. */
export async function endUse(db: Queryable, agreementId: string): Promise<Usage> {
  const [row] = await db.query<Usage & object>(
    `update agreement_usage set ended = ended + 1 where agreement_id = $1 returning ${columns}`,
    [agreementId],
  )
  return row ?? none
}

/** An access is over that nothing was had of: it is as if it had never begun. */
export async function undoUse(db: Queryable, agreementId: string, began: Date, before: Usage): Promise<void> {
  await db.query(
    `update agreement_usage set begun = begun - 1, first_at = case when begun = 1 then null else first_at end,
       last_at = case when last_at = $2 then $3 else last_at end where agreement_id = $1`,
    [agreementId, began, before.lastAt],
  )
}

/** What the policy is told when another access wants to begin, wanting so many bytes more. */
export const factsOf = ({ begun, bytes, firstAt, lastAt }: Usage, more = 0): UseFacts => ({
  count: begun,
  bytes: bytes + more,
  ...(firstAt && { startedAt: firstAt }),
  ...(lastAt && { lastUsedAt: lastAt }),
})

/** What it is told when what is going on is judged; if nothing is, whether another access could begin. */
export const factsForReview = (usage: Usage, { volume }: UseLimits): UseFacts =>
  isInUse(usage) ? { ...factsOf(usage), count: usage.begun - 1 } : factsOf(usage, volume ? 1 : 0)

/** Whether an access is going on: as far as is known, since one whose replica died never ends. */
export const isInUse = ({ begun, ended }: Usage): boolean => begun > ended
