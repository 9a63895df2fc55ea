/** Crawls other participants' catalogues and keeps what it found. */
export { createFederation } from './federation.ts'
export type { Standing } from './store.ts'
export type { CatalogField, CatalogsQuery, Federation } from './types.ts'
