import type { Database } from '../db/index.ts'
import { type Append, appendFacts, bounds, channel, givePlaces, hasFresh, readBehind, type Told } from './store.ts'

/** What the tail tells of. */
export interface TailEvents {
  /** The database could not be asked; it is tried again. */
  failed(error: unknown): void
}

/** Places given in one transaction. */
const BATCH = 1_000
/** Events kept in memory for those who are up to date. */
const REMEMBERED = 1_000
/** How often it is looked for what nobody has told us of, while somebody listens; ms. */
const SAFETY_NET = 2_000
/** How often the other replicas hear that somebody listens here, and how long they believe it; ms. */
const HEARTBEAT = 20_000
const BELIEVED = 60_000

/** What is said on the channel besides places. */
const LISTENING = 'listening'

/** The end of the stream of events, as it is seen by one replica. */
export type Tail = ReturnType<typeof createTail>

/**
 * Follows what happens. A fact is committed without a place, so that nobody who makes one waits for anybody else. As soon as somebody
 * listens, in whatever replica, the replica that has committed gives places to what is committed, and tells all others. If nobody listens
 * nothing of this is done: the facts get their places when somebody comes.
 */
export function createTail({ db, events }: { db: Database; events: TailEvents }) {
  const listeners = new Set<() => void>()
  /** All that stands behind the place `from`, as far as is known. */
  let recent: Told[] = []
  let from = 0
  let believed = 0
  let ticks = 0
  let timer: NodeJS.Timeout | undefined
  let stopListening: (() => Promise<void>) | undefined
  let closed = false
  let placing: Promise<void> | undefined
  let placingNext: Promise<void> | undefined
  let reading: Promise<void> | undefined
  let readAgain = false

  const isWanted = (): boolean => !closed && (listeners.size > 0 || performance.now() < believed)

  /** Gives places to all that is committed by now: if that is being done already, once more afterwards. */
  function place(): Promise<void> {
    if (placing) {
      placingNext ??= placing.then(() => {
        placingNext = undefined
        return place()
      })
      return placingNext
    }
    placing = placeAll()
      .catch(events.failed)
      .finally(() => {
        placing = undefined
      })
    return placing
  }

  async function placeAll(): Promise<void> {
    while ((await givePlaces(db, BATCH)) === BATCH && !closed);
    advance()
  }

  /** Reads what has got a place meanwhile, and wakes those who wait for it. */
  function advance(): void {
    if (listeners.size === 0 || closed) return
    if (reading) {
      readAgain = true
      return
    }
    readAgain = false
    reading = readOn()
      .catch(events.failed)
      .finally(() => {
        reading = undefined
        if (readAgain) advance()
      })
  }

  async function readOn(): Promise<void> {
    const end = () => recent.at(-1)?.position ?? from
    const begin = end()
    const more = await readBehind(db, begin, BATCH)
    // Whoever came meanwhile as the first may have begun anew.
    if (more.length === 0 || end() !== begin) return
    recent = [...recent, ...more].slice(-REMEMBERED)
    from = (recent[0]?.position ?? 1) - 1
    readAgain ||= more.length === BATCH
    for (const wake of listeners) wake()
  }

  function hear(payload: string): void {
    if (payload === LISTENING) believed = performance.now() + BELIEVED
    else advance()
  }

  /** Lets every replica know that what it commits is waited for. */
  function announce(): void {
    db.query('select pg_notify($1, $2)', [channel, LISTENING]).catch(events.failed)
  }

  function tick(): void {
    ticks++
    if (ticks % (HEARTBEAT / SAFETY_NET) === 0) announce()
    hasFresh(db).then(fresh => (fresh ? place() : advance()), events.failed)
  }

  /** Something was committed here. */
  function told(): void {
    if (isWanted()) place()
  }

  const append: Append = async (tx, facts, at) => {
    await appendFacts(tx, facts, at)
    if (facts.length > 0) tx.afterCommit(told)
  }

  return {
    told,
    append,

    /** Hears of those who listen elsewhere. */
    async start(): Promise<void> {
      stopListening = await db.listen(channel, hear)
    },

    /** The last place there is, now that all that is committed has one; and the first that is kept. */
    async bounds(): Promise<{ readonly first: number; readonly last: number }> {
      await place()
      return bounds(db)
    },

    /** Calls `wake` whenever there may be more behind the last place; the answer stops it. */
    async listen(wake: () => void): Promise<() => void> {
      listeners.add(wake)
      if (listeners.size === 1) {
        recent = []
        from = Number.MAX_SAFE_INTEGER
        timer = setInterval(tick, SAFETY_NET)
        timer.unref()
        announce()
        await place()
        from = (await bounds(db)).last
        recent = []
        advance()
      }
      return () => {
        listeners.delete(wake)
        if (listeners.size > 0) return
        clearInterval(timer)
        recent = []
      }
    },

    /** What stands behind a place, in order, at most so many: from memory, or further back from the database. */
    async read(after: number, limit: number): Promise<readonly Told[]> {
      if (after < from || listeners.size === 0) return readBehind(db, after, limit)
      const begin = after - from
      return recent.slice(begin, begin + limit)
    },

    /** Wakes everybody for the last time, and gives no more places. */
    async close(): Promise<void> {
      closed = true
      clearInterval(timer)
      await stopListening?.()
      for (const wake of listeners) wake()
      await Promise.all([placing, reading])
    },

    /** Whether it is over. */
    isClosed: (): boolean => closed,
  }
}
