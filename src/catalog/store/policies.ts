import { json, type Queryable } from '../../db/index.ts'
import type { Policy } from '../../policy/index.ts'
import { createdAt, type Listed } from './listing.ts'

/** A policy definition as its row is written. */
export interface PolicyRow {
  readonly id: string
  readonly policy: Policy
  /** JSON of what its offers say. */
  readonly terms: string
  /** Of the terms, as it stands in offer ids. */
  readonly digest: string
  readonly createdAt: Date
}

export const listedPolicies: Listed = {
  table: 'policy_definition',
  columns: 'id, policy, created_at as "createdAt"',
  document: `jsonb_build_object('id', id, 'policy', policy) || ${createdAt}`,
}

/** False if the id is taken. */
export async function insertPolicy(tx: Queryable, row: PolicyRow): Promise<boolean> {
  const rows = await tx.query(
    `insert into policy_definition (id, policy, terms, digest, created_at, updated_at) values ($1, $2, $3, $4, $5, $5)
     on conflict do nothing returning id`,
    [row.id, json(row.policy), row.terms, row.digest, row.createdAt],
  )
  return rows.length > 0
}

/** The row's creation time stays, and is given; undefined if there is no such policy. */
export async function updatePolicy(tx: Queryable, row: PolicyRow): Promise<Date | undefined> {
  const [updated] = await tx.query<{ createdAt: Date }>(
    `update policy_definition set policy = $2, terms = $3, digest = $4, updated_at = $5 where id = $1
     returning created_at as "createdAt"`,
    [row.id, json(row.policy), row.terms, row.digest, row.createdAt],
  )
  return updated?.createdAt
}

/** False if there is no such policy. */
export async function deletePolicy(tx: Queryable, id: string): Promise<boolean> {
  return (await tx.query('delete from policy_definition where id = $1 returning id', [id])).length > 0
}

/** Whether a publication refers to a policy. */
export async function isPolicyInUse(tx: Queryable, id: string): Promise<boolean> {
  const [row] = await tx.query<{ used: boolean }>(
    `select exists (select from publication where access_policy_id = $1)
       or exists (select from publication where contract_policy_id = $1)
       or exists (select from publication where bounds_policy_id = $1) as used`,
    [id],
  )
  return row?.used === true
}

/** The policies that say who may see something, with what tells one version of a row from any other. */
export function listAccessPolicies(db: Queryable): Promise<{ id: string; version: string }[]> {
  return db.query(
    `select id, xmin::text as version from policy_definition p
     where exists (select from publication where access_policy_id = p.id)`,
  )
}

/** The policies of these ids. */
export function readPolicies(
  db: Queryable,
  ids: readonly string[],
): Promise<{ id: string; version: string; policy: Policy }[]> {
  return db.query('select id, xmin::text as version, policy from policy_definition where id = any($1)', [ids])
}
