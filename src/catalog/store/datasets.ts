import { json, type Queryable } from '../../db/index.ts'
import { isPlain, type SealingBatch, type SourceAddress, type SourceSeal, sealBatch } from '../../signaling/index.ts'
import { type DatasetDocument, fromDocument } from '../properties.ts'
import type { Dataset } from '../types.ts'
import { createdAt, type Listed } from './listing.ts'

/** A dataset as its row is written. */
export interface DatasetRow {
  readonly id: string
  /** The id as it stands in offer ids. */
  readonly key: string
  readonly document: DatasetDocument
  readonly source: SourceAddress
  readonly createdAt: Date
}

export const listedDatasets: Listed = {
  table: 'dataset',
  columns: 'id, document, source, created_at as "createdAt"',
  document: `document || ${createdAt}`,
  indexed: 'document',
}

/** A row that was read as the dataset it is. */
export const toDataset = ({ id, document, source, createdAt: at }: Omit<DatasetRow, 'key'>): Dataset => ({
  id,
  properties: fromDocument(document),
  source,
  createdAt: at,
})

/** False if the id is taken. */
export async function insertDataset(tx: Queryable, row: DatasetRow): Promise<boolean> {
  const rows = await tx.query(
    `insert into dataset (id, key, document, source, created_at, updated_at) values ($1, $2, $3, $4, $5, $5)
     on conflict do nothing returning id`,
    [row.id, row.key, json(row.document), json(row.source), row.createdAt],
  )
  return rows.length > 0
}

/** The row's creation time stays, and is given; undefined if there is no such dataset. */
export async function updateDataset(tx: Queryable, row: DatasetRow): Promise<Date | undefined> {
  const [updated] = await tx.query<{ createdAt: Date }>(
    'update dataset set document = $2, source = $3, updated_at = $4 where id = $1 returning created_at as "createdAt"',
    [row.id, json(row.document), json(row.source), row.createdAt],
  )
  return updated?.createdAt
}

/** False if there is no such dataset. Its offers go with it. */
export async function deleteDataset(tx: Queryable, id: string): Promise<boolean> {
  return (await tx.query('delete from dataset where id = $1 returning id', [id])).length > 0
}

/** Where the data of a dataset lies. */
export async function findSource(db: Queryable, id: string): Promise<SourceAddress | undefined> {
  const [row] = await db.query<{ source: SourceAddress }>('select source from dataset where id = $1', [id])
  return row?.source
}

/**
 * Lets no publication be written until the transaction ends: a dataset and a publication written at the same time would
 * not see each other, and the offer between them would be missing. Datasets may be written side by side.
 */
export async function holdPublications(tx: Queryable): Promise<void> {
  await tx.query('lock table publication in share mode')
}

/** Seals sources that lie as they came, one batch; the last id looked at, undefined when there is nothing more. */
export function sealSources(
  tx: Queryable,
  batch: SealingBatch,
  { seal }: Pick<SourceSeal, 'seal'>,
): Promise<string | undefined> {
  return sealBatch<Pick<Dataset, 'id' | 'source'>>(tx, batch, {
    table: 'dataset',
    columns: 'id, source',
    isPlain: ({ source }) => isPlain(source),
    keep: ({ id, source }) => tx.query('update dataset set source = $2 where id = $1', [id, json(seal(source, id))]),
  })
}
