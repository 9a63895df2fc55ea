import type { Database } from '../db/index.ts'
import type { Append } from '../events/index.ts'
import { compile, idsIn } from './criteria.ts'
import { datasetField, plainField } from './fields.ts'
import { keyOf } from './offer-id.ts'
import { createShelf, type Shelf } from './shelf.ts'
import { matchPublication } from './store/offers.ts'
import {
  deletePublication,
  insertPublication,
  listedPublications,
  type PublicationRow,
  updatePublication,
} from './store/publications.ts'
import type { Publication } from './types.ts'

/** What puts datasets on offer. The policies of a publication may come after it: until they are there, it offers nothing. */
export function createPublications(given: {
  db: Database
  now: () => Date
  append?: Append | undefined
}): Shelf<Publication> {
  return createShelf<Publication, PublicationRow, Publication>(
    given,
    {
      name: 'publication',
      subject: 'publication',
      listed: listedPublications,
      fieldOf: plainField,
      toRow,
      insert: insertPublication,
      update: updatePublication,
      settle: (tx, { id, selector }) => matchPublication(tx, id, idsIn(selector, datasetField)),
      remove: deletePublication,
    },
    row => row,
  )
}

const toRow = (draft: Omit<Publication, 'createdAt'>, now: Date): PublicationRow => ({
  ...draft,
  key: keyOf(draft.id),
  matcher: compile(draft.selector, datasetField, '/selector'),
  createdAt: now,
})
