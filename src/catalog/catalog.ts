import type { Database } from '../db/index.ts'
import type { Counterparty } from '../dsp/index.ts'
import type { Append } from '../events/index.ts'
import type { Participant, Policy } from '../policy/index.ts'
import { type ChangeCatalog, createChange } from './change.ts'
import { createDatasets } from './datasets.ts'
import { createFindOffer, createFindTerms } from './find-offer.ts'
import { createNestedCatalogs } from './nested-catalogs.ts'
import { type CatalogPage, type PageRequest, readDataset, readPage } from './page.ts'
import { createPolicies } from './policies.ts'
import { createPublications } from './publications.ts'
import type { Shelf } from './shelf.ts'
import { type Simulated, simulate } from './simulate.ts'
import type {
  Dataset,
  DescriptionsOf,
  FindOffer,
  FormatsOf,
  IsBound,
  NestedCatalog,
  PolicyDefinition,
  Publication,
  SealSource,
} from './types.ts'

/** What this connector offers, and to whom. */
export interface Catalog {
  readonly datasets: Shelf<Dataset>
  readonly policies: Shelf<PolicyDefinition>
  readonly publications: Shelf<Publication>
  readonly nestedCatalogs: Shelf<NestedCatalog>
  /** A page of what a participant may see. Throws `invalid` for filters and tokens that are not supported. */
  page(asker: Counterparty, request: PageRequest): Promise<CatalogPage>
  /** JSON of one dataset as a participant sees it; undefined if it sees none. */
  dataset(asker: Counterparty, id: string): Promise<string | undefined>
  readonly findOffer: FindOffer
  /** The terms of an offer of ours by its whole id, whoever asks; undefined if it is not made any more, or is another now. */
  readonly findTerms: (offerId: string) => Promise<Policy | undefined>
  /** How the policies of a dataset's publications judge participants who would ask for it. */
  readonly simulate: (
    datasetId: string,
    participants: readonly Participant[],
    now: Date,
  ) => Promise<readonly Simulated[]>
  /** Several changes as one: all of them are kept, or none. Nobody else writes meanwhile. */
  readonly change: ChangeCatalog
  /** Our DSP base URL. */
  endpointUrl(): string
}

/**
 * The catalogue. `endpointUrl` is where peers reach us, version path included; `formatsOf` is what the data planes
 * serve; `isBound` says whether contracts hold a dataset.
 *
 *     const catalog = createCatalog({ db, participantId: 'did:web:me', endpointUrl: () => 'https://me.example/dsp/2025-1', … })
 *     await catalog.policies.create({ id: 'open', policy: {} })
 *     await catalog.datasets.create({ id: 'wind', properties: { 'dct:title': 'Wind' }, source: { type: 'HttpData', … } })
 *     await catalog.publications.create({ accessPolicyId: 'open', contractPolicyId: 'open', selector: [] })
 */
export function createCatalog(given: {
  db: Database
  participantId: string
  endpointUrl: () => string
  formatsOf: FormatsOf
  /** Makes a source fit to be kept. */
  sealSource: SealSource
  isBound: IsBound
  now: () => Date
  /** Tells others of changes. */
  append?: Append | undefined
  /** Where datasets are described elsewhere, too. */
  descriptionsOf?: DescriptionsOf | undefined
}): Catalog {
  const { participantId, endpointUrl } = given
  const source = { ...given, provider: () => ({ participantId, endpointUrl: endpointUrl() }) }
  const shelves = {
    datasets: createDatasets(given),
    policies: createPolicies(given),
    publications: createPublications(given),
  }
  return {
    ...shelves,
    change: createChange(given.db, shelves),
    nestedCatalogs: createNestedCatalogs(given),
    page: (asker, request) => readPage(source, asker, request),
    dataset: (asker, id) => readDataset(source, asker, id),
    findOffer: createFindOffer(given),
    findTerms: createFindTerms(given.db),
    simulate: (datasetId, participants, now) => simulate(given.db, datasetId, participants, now),
    endpointUrl,
  }
}
