/** Datasets, distributions, offers; what a participant may see. */
export { type Catalog, createCatalog } from './catalog.ts'
export type { OpenShelves } from './change.ts'
export { type CatalogClient, type CatalogPage, createCatalogClient, type Peer } from './client.ts'
export { compile as compileCriteria } from './criteria.ts'
export { datasetField } from './fields.ts'
export type { PageRequest } from './page.ts'
export { toDocument } from './properties.ts'
export { catalogRoutes } from './routes.ts'
export type { Draft, Shelf } from './shelf.ts'
export { findSource, sealSources } from './store/datasets.ts'
export { findPublished, listPublished, type PublishedDataset } from './store/offers.ts'
export type {
  Criterion,
  Dataset,
  DescriptionsOf,
  FindOffer,
  PolicyDefinition,
  Publication,
  PublishedOffer,
  Query,
} from './types.ts'
