import { json, type Queryable } from '../../db/index.ts'
import type { Publication } from '../types.ts'
import { createdAt, type Listed } from './listing.ts'

/** A publication as its row is written. */
export interface PublicationRow extends Publication {
  /** The id as it stands in offer ids. */
  readonly key: string
  /** The selector as SQL/JSON path. */
  readonly matcher: string
}

export const listedPublications: Listed = {
  table: 'publication',
  columns: `id, access_policy_id as "accessPolicyId", contract_policy_id as "contractPolicyId",
    bounds_policy_id as "boundsPolicyId", selector,
    created_at as "createdAt"`,
  document: `jsonb_build_object('id', id, 'accessPolicyId', access_policy_id, 'contractPolicyId', contract_policy_id,
    'boundsPolicyId', bounds_policy_id, 'selector', selector) || ${createdAt}`,
}

/** False if the id is taken. */
export async function insertPublication(tx: Queryable, row: PublicationRow): Promise<boolean> {
  const rows = await tx.query(
    `insert into publication
       (id, key, access_policy_id, contract_policy_id, selector, matcher, created_at, updated_at, bounds_policy_id)
     values ($1, $2, $3, $4, $5, $6, $7, $7, $8) on conflict do nothing returning id`,
    [
      row.id,
      row.key,
      row.accessPolicyId,
      row.contractPolicyId,
      json(row.selector),
      row.matcher,
      row.createdAt,
      row.boundsPolicyId ?? null,
    ],
  )
  return rows.length > 0
}

/** The row's creation time stays, and is given; undefined if there is no such publication. */
export async function updatePublication(tx: Queryable, row: PublicationRow): Promise<Date | undefined> {
  const [updated] = await tx.query<{ createdAt: Date }>(
    `update publication
     set access_policy_id = $2, contract_policy_id = $3, selector = $4, matcher = $5, updated_at = $6,
       bounds_policy_id = $7 where id = $1 returning created_at as "createdAt"`,
    [
      row.id,
      row.accessPolicyId,
      row.contractPolicyId,
      json(row.selector),
      row.matcher,
      row.createdAt,
      row.boundsPolicyId ?? null,
    ],
  )
  return updated?.createdAt
}

/** False if there is no such publication. Its offers go with it. */
export async function deletePublication(tx: Queryable, id: string): Promise<boolean> {
  return (await tx.query('delete from publication where id = $1 returning id', [id])).length > 0
}
