/** The catalogue of a federation, where we make known what we say of ourselves. */

export { type Catalogue, type CatalogueState, openCatalogue } from './catalogue.ts'
