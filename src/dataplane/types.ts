import type { LookupFunction } from 'node:net'
import type { DataAddress, SourceAddress } from '../signaling/index.ts'
import type { Events } from '../telemetry/index.ts'

/** `started` lets data through; the last two are ends. */
export type FlowState = 'started' | 'suspended' | 'terminated' | 'completed'

/** What is needed of a flow to let data through, or not. */
export interface Flow {
  /** The provider's transfer process id. */
  readonly id: string
  readonly counterparty: string
  readonly format: string
  readonly source: SourceAddress
  readonly destination: DataAddress | null
  readonly state: FlowState
  /** Why it is suspended or terminated. */
  readonly reason: string | null
  /** Grows with every suspension: tokens and streams of an older one are no longer good. */
  readonly generation: number
}

/**
 * Asks the control plane whether data of a flow may still be had: true, or the reason why not (the agreement has ended, a policy is
 * no longer satisfied). Asked at every access and every second while a stream runs, so whoever answers should remember the answer.
 */
export type MayAccess = (flowId: string) => Promise<true | string>

/** Keeps us from calling addresses of a consumer's choice that only we can reach. */
export interface Guard {
  /** Resolves host names, and IP addresses as well; fails for those that may not be called. */
  readonly lookup: LookupFunction
}

/** What the data plane tells of. */
export type DataPlaneEvents = Pick<Events, 'dataServed' | 'dataRefused' | 'unexpected'>

/** Times, in ms. The defaults are for production; tests hurry. */
export interface Timing {
  /** A stream that has not moved for so long is broken off. */
  readonly idle: number
  /** How long a flow may be believed to be as it was, should the news of its change be lost. */
  readonly trust: number
  /** Between two looks at running streams, metering and due pushes. */
  readonly tick: number
  /** How long `stop` waits for running streams. */
  readonly grace: number
  /** Waits between the attempts of a push; when they are used up, it has failed. */
  readonly pushAgain: readonly number[]
}

/** 10 s, a minute and five minutes are enough for a receiver to be started anew, not for a night without anybody. */
export const production: Timing = {
  idle: 60_000,
  trust: 1_000,
  tick: 1_000,
  grace: 10_000,
  pushAgain: [1_000, 5_000, 10_000, 60_000, 300_000],
}
