import type { CatalogClient, Peer } from '../catalog/index.ts'
import type { Database } from '../db/index.ts'
import type { JsonObject } from '../jsonld/index.ts'
import type { Condition, Jobs } from '../process/index.ts'
import type { Events } from '../telemetry/index.ts'
import type { Standing } from './store.ts'

/** What a catalogue may be looked for by: whose it is, its id, where it is asked for. */
export type CatalogField = 'participant' | 'id' | 'address'

/** Which of the catalogues that are kept. */
export interface CatalogsQuery {
  readonly offset: number
  readonly limit: number
  readonly order: 'asc' | 'desc'
  readonly where: readonly Condition<CatalogField>[]
  /** What datasets must be like, as SQL/JSON path; then catalogues are shown with these only, and those that have none not at all. */
  readonly matcher: string | undefined
}

/** What the room is given. */
export interface FederationOptions {
  readonly db: Database
  readonly jobs: Pick<Jobs, 'serve' | 'ask'>
  readonly now: () => Date
  readonly events: Pick<Events, 'catalogCrawled'>
  readonly settings: FederationSettings
  readonly readPage: CatalogClient['readPage']
  /** The protocol URL at an address that may be only a root. Throws what the check or discovery throws. */
  readonly protocolUrl: (address: string) => Promise<string>
}

export interface FederationSettings {
  readonly peers: readonly { readonly id: string; readonly url: string }[]
  /** Whether those are kept, too, of whom we have asked something as a consumer. */
  readonly participants: 'listed' | 'known'
  /** ms between two looks at one catalogue. */
  readonly every: number
  /** Datasets of one participant. */
  readonly mostDatasets: number
}

/** Catalogues of other participants, kept here. */
export interface Federation {
  /** Begins to look at those that are to be kept, and forgets others. */
  start(): Promise<void>
  /** What is kept, as it was last seen; with when that was, and what is in the way since. Throws `invalid` for too much at once. */
  find(query: CatalogsQuery): Promise<readonly JsonObject[]>
  /** How it stands with the catalogues that are kept, or are to be, by participant. */
  standings(page: { readonly limit: number; readonly offset: number }): Promise<readonly Standing[]>
  /** How it stands with that of one participant. Throws `not-found`. */
  standing(participant: string): Promise<Standing>
  /** Looks at it at once instead of at its time. Throws `not-found`. */
  crawl(participant: string): Promise<Standing>
}

export type { Peer }
