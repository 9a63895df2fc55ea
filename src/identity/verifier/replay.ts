import { createHash } from 'node:crypto'
import type { Database } from '../../db/index.ts'

/**
 * Uses a token up: true for the first one who shows it, false for everybody after. Shared by all replicas, and there after a restart.
 * `until` is when nobody would take the token any more.
 */
export type UseOnce = (issuer: string, jti: string, until: Date) => Promise<boolean>

/** How often what has expired is thrown away, ms. */
const prunedEvery = 60_000
/** Replicas' clocks may differ by so much, ms. */
const margin = 300_000

/** Remembers tokens by a digest, so that neither their length nor their content matters. */
export function createReplayStore(db: Database, now: () => Date): UseOnce {
  let pruned = 0

  return async (issuer, jti, until) => {
    const digest = createHash('sha256')
      .update(JSON.stringify([issuer, jti]))
      .digest()
    const rows = await db.query(
      'insert into used_token (digest, until) values ($1, $2) on conflict do nothing returning 1 as first',
      [digest, new Date(until.getTime() + margin)],
    )
    if (now().getTime() - pruned > prunedEvery) {
      pruned = now().getTime()
      await db.query('delete from used_token where until < $1', [now()])
    }
    return rows.length === 1
  }
}
