import { randomUUID } from 'node:crypto'
import type { Database, Transaction } from '../db/index.ts'
import { conflict, notFound } from '../errors.ts'
import {
  type CloudEvent,
  type EventType,
  isWanted,
  pingOf,
  type Tail,
  type Told,
  toCloudEvent,
  typesLike,
  type Wanted,
} from '../events/index.ts'
import type { Client } from '../http/index.ts'
import type { Safe } from '../keys/index.ts'
import type { Jobs } from '../process/index.ts'
import { type Attempt, forgetAttempts, listAttempts, noteAttempt } from './attempts.ts'
import { deliver, growing } from './deliver.ts'
import { newSecret, signatureHeaders } from './signature.ts'
import {
  changeWebhook,
  deleteWebhook,
  disableWebhook,
  enableWebhook,
  findLagging,
  findWebhook,
  hasWebhooks,
  insertWebhook,
  listWebhooks,
  lockWebhook,
  moveOn,
  noteFailure,
  replaceSecret,
  type Sealed,
  type Webhook,
} from './store.ts'

/** The kind of job that brings events to a webhook. */
const KIND = 'webhook'
/** The channel on which it is told that there are others now. */
const channel = 'webhook'
/** As many there may be. */
const MOST = 100
/** Read at a time. */
const PAGE = 100
/** Brought in one go; then others have their turn. */
const GO = 1_000
/** How long the former secret signs beside a new one, ms. */
const OVERLAP = 86_400_000

/** What a webhook is to be. */
export interface WebhookWish {
  readonly url: string
  readonly types?: readonly string[] | undefined
  /** The id of what events are about; everything if absent. */
  readonly subject?: string | undefined
  /** A negotiation or transfer, with what concerns its agreement; all of them if absent. */
  readonly process?: string | undefined
  /** The event behind which it begins; now if absent. */
  readonly after?: number | undefined
}

/** What is to be different; null takes a restriction away. */
export type WebhookChange = {
  readonly [P in 'url' | 'types' | 'subject' | 'process']?: P extends 'url' ? string : Webhook[P]
}

/** The webhooks of a connector. */
export type Webhooks = ReturnType<typeof createWebhooks>

/**
 * Brings events to programs. Each webhook has its place in the stream of events, and one durable job that brings it one event after the
 * other: so it gets them in order, at least once, with an id by which it knows a repetition. One that does not take an event is tried again with growing
 * pauses, and disabled when that has lasted too long; whoever enables it again chooses where it goes on.
 */
export function createWebhooks(given: {
  db: Database
  jobs: Jobs
  tail: Tail
  safe: Safe
  request: Client['request']
  /** Throws `address-forbidden` for a URL that must not be called. */
  checkAddress: (url: string) => void
  participantId: string
  now: () => Date
  /** After so many ms of failing it is disabled. */
  patience: number
  failed: (error: unknown) => void
  /** ms until the next attempt after so many. */
  backoff?: (attempts: number) => number
}) {
  const { db, jobs, tail, safe, request, participantId, now, patience, failed, backoff = growing } = given
  let listening: Promise<(() => void) | undefined> = Promise.resolve(undefined)
  let isListening = false
  let stopHearing: (() => Promise<void>) | undefined

  const open = async (sealed: Buffer, id: string) => (await safe.open(sealed, contextOf(id))).toString('utf8')

  async function secretsOf({ id, secret, formerSecret, formerUntil }: Webhook & Sealed): Promise<readonly string[]> {
    const former = formerSecret && formerUntil && formerUntil > now() ? [await open(formerSecret, id)] : []
    return [await open(secret, id), ...former]
  }

  /** Posts an event, signed. */
  async function post(webhook: Webhook & Sealed, body: CloudEvent) {
    const at = now()
    const headers = {
      'content-type': 'application/cloudevents+json; charset=utf-8',
      ...signatureHeaders({ id: body.id, at, body: JSON.stringify(body) }, await secretsOf(webhook)),
    }
    const begun = performance.now()
    const taking = await deliver(request, { url: webhook.url, headers, body }, now)
    const { status } = taking
    return { taking, tried: { at, event: body.id, type: body.type, ms: performance.now() - begun, status } }
  }

  /** Whether it goes on with the next event: false when it waits, has ended, or was put elsewhere. */
  async function bring(webhook: Webhook & Sealed, event: Told): Promise<boolean> {
    const { taking, tried } = await post(webhook, toCloudEvent(participantId, event))
    const { at } = tried
    if (taking.kind === 'taken')
      return moveOn(db, webhook, event.position, {
        at: now(),
        receiver: receiverOf(webhook.id),
        attempt: { ...tried, error: null, nextAttempt: null },
      })
    await db.transaction(async tx => {
      const held = await lockWebhook(tx, webhook.id)
      if (!held?.enabled || held.place !== webhook.place) return
      const wish = taking.kind === 'failed' ? taking.wish : 0
      const next = new Date(now().getTime() + Math.max(wish, backoff(held.attempts)))
      await noteFailure(tx, held.id, { error: taking.error, next, now: at })
      const since = held.failingSince ?? at
      const tooLong = now().getTime() - since.getTime() > patience
      const isOver = taking.kind === 'gone' || tooLong
      const attempt = { ...tried, error: taking.error, nextAttempt: isOver ? null : next }
      await noteAttempt(tx, receiverOf(held.id), attempt)
      if (taking.kind === 'gone') await end(tx, held, taking.error)
      else if (tooLong) await end(tx, held, `It has not taken anything since ${since.toISOString()}: ${taking.error}`)
    })
    return false
  }

  async function end(tx: Transaction, { id, url }: Webhook, reason: string): Promise<void> {
    await disableWebhook(tx, id, reason, now())
    await tail.append(tx, [{ type: 'webhook.disabled', subject: id, data: { url, reason } }], now())
  }

  /** Brings what there is; the answer is when to go on. */
  async function work(id: string): Promise<Date | undefined> {
    for (let brought = 0; brought < GO; brought++) {
      const webhook = await findWebhook(db, id)
      if (!webhook?.enabled) return undefined
      if (webhook.nextAttempt && webhook.nextAttempt > now()) return webhook.nextAttempt
      const wanted = wantedBy(webhook)
      const events = await tail.read(webhook.place, PAGE)
      const event = events.find(each => isWanted(wanted, each))
      const passed = event ? event.position - 1 : events.at(-1)?.position
      if (passed === undefined) return undefined
      if (passed > webhook.place && !(await moveOn(db, webhook, passed, null))) continue
      if (event && !(await bring({ ...webhook, place: passed }, event)))
        return (await findWebhook(db, id))?.nextAttempt ?? undefined
    }
    return now()
  }

  const ask = (tx: Transaction, id: string) => jobs.ask(tx, { kind: KIND, key: id, queue: `${KIND} ${id}` })

  async function askForAll(): Promise<void> {
    const lagging = await findLagging(db, now())
    if (lagging.length === 0) return
    await db.transaction(async tx => {
      for (const id of lagging) await ask(tx, id)
    })
  }

  const look = (): void => void askForAll().catch(failed)

  /** Follows the events as long as there is a webhook. */
  function follow(): void {
    listening = listening
      .then(async stop => {
        const wanted = isListening && (await hasWebhooks(db))
        if (wanted && !stop) {
          const fresh = await tail.listen(look)
          look()
          return fresh
        }
        if (wanted || !stop) return stop
        stop()
        return undefined
      })
      .catch(error => {
        failed(error)
        return undefined
      })
  }

  /** Changes one that is there. Throws `not-found`. */
  async function change<T>(id: string, make: (tx: Transaction, webhook: Webhook & Sealed) => Promise<T>): Promise<T> {
    return db.transaction(async tx => {
      const webhook = await lockWebhook(tx, id)
      if (!webhook) throw notFound('webhook', id)
      const made = await make(tx, webhook)
      await ask(tx, id)
      await tx.query('select pg_notify($1, $2)', [channel, id])
      return made
    })
  }

  async function get(id: string): Promise<Webhook> {
    const webhook = await findWebhook(db, id)
    if (!webhook) throw notFound('webhook', id)
    return webhook
  }

  jobs.serve(KIND, ({ key }) => work(key))

  return {
    get,
    list: (page: { limit: number; offset: number }): Promise<Webhook[]> => listWebhooks(db, page),

    /** What came of the latest attempts, the last one first. Throws `not-found`. */
    async attempts(id: string): Promise<Attempt[]> {
      return listAttempts(db, receiverOf((await get(id)).id))
    },

    /** When it is disabled, unless it takes something before; null while nothing fails. */
    deadlineOf: ({ enabled, failingSince }: Webhook): Date | null =>
      enabled && failingSince ? new Date(failingSince.getTime() + patience) : null,

    /** Throws `address-forbidden`, and `conflict` if there are too many. The secret is told here, and never again. */
    async create({
      url,
      types,
      subject,
      process,
      after,
    }: WebhookWish): Promise<{ readonly webhook: Webhook; readonly secret: string }> {
      given.checkAddress(url)
      const [id, secret] = [randomUUID(), newSecret()]
      const place = after ?? (await tail.bounds()).last
      const sealed = safe.seal(Buffer.from(secret), contextOf(id))
      const wanted = { types: types ?? null, subject: subject ?? null, process: process ?? null }
      const wish = { id, url, ...wanted, place, createdAt: now() }
      await db.transaction(async tx => {
        if (!(await insertWebhook(tx, wish, sealed, MOST)))
          throw conflict(`There are ${MOST} webhooks, and that is the most: remove one first.`)
        await ask(tx, id)
        await tx.query('select pg_notify($1, $2)', [channel, id])
      })
      return { webhook: await get(id), secret }
    },

    /**
     * Brings a message that says nothing, once, at once, whether or not it is enabled: so that a receiver can be tried out. Its place stays as it
     * is. Throws `not-found`.
     */
    async ping(id: string): Promise<Attempt> {
      const webhook = await findWebhook(db, id)
      if (!webhook) throw notFound('webhook', id)
      const { taking, tried } = await post(webhook, pingOf(participantId, id, now()))
      const error = taking.kind === 'taken' ? null : taking.error
      const attempt = { ...tried, ms: Math.round(tried.ms), error, nextAttempt: null }
      await noteAttempt(db, receiverOf(id), attempt)
      return attempt
    },

    /** Another address, or other events. Throws `not-found` and `address-forbidden`. */
    async change(id: string, wish: WebhookChange): Promise<Webhook> {
      if (wish.url !== undefined) given.checkAddress(wish.url)
      await change(id, (tx, webhook) => changeWebhook(tx, { ...webhook, ...onlyGiven(wish) }, now()))
      return get(id)
    },

    /** A new secret; for a day the former one signs, too. Throws `not-found`. */
    async rotate(id: string): Promise<{ readonly webhook: Webhook; readonly secret: string }> {
      const secret = newSecret()
      const sealed = safe.seal(Buffer.from(secret), contextOf(id))
      await change(id, tx => replaceSecret(tx, id, sealed, new Date(now().getTime() + OVERLAP), now()))
      return { webhook: await get(id), secret }
    },

    /** It goes on where it was, at once, or behind another event: what comes after that is brought again. Throws `not-found`. */
    async enable(id: string, after?: number): Promise<Webhook> {
      await change(id, tx => enableWebhook(tx, id, after, now()))
      return get(id)
    },

    /** Nothing is brought there until it is enabled. Throws `not-found`. */
    async disable(id: string, reason: string): Promise<Webhook> {
      await change(id, tx => disableWebhook(tx, id, reason, now()))
      return get(id)
    },

    /** Throws `not-found`. */
    async remove(id: string): Promise<void> {
      await change(id, async tx => {
        await deleteWebhook(tx, id)
        await forgetAttempts(tx, receiverOf(id))
      })
    },

    /** Brings what there is, and what comes, as long as this process does durable work. */
    async start(): Promise<void> {
      isListening = true
      stopHearing = await db.listen(channel, follow)
      follow()
      await listening
    },

    async stop(): Promise<void> {
      isListening = false
      await stopHearing?.()
      follow()
      await listening
    },
  }
}

/** What a sealed secret is bound to. */
const contextOf = (id: string): string => `webhook ${id}`

/** What attempts to bring it something are noted under. */
const receiverOf = (id: string): string => `${KIND} ${id}`

/** Without what is undefined. */
const onlyGiven = <T extends object>(wish: T): T =>
  Object.fromEntries(Object.entries(wish).filter(([, value]) => value !== undefined)) as T

/** What it wants to hear of. */
const wantedBy = (webhook: Webhook): Wanted => ({
  types: typesOf(webhook),
  subject: webhook.subject ?? undefined,
  process: webhook.process ?? undefined,
})

/** The types that its patterns mean, also those that are newer than it. */
function typesOf({ types }: Webhook): ReadonlySet<EventType> | undefined {
  return types === null ? undefined : new Set(types.flatMap(pattern => typesLike(pattern) ?? []))
}
