/** Datasets, distributions, offers; what a participant may see. */
export { type Catalog, createCatalog } from './catalog.ts'
export { type CatalogClient, createCatalogClient, type Peer } from './client.ts'
export type { CatalogPage, PageRequest } from './page.ts'
export { catalogRoutes } from './routes.ts'
export type { Draft, NewDraft, Shelf } from './shelf.ts'
export { findSource } from './store/datasets.ts'
export type {
  Criterion,
  Dataset,
  FindOffer,
  FormatsOf,
  IsBound,
  NestedCatalog,
  PolicyDefinition,
  Publication,
  PublishedOffer,
  Query,
} from './types.ts'
