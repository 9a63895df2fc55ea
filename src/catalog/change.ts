import type { Database, Transaction } from '../db/index.ts'
import type { Shelf } from './shelf.ts'
import { holdCatalog } from './store/listing.ts'
import type { Dataset, PolicyDefinition, Publication } from './types.ts'

/** What the operator keeps in the catalogue. */
export interface Shelves {
  readonly datasets: Shelf<Dataset>
  readonly policies: Shelf<PolicyDefinition>
  readonly publications: Shelf<Publication>
}

/** The same inside a transaction. */
export type OpenShelves = { readonly [Name in keyof Shelves]: ReturnType<Shelves[Name]['within']> }

/** Does several changes in one transaction: what is thrown inside undoes them all. */
export type ChangeCatalog = <T>(work: (shelves: OpenShelves) => Promise<T>) => Promise<T>

export const createChange =
  (db: Database, { datasets, policies, publications }: Shelves): ChangeCatalog =>
  work =>
    db.transaction(async (tx: Transaction) => {
      await holdCatalog(tx)
      return work({
        datasets: datasets.within(tx),
        policies: policies.within(tx),
        publications: publications.within(tx),
      })
    })
