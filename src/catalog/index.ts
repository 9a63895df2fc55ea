/** Datasets, distributions, offers; what a participant may see. */
export { type Catalog, createCatalog } from './catalog.ts'
export { type CatalogClient, createCatalogClient, type Peer } from './client.ts'
export type { PageRequest } from './page.ts'
export { catalogRoutes } from './routes.ts'
export type { Draft, Shelf } from './shelf.ts'
export { findSource } from './store/datasets.ts'
export type {
  Criterion,
  Dataset,
  FindOffer,
  PolicyDefinition,
  Publication,
  PublishedOffer,
  Query,
} from './types.ts'
