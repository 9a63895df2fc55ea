import type { Queryable } from '../../db/index.ts'

/** A kind of thing that the operator lists: its table, and what conditions and sorts see of a row. */
export interface Listed {
  readonly table: string
  readonly columns: string
  readonly document: string
  /** The column of it that an index knows the values of, if there is one. */
  readonly indexed?: string
}

/** Which rows. Paths are SQL/JSON paths; `sort` names a column, or has the two paths tried one after the other. */
export interface Selection {
  /** What a row's document must fit; undefined if nothing is asked: then none is looked into. */
  readonly matcher: string | undefined
  /** Whether an index of values can tell most rows that do not fit: one of the conditions asks for equality, and none for what is in no index. */
  readonly isIndexable: boolean
  /** No others fit: their column is looked up, whatever PostgreSQL knows of the values in documents. */
  readonly ids: readonly string[] | undefined
  readonly sort: 'id' | 'created_at' | readonly [string, string]
  readonly descending: boolean
  readonly offset: number
  readonly limit: number
}

/**
 * The rows of a table that fit, in order. What is equal in the order, or lacks the field, comes by id. Of 10,000 datasets one was found by its id in
 * 95 ms without the index, in 0.1 ms with it; and where nothing is asked no document is looked into, however far behind a page is.
 */
export function listRows<R extends object>(
  db: Queryable,
  { table, columns, document, indexed }: Listed,
  given: Selection,
): Promise<R[]> {
  const { matcher, isIndexable, ids, sort, descending, offset, limit } = given
  const direction = descending ? 'desc' : 'asc'
  const [by, paths] =
    typeof sort === 'string'
      ? [sort, []]
      : ['coalesce(jsonb_path_query_first(seen, $3::jsonpath), jsonb_path_query_first(seen, $4::jsonpath))', sort]
  const next = paths.length + 3
  const seen = isIndexable && indexed ? indexed : 'seen'
  const among = ids ? ` and id = any($${next + 1})` : ''
  const where = matcher === undefined ? '' : `where ${seen} @@ $${next}::jsonpath${among}`
  return db.query<R>(
    `select ${columns} from (select *, ${document} as seen from ${table}) as t ${where}
     order by ${by} ${direction}${nullsLast(sort)}, id ${direction} limit $1 offset $2`,
    [limit, offset, ...paths, ...(matcher === undefined ? [] : [matcher]), ...(ids ? [ids] : [])],
  )
}

/** A column always has a value; saying that nulls come last would keep its index from being read in order. */
const nullsLast = (sort: Selection['sort']): string => (typeof sort === 'string' ? '' : ' nulls last')

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
