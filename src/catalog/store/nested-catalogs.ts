import type { Queryable } from '../../db/index.ts'
import type { NestedCatalog } from '../types.ts'
import { createdAt, type Listed } from './listing.ts'

export const listedNestedCatalogs: Listed = {
  table: 'nested_catalog',
  columns: 'id, participant_id as "participantId", endpoint_url as "endpointUrl", created_at as "createdAt"',
  document: `jsonb_build_object('id', id, 'participantId', participant_id, 'endpointUrl', endpoint_url) || ${createdAt}`,
}

/** False if the id is taken. */
export async function insertNestedCatalog(tx: Queryable, row: NestedCatalog): Promise<boolean> {
  const rows = await tx.query(
    `insert into nested_catalog (id, participant_id, endpoint_url, created_at, updated_at) values ($1, $2, $3, $4, $4)
     on conflict do nothing returning id`,
    [row.id, row.participantId, row.endpointUrl, row.createdAt],
  )
  return rows.length > 0
}

/** The row's creation time stays, and is given; undefined if there is no such catalogue. */
export async function updateNestedCatalog(tx: Queryable, row: NestedCatalog): Promise<Date | undefined> {
  const [updated] = await tx.query<{ createdAt: Date }>(
    `update nested_catalog set participant_id = $2, endpoint_url = $3, updated_at = $4 where id = $1
     returning created_at as "createdAt"`,
    [row.id, row.participantId, row.endpointUrl, row.createdAt],
  )
  return updated?.createdAt
}

/** False if there is no such catalogue. */
export async function deleteNestedCatalog(tx: Queryable, id: string): Promise<boolean> {
  return (await tx.query('delete from nested_catalog where id = $1 returning id', [id])).length > 0
}

/** All of them, by id. */
export function listNestedCatalogs(db: Queryable): Promise<NestedCatalog[]> {
  return db.query<NestedCatalog>(`select ${listedNestedCatalogs.columns} from nested_catalog order by id`)
}
