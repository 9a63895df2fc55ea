import { createHash } from 'node:crypto'
import type { Database } from '../db/types.ts'
import { conflict, invalid, KontorError, tooMany } from '../errors.ts'
import type { Safe } from '../keys/index.ts'
import { type Claim, type Claimed, deleteClaim, findClaim, findFull, insertClaim, storeAnswer } from './once-store.ts'

/** What was answered to a request, so that it can be answered again. */
export type Answer =
  | { readonly status: number; readonly body: unknown }
  | { readonly error: { readonly code: string; readonly status: number; readonly message: string } }

/** A request with an `Idempotency-Key`. */
export interface OnceRequest {
  readonly caller: string
  readonly key: string
  /** What is asked for: method, path and body. */
  readonly content: readonly unknown[]
}

/** Sees to it that what is asked for twice is done once. */
export interface Once {
  /**
   * What was answered when this was asked for before. Otherwise `work` is done, and its answer kept. Throws what `work` throws; `invalid`
   * for a key that cannot be one; `key-reused` (422) if the key came with something else; `conflict` if the first request is still at work
   * elsewhere, or nobody knows how it ended.
   */
  run(request: OnceRequest, work: () => Promise<Answer>): Promise<{ readonly answer: Answer; readonly again: boolean }>
}

/** As many requests of a caller are remembered at the same time; more are refused. */
const MOST = 100_000
/** After so many new keys it is looked whether somebody has more than that. */
const LOOK = 256
/** The largest answer that is kept, characters of JSON. */
const LARGEST = 1_048_576
/** When a caller who has too many may try again, s. */
const ROOM_AFTER = 600

/**
 * A request is claimed in the database before anything is done, and its answer is kept there, sealed, since it may show a secret. What was refused
 * (4xx) has done nothing, and may be tried again by the same key; what failed (5xx) may have done something, and fails again.
 */
export function createOnce(given: {
  db: Database
  safe: Safe
  now: () => Date
  /** Our number among those who share the database. */
  replica: number
  isAlive: (replica: number) => Promise<boolean>
  /** How long a key counts, ms. */
  keep: number
}): Once {
  const { db, safe, now, replica, isAlive, keep } = given
  const working = new Map<string, Promise<unknown>>()
  let full: ReadonlySet<string> = new Set()
  let claims = 0

  async function demandRoom(caller: string): Promise<void> {
    if (claims++ % LOOK === 0) full = new Set(await findFull(db, MOST))
    if (full.has(caller))
      throw tooMany(`${MOST} of your Idempotency-Keys are remembered, and that is the most: use fewer.`, ROOM_AFTER)
  }

  /** The answer of the first request, or undefined if there was none and this is it. */
  async function claim(request: Claim): Promise<Answer | undefined> {
    for (;;) {
      const since = new Date(now().getTime() - keep)
      const known = await findClaim(db, request)
      if (known === undefined) await demandRoom(request.caller)
      if (await insertClaim(db, request, { replica, now: now(), since })) return undefined
      // Taken back in this moment: then it is ours to try.
      const before = await findClaim(db, request)
      if (before) return answerOf(request, before)
    }
  }

  async function answerOf(request: Claim, { digest, replica: theirs, answer }: Claimed): Promise<Answer> {
    if (!digest.equals(request.digest))
      throw new KontorError('key-reused', 422, 'This Idempotency-Key came with another request: use a new one.')
    if (answer) return JSON.parse((await safe.open(answer, contextOf(request))).toString()) as Answer
    if (theirs !== replica && (await isAlive(theirs)))
      throw conflict('The first request with this Idempotency-Key is still at work: repeat it in a moment.', {
        retryAfter: 1,
      })
    throw new KontorError(
      'outcome-unknown',
      409,
      'The first request with this Idempotency-Key was broken off: look whether it was done, then use a new key.',
    )
  }

  async function doIt(request: Claim, work: () => Promise<Answer>): Promise<Answer> {
    try {
      const answer = await work()
      await keepAnswer(request, answer)
      return answer
    } catch (error) {
      if (error instanceof KontorError && error.status < 500) await deleteClaim(db, request)
      else await keepAnswer(request, failureOf(error))
      throw error
    }
  }

  async function keepAnswer(request: Claim, answer: Answer): Promise<void> {
    const text = JSON.stringify(answer)
    const kept = text.length <= LARGEST ? text : JSON.stringify(tooLarge)
    await storeAnswer(db, request, safe.seal(Buffer.from(kept), contextOf(request)))
  }

  return {
    async run({ caller, key, content }, work) {
      if (!/^[\x21-\x7e]{1,255}$/.test(key))
        throw invalid('The header Idempotency-Key must be of 1 to 255 visible ASCII characters.')
      const request = { caller, key, digest: createHash('sha256').update(JSON.stringify(content)).digest() }
      const place = `${caller} ${key}`
      for (let first = working.get(place); first; first = working.get(place)) await first
      const run = claim(request).then(async before =>
        before ? { answer: before, again: true } : { answer: await doIt(request, work), again: false },
      )
      const over = run.catch(() => {}).finally(() => working.delete(place))
      working.set(place, over)
      return run
    },
  }
}

const contextOf = ({ caller, key }: Claim): string => `idempotency ${caller} ${key}`

const failureOf = (error: unknown): Answer => ({
  error:
    error instanceof KontorError
      ? { code: error.code, status: error.status, message: error.message }
      : { code: 'internal', status: 500, message: 'Something went wrong on our side when this was done first.' },
})

const tooLarge: Answer = {
  error: { code: 'answer-too-large', status: 409, message: 'This was done, but its answer was too large to be kept.' },
}
