import type { KeptAddress, SourceAddress } from '../signaling/index.ts'
import type { Events } from '../telemetry/index.ts'

/** `started` lets data through; the last two are ends. */
export type FlowState = 'started' | 'suspended' | 'terminated' | 'completed'

/** How a flow stands: what decides whether data may pass now. */
export interface Standing {
  /** The provider's transfer process id. */
  readonly id: string
  readonly state: FlowState
  /** Why it is suspended or terminated. */
  readonly reason: string | null
  /** Grows with every suspension: tokens and streams of an older one are no longer good. */
  readonly generation: number
}

/** A flow as it is kept. */
export interface Flow extends Standing {
  readonly counterparty: string
  readonly datasetId: string
  readonly format: string
  /** Keys in it may be sealed. */
  readonly source: SourceAddress
  /** It may be sealed. */
  readonly destination: KeptAddress | null
}

/**
 * Asks the control plane whether data of a flow may still be had: true, or the reason why not, as a sentence (the agreement has
 * ended, a policy is no longer satisfied). Asked every second while a stream runs, so whoever answers should remember the answer.
 */
export type MayAccess = (flowId: string) => Promise<true | string>

/** An access that was let in. */
export interface Booking {
  /** Asks for so many more bytes before they leave; absent where nobody counts them. */
  readonly take?: (bytes: number) => Promise<true | string>
  /** It is over; of one that nothing was `had` of, nobody need know. */
  readonly end: (had: boolean) => Promise<void>
}

/**
 * Asks the control plane to let one access begin, and to count it; or gives the reason why not, as a sentence. Every access
 * that was let in is ended.
 */
export type Book = (flowId: string) => Promise<Booking | string>

/** What the data plane tells of. */
export interface DataPlaneEvents extends Pick<Events, 'dataRefused' | 'unexpected'> {
  /** An answer with data has ended; `broken` says why, if it did so before its time. */
  readonly dataServed: (event: Parameters<Events['dataServed']>[0] & { readonly broken?: string }) => void
}

/** Times, in ms. */
export interface Timing {
  /** A stream that has not moved for so long is broken off. */
  readonly idle: number
  /** How long the form of a token's refresh may take to arrive. */
  readonly form: number
  /** How long a flow is believed to be as it was, should the news of its change be lost. */
  readonly trust: number
  /** Between two looks at running streams, metering and due pushes. */
  readonly tick: number
  /** How long `stop` waits for running streams. */
  readonly grace: number
  /** Waits between the attempts of a push; when they are used up, it has failed. */
  readonly pushAgain: readonly number[]
}

/** Long enough for a receiver to be started anew, not for a night without anybody. */
export const production: Timing = {
  idle: 60_000,
  form: 10_000,
  trust: 1_000,
  tick: 1_000,
  grace: 10_000,
  pushAgain: [1_000, 5_000, 10_000, 60_000, 300_000],
}
