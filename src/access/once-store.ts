import type { Queryable } from '../db/types.ts'

/** A request that is to be done once. */
export interface Claim {
  readonly caller: string
  readonly key: string
  readonly digest: Buffer
}

/** What is known of a request that came before. */
export interface Claimed {
  readonly digest: Buffer
  readonly replica: number
  readonly answer: Buffer | null
}

/**
 * Claims a request for a replica; false if somebody has. A claim from before `since` counts no more. As with the audit the disk is not waited for:
 * what is done under the claim is on disk later.
 */
export async function insertClaim(
  db: Queryable,
  { caller, key, digest }: Claim,
  given: { replica: number; now: Date; since: Date },
): Promise<boolean> {
  const rows = await db.query(
    `with claimed as (
       insert into idempotency as i (caller, key, digest, replica, at) values ($1, $2, $3, $4, $5)
       on conflict (caller, key) do update set digest = excluded.digest, replica = excluded.replica, at = excluded.at, answer = null
         where i.at < $6
       returning 1
     )
     select set_config('synchronous_commit', 'off', true) from claimed`,
    [caller, key, digest, given.replica, given.now, given.since],
  )
  return rows.length > 0
}

export async function findClaim(db: Queryable, { caller, key }: Claim): Promise<Claimed | undefined> {
  const [row] = await db.query<Claimed & object>(
    'select digest, replica, answer from idempotency where caller = $1 and key = $2',
    [caller, key],
  )
  return row
}

export async function storeAnswer(db: Queryable, { caller, key }: Claim, answer: Buffer): Promise<void> {
  await db.query('update idempotency set answer = $3 where caller = $1 and key = $2', [caller, key, answer])
}

/** Nothing was done: it may be tried again. */
export async function deleteClaim(db: Queryable, { caller, key }: Claim): Promise<void> {
  await db.query('delete from idempotency where caller = $1 and key = $2', [caller, key])
}

/** Callers of whom as many requests are remembered. */
export async function findFull(db: Queryable, most: number): Promise<readonly string[]> {
  const rows = await db.query<{ caller: string }>(
    'select caller from idempotency group by caller having count(*) >= $1',
    [most],
  )
  return rows.map(({ caller }) => caller)
}

/** Forgets some requests from before a time; the answer is how many they were. */
export async function deleteClaims(db: Queryable, before: Date, limit: number): Promise<number> {
  const rows = await db.query(
    `delete from idempotency where (caller, key) in (select caller, key from idempotency where at < $1 limit $2) returning 1`,
    [before, limit],
  )
  return rows.length
}
