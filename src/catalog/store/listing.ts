import type { Queryable } from '../../db/index.ts'

/** A kind of thing that the operator lists: its table, and what conditions and sorts see of a row. */
export interface Listed {
  readonly table: string
  readonly columns: string
  readonly document: string
}

/** Which rows. Paths are SQL/JSON paths; `sort` names a column, or has the two paths tried one after the other. */
export interface Selection {
  readonly matcher: string
  readonly sort: 'id' | 'created_at' | readonly [string, string]
  readonly descending: boolean
  readonly offset: number
  readonly limit: number
}

/** The rows of a table that fit, in order. What is equal in the order, or lacks the field, comes by id. */
export function listRows<R extends object>(
  db: Queryable,
  { table, columns, document }: Listed,
  given: Selection,
): Promise<R[]> {
  const { matcher, sort, descending, offset, limit } = given
  const direction = descending ? 'desc' : 'asc'
  const [by, paths] =
    typeof sort === 'string'
      ? [sort, []]
      : ['coalesce(jsonb_path_query_first(seen, $4::jsonpath), jsonb_path_query_first(seen, $5::jsonpath))', sort]
  return db.query<R>(
    `select ${columns} from (select *, ${document} as seen from ${table}) as t where seen @@ $1::jsonpath
     order by ${by} ${direction} nulls last, id ${direction} limit $2 offset $3`,
    [matcher, limit, offset, ...paths],
  )
}

/** The row of that id. */
export async function findRow<R extends object>(
  db: Queryable,
  { table, columns }: Listed,
  id: string,
): Promise<R | undefined> {
  const [row] = await db.query<R>(`select ${columns} from ${table} where id = $1`, [id])
  return row
}

/** `created_at` as the milliseconds that conditions and sorts see. */
export const createdAt = `jsonb_build_object('createdAt', floor(extract(epoch from created_at) * 1000)::bigint)`

/**
 * Lets nobody else write to the catalogue until the transaction ends; reading goes on. In the order in which single changes take
 * their locks.
 */
export async function holdCatalog(tx: Queryable): Promise<void> {
  await tx.query('lock table publication, dataset, policy_definition in share row exclusive mode')
}
