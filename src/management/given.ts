import type { Dataset, PolicyDefinition, Publication, Query } from '../catalog/index.ts'
import type { Secret } from '../config/types.ts'
import type { Unexpected } from '../http/index.ts'
import type { JsonLd, JsonObject } from '../jsonld/index.ts'
import type { Negotiations } from '../negotiation/index.ts'
import type { Entry } from '../process/index.ts'
import type { DataAddress, SourceAddress } from '../signaling/index.ts'
import type { Transfers } from '../transfer/index.ts'

/** Something an operator keeps under an id. */
export interface Kept {
  readonly id: string
  readonly createdAt: Date
}

/** Where things of one kind are kept. */
export interface Shelf<T extends Kept> {
  /** Throws `conflict` if the id is taken, `invalid`, or `conflict` for a reference that leads nowhere. */
  readonly create: (thing: Omit<T, 'createdAt'>) => Promise<T>
  /** Throws `not-found`, `invalid`. */
  readonly replace: (thing: Omit<T, 'createdAt'>) => Promise<unknown>
  /** Throws `not-found`, or `conflict` while it is needed. */
  readonly remove: (id: string) => Promise<unknown>
  readonly find: (id: string) => Promise<T | undefined>
  /** Throws `invalid` for conditions that are not possible. */
  readonly list: (query: Query) => Promise<readonly T[]>
}

/** A participant to ask, and where it receives messages: its protocol URL, version path included. */
export interface Peer {
  readonly counterparty: string
  readonly address: string
}

/** What the management API is made of: the services it speaks for. */
export interface Given {
  readonly apiKey: Secret
  readonly jsonLd: JsonLd
  readonly catalog: {
    readonly datasets: Shelf<Dataset>
    readonly policies: Shelf<PolicyDefinition>
    readonly publications: Shelf<Publication>
  }
  readonly negotiations: Negotiations
  readonly transfers: Transfers
  /** What happened to a process, oldest first. */
  readonly journalOf: (processId: string) => Promise<readonly Entry[]>
  /** What is wrong with a source address, in sentences. */
  readonly faultsOf: (source: SourceAddress) => readonly string[]
  /** A provider's catalogue as it came. `filter` is the protocol's. */
  readonly requestCatalog: (peer: Peer, filter: readonly JsonObject[] | undefined) => Promise<JsonObject>
  /** One dataset of a provider as it came. */
  readonly requestDataset: (peer: Peer, id: string) => Promise<JsonObject>
  /** The protocol URL (2025-1) of a peer of whom only the root is known. Throws `bad-gateway`. */
  readonly discover: (root: string) => Promise<string>
  readonly edrs: {
    /** Where a transfer's data can be fetched now, with a token that is good now. Throws `not-found`. */
    readonly fresh: (transferId: string) => Promise<DataAddress>
    /** Forgets where a transfer's data can be fetched. Throws `not-found`. */
    readonly forget: (transferId: string) => Promise<void>
  }
  readonly unexpected: Unexpected
}
