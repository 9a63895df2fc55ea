import { KontorError } from '../errors.ts'
import type { CloudEvent } from '../events/index.ts'
import type { Client } from '../http/index.ts'
import { signatureHeaders } from './signature.ts'

/** The largest answer that is read, bytes: nobody looks at it. */
const LARGEST_ANSWER = 64 * 1024
/** The longest wait that a receiver may ask for, ms. */
const LONGEST_WISH = 3_600_000

/** How a receiver took an event. */
export type Taking =
  | { readonly kind: 'taken' }
  /** The receiver wants none any more. */
  | { readonly kind: 'gone'; readonly error: string }
  | { readonly kind: 'failed'; readonly error: string /** Not before so many ms. */; readonly wish: number }

/** Brings one event to a receiver. */
export async function deliver(
  request: Client['request'],
  url: string,
  event: CloudEvent,
  { secrets, at }: { readonly secrets: readonly string[]; readonly at: Date },
): Promise<Taking> {
  const headers = {
    'content-type': 'application/cloudevents+json; charset=utf-8',
    ...signatureHeaders({ id: event.id, at, body: JSON.stringify(event) }, secrets),
  }
  try {
    const answer = await request({ method: 'POST', url, headers, body: event, maxResponse: LARGEST_ANSWER })
    if (answer.status >= 200 && answer.status < 300) return { kind: 'taken' }
    const error = `The receiver answered ${answer.status}.`
    if (answer.status === 410) return { kind: 'gone', error }
    const seconds = Number(answer.headers['retry-after'] ?? 0)
    return { kind: 'failed', error, wish: Math.min(LONGEST_WISH, (Number.isFinite(seconds) ? seconds : 0) * 1_000) }
  } catch (error) {
    if (error instanceof KontorError) return { kind: 'failed', error: error.message, wish: 0 }
    throw error
  }
}
