import { KontorError } from '../errors.ts'
import { type Client, retryAfterOf } from '../http/index.ts'

/** The largest answer that is read, bytes: nobody looks at it. */
const LARGEST_ANSWER = 64 * 1024
/** The longest wait that a receiver may ask for, ms. */
const LONGEST_WISH = 3_600_000
const LONGEST_PAUSE = 3_600_000

/** Delay before the next attempt, ms: doubling from a second to an hour, with jitter. */
export const growing = (attempts: number): number =>
  Math.min(LONGEST_PAUSE, 1_000 * 2 ** Math.min(attempts, 20)) * (0.5 + Math.random() / 2)

/** How a receiver took a message; `status` is null where it gave none. */
export type Taking =
  | { readonly kind: 'taken'; readonly status: number }
  /** The receiver wants none any more. */
  | { readonly kind: 'gone'; readonly status: number; readonly error: string }
  | {
      readonly kind: 'failed'
      readonly status: number | null
      readonly error: string
      /** Not before so many ms. */
      readonly wish: number
    }

/** What is brought: the body is sent as JSON. */
export interface Parcel {
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: object
}

/** Brings one message to a receiver. */
export async function deliver(
  request: Client['request'],
  { url, headers, body }: Parcel,
  now: () => Date,
): Promise<Taking> {
  try {
    const answer = await request({ method: 'POST', url, headers, body, maxResponse: LARGEST_ANSWER })
    const { status } = answer
    if (status >= 200 && status < 300) return { kind: 'taken', status }
    const error = `The receiver answered ${status}.`
    if (status === 410) return { kind: 'gone', status, error }
    const wish = Math.min(LONGEST_WISH, (retryAfterOf(answer.headers, now()) ?? 0) * 1_000)
    return { kind: 'failed', status, error, wish }
  } catch (error) {
    if (error instanceof KontorError) return { kind: 'failed', status: null, error: error.message, wish: 0 }
    throw error
  }
}
