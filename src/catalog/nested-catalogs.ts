import type { Database } from '../db/index.ts'
import type { Fault } from '../errors.ts'
import type { Append } from '../events/index.ts'
import { plainField } from './fields.ts'
import { createShelf, type Shelf } from './shelf.ts'
import { refuse, storableFaults } from './storable.ts'
import {
  deleteNestedCatalog,
  insertNestedCatalog,
  listedNestedCatalogs,
  updateNestedCatalog,
} from './store/nested-catalogs.ts'
import type { NestedCatalog } from './types.ts'

/** Other catalogues that ours points to. */
export function createNestedCatalogs(given: {
  db: Database
  now: () => Date
  append?: Append | undefined
}): Shelf<NestedCatalog> {
  return createShelf<NestedCatalog, NestedCatalog, NestedCatalog>(
    given,
    {
      name: 'nested catalogue',
      subject: 'nested-catalog',
      listed: listedNestedCatalogs,
      fieldOf: plainField,
      toRow,
      insert: insertNestedCatalog,
      update: updateNestedCatalog,
      remove: deleteNestedCatalog,
    },
    row => row,
  )
}

function toRow(draft: Omit<NestedCatalog, 'createdAt'>, now: Date): NestedCatalog {
  const faults: Fault[] = [...storableFaults(draft.participantId, '/participantId')]
  if (!/^https?:\/\/[^\s]+$/i.test(draft.endpointUrl) || !URL.canParse(draft.endpointUrl))
    faults.push({ path: '/endpointUrl', message: 'must be an http or https URL' })
  refuse('nested catalogue', faults)
  return { ...draft, createdAt: now }
}
