import type { Database, Transaction } from '../db/index.ts'
import type { Fact, Tail } from '../events/index.ts'
import type { Client } from '../http/index.ts'
import type { Reveal } from '../keys/index.ts'
import type { Callback, CalledBack, Deed, Follow, Jobs, Process } from '../process/index.ts'
import { type Attempt, listAttempts } from './attempts.ts'
import {
  type CallbackDraft,
  type CallbackMessage,
  deleteMessage,
  findNext,
  findStandings,
  insertMessages,
  postponeMessage,
} from './callback-store.ts'
import { deliver, growing, type Taking } from './deliver.ts'

/** The kind of job that tells callbacks what there is. */
const KIND = 'callback'
/** Told in one go; then others have their turn. */
const GO = 100
/** So many attempts are shown of each. */
const SHOWN = 10

/** What events are called, and how they are told, by those in whose words callbacks are asked for. */
export interface CallbackWords {
  /** The names of what has happened; none, if it is nothing to them. */
  namesOf(fact: Fact): readonly string[]
  /** What is sent; undefined if there is nothing left to say. */
  render(message: CallbackMessage): Promise<object | undefined>
}

/** A callback, and how it stands with it. */
export interface ShownCallback extends Callback {
  /** How many events it has not been told of yet. */
  readonly pending: number
  readonly delivery: {
    readonly attempts: number
    readonly lastError: string | null
    readonly nextAttempt: Date | null
    /** When the first of them is given up. */
    readonly deadline: Date
  } | null
  /** The latest attempts, the last one first. */
  readonly recent: readonly Attempt[]
}

/** The callbacks of processes. */
export type Callbacks = ReturnType<typeof createCallbacks>

/**
 * Tells those who were named when a process was begun what happens to it. What is to be told is written down in the transaction in which it
 * happens, and brought by one durable job for each callback, in order, at least once. One that takes nothing is tried again with growing
 * pauses, until an event is too old; the process goes on all the same.
 */
export function createCallbacks(given: {
  db: Database
  jobs: Jobs
  tail: Pick<Tail, 'append'>
  request: Client['request']
  /** Gives the secrets that callbacks name. */
  reveal: Reveal
  words: CallbackWords
  now: () => Date
  /** An event older than so many ms is told no more, ms. */
  patience: number
  /** ms until the next attempt after so many. */
  backoff?: (attempts: number) => number
}) {
  const { db, jobs, tail, request, reveal, words, now, patience, backoff = growing } = given
  const deadlineOf = (at: Date): Date => new Date(at.getTime() + patience)

  /** The header by which a callback knows us; or why there is none. */
  async function headersOf({ header, secret }: Callback): Promise<Record<string, string> | string> {
    if (header === undefined || secret === undefined) return {}
    const value = await reveal(secret)
    return value === undefined ? `There is no secret ${JSON.stringify(secret)}.` : { [header]: value.reveal().trim() }
  }

  async function tell(callback: Callback, body: object): Promise<Taking> {
    const headers = await headersOf(callback)
    if (typeof headers === 'string') return { kind: 'failed', status: null, error: headers, wish: 0 }
    return deliver(request, { url: callback.url, headers, body }, now)
  }

  /** Tells the next event. The answer is when to go on, if that is not at once. */
  async function bring(message: CallbackMessage & { readonly callback: Callback }): Promise<Date | undefined> {
    const { entry, id: event, name: type, attempts, callback } = message
    const receiver = receiverOf(message)
    const at = now()
    const begun = performance.now()
    const body = await words.render(message)
    const taking: Taking = body
      ? await tell(callback, body)
      : { kind: 'gone', status: 0, error: 'There is nothing left to tell.' }
    const attempt = (error: string | null, nextAttempt: Date | null): Attempt => {
      const { status } = taking
      return { at, event, type, ms: performance.now() - begun, status: status || null, error, nextAttempt }
    }
    if (taking.kind === 'taken') {
      await deleteMessage(db, entry, receiver, attempt(null, null))
      return undefined
    }
    if (taking.kind === 'gone' || now() > deadlineOf(message.at)) {
      await giveUp(message, attempt(taking.error, null))
      return undefined
    }
    const next = new Date(now().getTime() + Math.max(taking.wish, backoff(attempts)))
    await postponeMessage(db, entry, receiver, attempt(taking.error, next))
    return next
  }

  async function giveUp(message: CallbackMessage & { readonly callback: Callback }, attempt: Attempt): Promise<void> {
    const { entry, processId: subject, callback, name } = message
    const data = { url: withoutQuery(callback.url), reason: `${name} could not be told: ${attempt.error}` }
    await db.transaction(async tx => {
      await deleteMessage(tx, entry, receiverOf(message), attempt)
      await tail.append(tx, [{ type: 'callback.gave-up', subject, data }], now())
    })
  }

  /** Tells what there is; the answer is when to go on. */
  async function work(processId: string, place: number): Promise<Date | undefined> {
    for (let told = 0; told < GO; told++) {
      const message = await findNext(db, processId, place)
      if (!message) return undefined
      if (message.nextAttempt && message.nextAttempt > now()) return message.nextAttempt
      const next = await bring(message)
      if (next) return next
    }
    return now()
  }

  jobs.serve(KIND, ({ payload }) => {
    const { process, place } = payload as Errand
    return work(process, place)
  })

  const ask = (tx: Transaction, process: string, place: number, { url }: Callback): Promise<void> =>
    jobs.ask(tx, {
      kind: KIND,
      key: `${process} ${place}`,
      // A dead receiver delays no other.
      queue: `${KIND} ${new URL(url).origin}`,
      payload: { process, place } satisfies Errand,
    })

  const follow: Follow = (_kind, { id, data, updatedAt }, facts) => {
    const callbacks = callbacksOf(data)
    if (callbacks.length === 0) return []
    const drafts = facts.flatMap(fact => draftsOf(callbacks, fact, words.namesOf(fact)))
    if (drafts.length === 0) return []
    const tell: Deed = async tx => {
      await insertMessages(tx, id, drafts, updatedAt)
      for (const [place, callback] of callbacks.entries())
        if (drafts.some(draft => draft.place === place)) await ask(tx, id, place, callback)
    }
    return [tell]
  }

  return {
    /** What the processes' own transactions do. */
    follow,

    /** The callbacks of a process, and how it stands with them. */
    async of({ id, data }: Pick<Process, 'id' | 'data'>): Promise<readonly ShownCallback[]> {
      const callbacks = callbacksOf(data)
      if (callbacks.length === 0) return []
      const standings = await findStandings(db, [id])
      return Promise.all(
        callbacks.map(async (callback, place) => {
          const standing = standings.find(each => each.place === place)
          const recent = await listAttempts(db, receiverOf({ processId: id, place }), SHOWN)
          if (!standing) return { ...callback, pending: 0, delivery: null, recent }
          const { pending, at, attempts, lastError, nextAttempt } = standing
          const delivery = { attempts, lastError, nextAttempt, deadline: deadlineOf(at) }
          return { ...callback, pending, delivery, recent }
        }),
      )
    },
  }
}

/** What a job is about. */
interface Errand {
  readonly process: string
  readonly place: number
}

/** The callbacks of a process, of whatever kind. */
const callbacksOf = (data: unknown): readonly Callback[] => ((data ?? {}) as CalledBack).callbacks ?? []

/** Names are chosen by what they begin with. */
const draftsOf = (callbacks: readonly Callback[], { type, data }: Fact, names: readonly string[]): CallbackDraft[] =>
  names.flatMap(name =>
    callbacks.flatMap(({ events }, place) =>
      events.some(beginning => name.startsWith(beginning)) ? [{ place, name, type, data }] : [],
    ),
  )

const receiverOf = ({ processId, place }: Pick<CallbackMessage, 'processId' | 'place'>): string =>
  `${KIND} ${processId} ${place}`

/** What may open something is not told to everybody who hears of events. */
function withoutQuery(url: string): string {
  const { origin, pathname } = new URL(url)
  return `${origin}${pathname}`
}
