import { type Database, DatabaseError } from '../db/index.ts'
import { invalid } from '../errors.ts'
import type { Append } from '../events/index.ts'
import { compile } from './criteria.ts'
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
import type { Criterion, Publication } from './types.ts'

/** What puts datasets on offer. */
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
      insert: (tx, row) => explain(row, insertPublication(tx, row)),
      update: (tx, row) => explain(row, updatePublication(tx, row)),
      settle: (tx, { id, selector }) => matchPublication(tx, id, idsIn(selector)),
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

/** The datasets a selector names, if it names any: no other can fit. */
function idsIn(selector: readonly Criterion[]): readonly string[] | undefined {
  const naming = selector.find(
    ({ operandLeft, operator }) => ['=', 'in'].includes(operator) && datasetField(operandLeft)?.join() === '@id',
  )
  const ids = [naming?.operandRight].flat()
  return naming && ids.every(id => typeof id === 'string') ? ids : undefined
}

async function explain<T>(
  { accessPolicyId, contractPolicyId, boundsPolicyId }: Publication,
  written: Promise<T>,
): Promise<T> {
  try {
    return await written
  } catch (error) {
    if (!(error instanceof DatabaseError && error.code === '23503')) throw error
    const ids = { access: accessPolicyId, contract: contractPolicyId, bounds: boundsPolicyId }
    const which = (['access', 'bounds'] as const).find(each => error.constraint?.includes(each)) ?? 'contract'
    const [name, id] = [`${which}PolicyId`, ids[which]]
    const message = `There is no policy definition with the id ${JSON.stringify(id)}: create it first.`
    throw invalid(message, { faults: [{ path: `/${name}`, message }], cause: error })
  }
}
