import { badGateway } from '../errors.ts'
import { retryAfterOf } from '../http/index.ts'
import type { Policy } from '../policy/index.ts'
import { reasonOf } from './errors.ts'
import type { Authorize } from './types.ts'

/** What a peer answered to a message of ours. */
export type Delivery =
  | { readonly kind: 'acknowledged'; readonly body: unknown }
  /** It does not want this message. `final`: repeating it cannot help. */
  | {
      readonly kind: 'refused'
      readonly status: number
      readonly final: boolean
      /** It clashes with what the peer does at this moment, or with the state it knows. */
      readonly busy: boolean
      readonly reason: string
    }

/** The part of the HTTP client that is needed here. */
export type Request = (request: {
  method: 'GET' | 'POST'
  url: string
  headers: Record<string, string>
  body?: unknown
  maxResponse?: number
}) => Promise<{ status: number; headers: Record<string, string>; body: unknown; text: string }>

/** Sends a message to a participant. Throws what may mend itself: no connection, no answer, an error of the peer's own. */
export type Send = ReturnType<typeof createSend>

/**
 * Refusals that no repetition turns: the peer knows us and does not let us, or does not take such messages at all. 401 is
 * none: whoever vouches for us may be out of reach for a moment.
 */
const FINAL = new Set([402, 403, 406, 410, 413, 414, 415, 422, 451])
/**
 * Refusals that clash with what the peer does at the moment: with its process, or (405) with its own start, in which an EDC listens before it
 * takes messages.
 */
const BUSY = new Set([405, 409])
/** Client errors that mean "later". */
const LATER = new Set([408, 425, 429])

/** Posts DSP messages, with the Authorization header that the receiver understands; `about` are the policies that a message is about. */
export function createSend(given: { request: Request; authorize: Authorize; now: () => Date }) {
  const { request, authorize, now } = given
  return async (
    counterparty: string,
    url: string,
    message: object,
    about: readonly Policy[] = [],
  ): Promise<Delivery> => {
    const headers = { authorization: await authorize(counterparty, about) }
    const { status, headers: said, body } = await request({ method: 'POST', url, headers, body: message })
    if (status >= 200 && status < 300) return { kind: 'acknowledged', body }
    const reason = `${counterparty} answered ${status}${reasonOf(body) ? `: ${reasonOf(body)}` : ''}`
    if (status < 400 || status >= 500 || LATER.has(status))
      throw badGateway(reason, { retryAfter: retryAfterOf(said, now()) })
    return { kind: 'refused', status, final: FINAL.has(status), busy: BUSY.has(status), reason }
  }
}

/** Joins a base URL that may end with a slash, as callback addresses do, and a path. */
export function joinUrl(base: string, path: string): string {
  // A loop, since a regular expression for slashes at the end takes quadratic time for a peer's million of them.
  let end = base.length
  while (base[end - 1] === '/') end--
  return `${base.slice(0, end)}${path}`
}
