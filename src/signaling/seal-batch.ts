import type { Queryable } from '../db/index.ts'

/** Some rows that former versions may have kept with secrets that are not sealed: the next ones by id. */
export interface SealingBatch {
  /** Ids up to this one are done. */
  readonly after: string
  /** What was written before is sealed. */
  readonly since: Date
  readonly limit: number
}

/** A table with addresses. Its name, columns and condition become part of statements. */
export interface SealedTable<Row extends { readonly id: string }> {
  readonly table: string
  readonly columns: string
  readonly where?: string
  /** Whether something in a row lies as it came. */
  isPlain(row: Row): boolean
  /** Writes a row, which is held, as it is to be kept. */
  keep(row: Row): Promise<unknown>
}

/** Seals what of one batch lies as it came; the last id looked at, undefined when there is nothing more. */
export async function sealBatch<Row extends { readonly id: string }>(
  tx: Queryable,
  { after, since, limit }: SealingBatch,
  { table, columns, where = 'true', isPlain, keep }: SealedTable<Row>,
): Promise<string | undefined> {
  const rows = await tx.query<Row>(
    `select ${columns} from ${table} where ${where} and id > $1 and updated_at >= $2 order by id limit $3`,
    [after, since, limit],
  )
  const plain = rows.filter(isPlain).map(({ id }) => id)
  const held = await tx.query<Row>(`select ${columns} from ${table} where id = any($1) order by id for no key update`, [
    plain,
  ])
  for (const row of held) await keep(row)
  return rows.at(-1)?.id
}
