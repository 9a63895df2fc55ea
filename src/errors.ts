/** What is wrong with one place of an input: where it stands, what was wrong, how to mend it. */
export interface Fault {
  /** JSON pointer into the body, or the name of a header, parameter or setting. */
  readonly path: string
  readonly message: string
}

/**
 * An error we throw on purpose. Every protocol renders it in its own words at its own edge; whatever else is
 * thrown is unexpected, answered as 500 `internal`, and its message stays in the log.
 */
export class KontorError extends Error {
  override readonly name = 'KontorError'
  /** Stable, for programs: `not-found`, `wrong-state`, … */
  readonly code: string
  /** The HTTP status that fits it. */
  readonly status: number
  readonly faults: readonly Fault[]
  /** When trying again may help, in seconds from now; undefined if that cannot be said. */
  readonly retryAfter: number | undefined

  constructor(code: string, status: number, message: string, options: More = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.code = code
    this.status = status
    this.faults = options.faults ?? []
    this.retryAfter = options.retryAfter
  }
}

type More = { faults?: readonly Fault[]; cause?: unknown; retryAfter?: number | undefined }

/** The input does not have the shape it should: 400. */
export const invalid = (message: string, more?: More): KontorError => new KontorError('invalid', 400, message, more)

/** The message does not fit the state its process is in: 400 (DSP 2025-1, HTTPS bindings, State Transition Errors). */
export const wrongState = (message: string, more?: More): KontorError =>
  new KontorError('wrong-state', 400, message, more)

/** Nobody we know: 401. */
export const unauthenticated = (message: string, more?: More): KontorError =>
  new KontorError('unauthenticated', 401, message, more)

/** Known, but not allowed: 403. */
export const forbidden = (message: string, more?: More): KontorError => new KontorError('forbidden', 403, message, more)

/** It does not exist, or not for the one who asks: 404. */
export const notFound = (kind: string, id: string): KontorError =>
  new KontorError('not-found', 404, `There is no ${kind} with the id ${JSON.stringify(id)}.`)

/** It stands against what is there already: 409. */
export const conflict = (message: string, more?: More): KontorError => new KontorError('conflict', 409, message, more)

/** More than we do for one counterparty; in so many seconds it may have changed: 429. */
export const tooMany = (message: string, retryAfter: number): KontorError =>
  new KontorError('too-many', 429, message, { retryAfter })

/** A peer could not be reached, or its answer could not be understood: 502. */
export const badGateway = (message: string, more?: More): KontorError =>
  new KontorError('bad-gateway', 502, message, more)

/** We are stopping, or a limit is reached; trying again later may help: 503. */
export const unavailable = (message: string, more?: More): KontorError =>
  new KontorError('unavailable', 503, message, more)
