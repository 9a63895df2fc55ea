/** So many things in a while for each name. */
export interface Rates {
  /** Counts one. The answer is after how many seconds there is room for it, if there is none now; else 0. */
  take(name: string): number
  /** The same, without counting. */
  wait(name: string): number
}

interface Bucket {
  left: number
  at: number
}

/** Names that are remembered at the same time; those of whom the least is known are forgotten first. */
const MOST = 10_000

/**
 * Buckets that fill by so much a second, up to `most`: that many may come at once. Each process counts for itself, in memory.
 */
export function createRates(given: { most: number; perSecond: number; elapsed: () => number }): Rates {
  const { most, perSecond, elapsed } = given
  const buckets = new Map<string, Bucket>()

  function bucketOf(name: string): Bucket {
    const at = elapsed()
    const known = buckets.get(name)
    const left = known ? Math.min(most, known.left + ((at - known.at) / 1_000) * perSecond) : most
    return { left, at }
  }

  /** The one that was counted longest ago is the fullest, more or less. */
  function keep(name: string, bucket: Bucket): void {
    buckets.delete(name)
    buckets.set(name, bucket)
    if (buckets.size <= MOST) return
    for (const oldest of buckets.keys()) {
      buckets.delete(oldest)
      return
    }
  }

  const untilOne = ({ left }: Bucket): number => (left >= 1 ? 0 : Math.ceil((1 - left) / perSecond))

  return {
    take(name) {
      const bucket = bucketOf(name)
      const seconds = untilOne(bucket)
      if (seconds === 0) keep(name, { ...bucket, left: bucket.left - 1 })
      return seconds
    },
    wait: name => untilOne(bucketOf(name)),
  }
}
