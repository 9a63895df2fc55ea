import type { IncomingHttpHeaders, OutgoingHttpHeaders } from 'node:http'
import type { Readable } from 'node:stream'

/** What a source is asked, in HTTP's terms. */
export interface Asked {
  readonly method: string
  /** After `/public`, as it was sent. */
  readonly path: string
  /** Without `?`, as it was sent. */
  readonly query: string
  readonly headers: IncomingHttpHeaders
  /** The request's body, if it has one. */
  readonly body: Readable | undefined
}

/** A source's answer, fit to be handed on. */
export interface Opened {
  readonly status: number
  readonly headers: OutgoingHttpHeaders
  readonly body: Readable | undefined
}
