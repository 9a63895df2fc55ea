import { KontorError } from '../errors.ts'

/** No work is left alone for longer after a failure, ms. */
const LONGEST = 300_000

/** Delay before the next attempt, ms: doubling from a quarter of a second, with jitter so that a peer that comes back is not met by all at once. */
export const growing = (attempts: number): number =>
  Math.min(LONGEST, 250 * 2 ** Math.min(attempts, 20)) * (0.5 + Math.random() / 2)

/** How long somebody has asked us to wait, ms; not longer than we would have waited in the end. */
export const wishOf = (error: unknown): number =>
  error instanceof KontorError ? Math.min(LONGEST, (error.retryAfter ?? 0) * 1_000) : 0
