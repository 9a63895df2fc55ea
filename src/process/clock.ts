import type { Queryable } from '../db/types.ts'

/** By how much the clocks of replicas may differ, and be put right, without anybody minding; ms. */
const LEEWAY = 60_000

/** Notices that the clock has been set back: the answer is whether it has been since it was asked last. */
export function watchClock(now: () => Date): () => boolean {
  let latest = now().getTime()
  return () => {
    const time = now().getTime()
    const setBack = time < latest - LEEWAY
    latest = setBack ? time : Math.max(latest, time)
    return setBack
  }
}

/**
 * Makes due what was written down while the clock was ahead: its time was reckoned from then, and may be years away. All of this work looks
 * for itself whether there is something to do yet, so that nothing is done too early.
 */
export async function forgetFuture(db: Queryable, table: 'job' | 'outbox', now: Date): Promise<void> {
  await db.query(`update ${table} set due = least(due, $1), created_at = $1 where created_at > $2`, [
    now,
    new Date(now.getTime() + LEEWAY),
  ])
}
