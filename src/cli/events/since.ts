import { duration } from '../../config/index.ts'
import { invalid, KontorError } from '../../errors.ts'

/** A moment: a time, or how long ago, such as `1h`. Throws `invalid`. */
export function momentOf(text: string, now: Date): Date {
  const parsed = duration('36500d').parse(text, { folder: '', environment: {} })
  if ('value' in parsed) return new Date(now.getTime() - parsed.value)
  const time = new Date(text)
  if (/^\d{4}-/.test(text) && !Number.isNaN(time.getTime())) return time
  throw invalid('--since must be a time such as 2026-11-26T08:00:00Z, or how long ago, such as 30m, 12h or 7d.')
}

/** The time of the first event behind a place; undefined if there is none. */
export type TimeBehind = (place: number) => Promise<Date | undefined>

/**
 * The place behind which the events since a moment begin. Events are in the order in which they were committed, and their times with
 * them but for moments, so it is found by halving: some forty questions for any number of events.
 */
export async function placeSince(since: Date, timeBehind: TimeBehind): Promise<number> {
  const isEarlier = async (place: number): Promise<boolean> => {
    const time = await before(place, timeBehind)
    return time === 'gone' || (time !== undefined && time < since)
  }
  if (!(await isEarlier(0))) return 0
  let [low, high] = [0, 1]
  while (await isEarlier(high)) [low, high] = [high, high * 2]
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2)
    if (await isEarlier(middle)) low = middle
    else high = middle
  }
  return high
}

/** Behind some places nothing is any more, behind others nothing yet. */
async function before(place: number, timeBehind: TimeBehind): Promise<Date | 'gone' | undefined> {
  try {
    return await timeBehind(place)
  } catch (error) {
    if (error instanceof KontorError && error.status === 410) return 'gone'
    if (error instanceof KontorError && error.status === 400) return undefined
    throw error
  }
}
