import type { CatalogClient } from '../catalog/index.ts'
import type { Authorize, VersionResponse } from '../dsp/index.ts'
import type { Client, Guard } from '../http/index.ts'
import type { Checkup } from '../identity/index.ts'

/** What is said about a participant: an id, a URL, or both. */
export interface PeerQuestion {
  /** A participant id, such as a DID, or a URL: the root of its connector, or its protocol URL. */
  readonly peer: string
  /** Its id, where `peer` is a URL. */
  readonly id?: string
  /** Its root or protocol URL, where `peer` is an id. */
  readonly address?: string
}

/** What the doctor is asked. */
export interface DoctorQuestion extends PeerQuestion {
  /** A dataset of the peer's that is to be had. */
  readonly dataset?: string
  /** The offer under which it is to be had. */
  readonly offer?: string
}

/** Whose affair something is; `between` where it cannot be told from here. */
export type Side = 'ours' | 'theirs' | 'between'

/** How something was found. */
export interface Finding {
  readonly outcome: 'well' | 'doubtful' | 'ill' | 'skipped'
  readonly side: Side | null
  /** What was found, in a sentence. */
  readonly finding: string
  /** What to do about it; null where nothing is to be done. */
  readonly advice: string | null
}

/** What was looked at, and how it was found. */
export interface Checked extends Finding {
  readonly check: string
  /** Our way to them, or theirs to us. */
  readonly direction: 'outward' | 'inward'
}

/** All that was found. */
export interface Examination {
  readonly peer: { readonly id: string | null; readonly address: string | null }
  /** Whether nothing is ill. */
  readonly healthy: boolean
  readonly checks: readonly Checked[]
}

/** What is known of processes with a participant. */
export interface Dealings {
  /** Where it received messages of ours the last time. */
  readonly address: string | undefined
  /** When it sent us something the last time. */
  readonly heardAt: string | undefined
  /** Processes of which a message of ours has not got through. */
  readonly stuck: readonly {
    readonly id: string
    readonly kind: 'negotiation' | 'transfer'
    readonly lastError: string | null
  }[]
}

/** How it stands with what we say of ourselves in a Gaia-X ecosystem. */
interface GaiaXStanding {
  readonly level: string | undefined
  readonly labelWanted: boolean
  readonly certificateUntil: Date
  readonly troubles: readonly {
    readonly about: string
    readonly task: string
    readonly state: string
    readonly reason: string | null
    readonly since: Date
  }[]
}

/** What finding and examining participants is made of. */
export interface PeersGiven {
  readonly participantId: string
  readonly guard: Guard
  readonly request: Client['request']
  readonly parseVersions: (body: unknown) => VersionResponse | Promise<VersionResponse>
  readonly authorize: Authorize
  readonly catalogClient: CatalogClient
  /** Absent where participants know each other by static tokens. */
  readonly checkup: Checkup | undefined
  /** Absent where we say nothing there. */
  readonly gaiaX: (() => Promise<GaiaXStanding>) | undefined
  /** Where peers are told to reach us. */
  readonly urls: () => { readonly protocol: string; readonly data: string }
  readonly protocolUrl: () => string
  readonly dealingsWith: (id: string) => Promise<Dealings>
  /** For one step, ms. */
  readonly timeout: number
  readonly now: () => Date
}

/** All is well. */
export const well = (finding: string): Finding => ({ outcome: 'well', side: null, finding, advice: null })
/** It does not work. */
export const ill = (side: Side, finding: string, advice: string): Finding => ({ outcome: 'ill', side, finding, advice })
/** It works, but not for long, or not as it should. */
export const doubtful = (side: Side, finding: string, advice: string): Finding => ({
  outcome: 'doubtful',
  side,
  finding,
  advice,
})
/** It could not be looked at. */
export const skipped = (finding: string): Finding => ({ outcome: 'skipped', side: null, finding, advice: null })
