import type { Kind } from './store.ts'
import type { Process } from './types.ts'

/** Work in a lane of a process that this replica has taken on. */
export interface Errand {
  readonly kind: Kind
  readonly lane: string
  readonly processId: string
  readonly counterparty: string
  readonly payload: unknown
  /** How often it was tried before. */
  readonly attempt: number
  /** How many refusals in a row have been answered with a quick repetition. */
  readonly refusals: number
  /** When it was asked for. */
  readonly since: Date
  /** The version of the process that asked for it: of two errands in a lane the greater one is the newer. */
  readonly wakes: number
  /** The process as the asking transaction left it; absent when the errand has waited, as others may have changed it since. */
  readonly process?: Process
}

/** What is left of an errand after it was tried: the same again after a pause, ms. */
export type Rest = { readonly errand: Errand; readonly pause: number } | undefined

/** One lane of one process: what is at work, waits for a place or for the end of a pause, and what comes after it. */
interface Entry {
  errand: Errand
  running: Promise<void> | undefined
  pause: NodeJS.Timeout | undefined
  next: Errand | undefined
}

interface Queue {
  active: number
  readonly waiting: Entry[]
  full: boolean
}

/** Errands of one queue at work at the same time. */
const PLACES = 24
/** Errands waiting in one queue; more stay in the database. */
const HELD = 500

/** Where an errand waits: messages to a counterparty behind each other, so that a dead one delays nobody else; our own work apart from them. */
const queueOf = ({ lane, counterparty }: Pick<Errand, 'lane' | 'counterparty'>): string =>
  lane === 'send' ? `send ${counterparty}` : lane

const keyOf = (processId: string, lane: string): string => `${lane} ${processId}`

/** Asked for later; or put back into the database after an attempt, and claimed before we have even heard that it is there. */
const isNewer = (one: Errand, other: Errand): boolean =>
  one.wakes > other.wakes || (one.wakes === other.wakes && one.attempt > other.attempt)

/** The errands of this replica, in memory only: every one is a row of the outbox, too. */
export type Hand = ReturnType<typeof createHand>

/**
 * Does errands as they come: in a lane of a process one at a time, and of those that wait only the newest.
 * `room` is called when a queue that was full takes errands again.
 */
export function createHand(work: (errand: Errand) => Promise<Rest>, room: () => void) {
  const entries = new Map<string, Entry>()
  const queues = new Map<string, Queue>()
  const idle: (() => void)[] = []
  let closed = false

  const queueFor = (errand: Errand): Queue => {
    const name = queueOf(errand)
    const queue = queues.get(name) ?? { active: 0, waiting: [], full: false }
    queues.set(name, queue)
    return queue
  }

  function add(key: string, entry: Entry): void {
    entries.set(key, entry)
    admit(entry)
  }

  /** Starts it, or lets it wait for a place. */
  function admit(entry: Entry): void {
    const queue = queueFor(entry.errand)
    if (queue.active < PLACES) start(entry, queue)
    else wait(entry, queue)
  }

  function wait(entry: Entry, queue: Queue): void {
    const { process, ...errand } = entry.errand
    entry.errand = errand
    queue.waiting.push(entry)
    queue.full ||= queue.waiting.length >= HELD
  }

  function start(entry: Entry, queue: Queue): void {
    queue.active++
    entry.running = work(entry.errand).then(rest => {
      entry.running = undefined
      queue.active--
      goOn(entry, rest)
      fill(queue, queueOf(entry.errand))
    })
  }

  /** What comes after an attempt: newer work, the same again after a pause, or nothing. */
  function goOn(entry: Entry, rest: Rest): void {
    const { next } = entry
    entry.next = undefined
    if (!closed && next) admit(Object.assign(entry, { errand: next }))
    else if (!closed && rest) pause(entry, rest)
    else remove(entry)
  }

  function pause(entry: Entry, rest: NonNullable<Rest>): void {
    const { process, ...errand } = rest.errand
    entry.errand = errand
    entry.pause = setTimeout(() => {
      entry.pause = undefined
      admit(entry)
    }, rest.pause)
  }

  function remove({ errand }: Entry): void {
    entries.delete(keyOf(errand.processId, errand.lane))
    if (entries.size === 0) for (const tell of idle.splice(0)) tell()
  }

  function fill(queue: Queue, name: string): void {
    const entry = queue.active < PLACES ? queue.waiting.shift() : undefined
    if (entry) start(entry, queue)
    if (queue.active === 0 && queue.waiting.length === 0) queues.delete(name)
    if (!queue.full || queue.waiting.length > HELD / 2) return
    queue.full = false
    room()
  }

  /** Newer work in a lane where there is some already: it takes the place of what waits, and comes after what is at work. */
  function renew(entry: Entry, errand: Errand): void {
    if (!isNewer(errand, entry.next ?? entry.errand)) return
    if (entry.running) {
      entry.next = errand
      return
    }
    if (!entry.pause) {
      const { process, ...stale } = errand
      entry.errand = stale
      return
    }
    clearTimeout(entry.pause)
    entry.pause = undefined
    admit(Object.assign(entry, { errand }))
  }

  return {
    /** Takes an errand on. One that is in hand already, or older than that, is let go. */
    take(errand: Errand): void {
      if (closed) return
      const key = keyOf(errand.processId, errand.lane)
      const known = entries.get(key)
      if (known) renew(known, errand)
      else add(key, { errand, running: undefined, pause: undefined, next: undefined })
    },

    /** Whether newer work has come than this. */
    isOutdated: ({ processId, lane }: Errand): boolean => entries.get(keyOf(processId, lane))?.next !== undefined,

    /** Whether another message to this counterparty may be taken on. */
    hasRoomFor: (counterparty: string): boolean => !queues.get(queueOf({ lane: 'send', counterparty }))?.full,

    /** The names of the queues in which enough is waiting. */
    full: (): string[] => [...queues].filter(([, { full }]) => full).map(([name]) => name),

    /** Waits until nothing is at work in that lane of a process; whether there was anything to wait for. */
    async settled(processId: string, lane: string): Promise<boolean> {
      const key = keyOf(processId, lane)
      let waited = false
      for (let done = entries.get(key)?.running; done; done = entries.get(key)?.running) {
        waited = true
        await done
      }
      return waited
    },

    /** Whether there is nothing at all. */
    isEmpty: (): boolean => entries.size === 0,

    /** Resolves when there is nothing any more. */
    emptied: (): Promise<void> => (entries.size === 0 ? Promise.resolve() : new Promise(resolve => idle.push(resolve))),

    /** Takes nothing on any more, lets go of what waits, and resolves when what is at work is done. */
    async close(): Promise<void> {
      closed = true
      for (const { waiting } of queues.values()) for (const entry of waiting.splice(0)) remove(entry)
      for (const entry of [...entries.values()].filter(({ pause }) => pause)) {
        clearTimeout(entry.pause)
        remove(entry)
      }
      await Promise.all([...entries.values()].map(({ running }) => running))
    },
  }
}
