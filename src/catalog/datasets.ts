import type { Database, Queryable } from '../db/index.ts'
import { conflict } from '../errors.ts'
import type { Append } from '../events/index.ts'
import { datasetField } from './fields.ts'
import { keyOf } from './offer-id.ts'
import { toDocument } from './properties.ts'
import { createShelf, type Draft, type Shelf } from './shelf.ts'
import { refuse, storableFaults } from './storable.ts'
import {
  type DatasetRow,
  deleteDataset,
  holdPublications,
  insertDataset,
  listedDatasets,
  toDataset,
  updateDataset,
} from './store/datasets.ts'
import { matchDataset } from './store/offers.ts'
import type { Dataset, IsBound, SealSource } from './types.ts'

/** The datasets of this connector. One that a contract binds us to cannot be removed. */
export function createDatasets(given: {
  db: Database
  now: () => Date
  append?: Append | undefined
  sealSource: SealSource
  isBound: IsBound
}): Shelf<Dataset> {
  const { sealSource, isBound } = given

  function toRow({ id, properties, source }: Draft<Dataset>, createdAt: Date): DatasetRow {
    refuse('source of the data', storableFaults(source, '/source'))
    return { id, key: keyOf(id), document: toDocument(id, properties), source: sealSource(source, id), createdAt }
  }

  async function remove(tx: Queryable, id: string): Promise<boolean> {
    await holdPublications(tx)
    if (await isBound(tx, id))
      throw conflict(`The dataset ${JSON.stringify(id)} is under a contract or in a negotiation and cannot be removed.`)
    return deleteDataset(tx, id)
  }

  return createShelf<Dataset, DatasetRow, DatasetRow>(
    given,
    {
      name: 'dataset',
      subject: 'dataset',
      listed: listedDatasets,
      fieldOf: datasetField,
      toRow,
      insert: async (tx, row) => {
        await holdPublications(tx)
        return insertDataset(tx, row)
      },
      update: async (tx, row) => {
        await holdPublications(tx)
        return updateDataset(tx, row)
      },
      settle: (tx, { id }) => matchDataset(tx, id),
      remove,
    },
    toDataset,
  )
}
