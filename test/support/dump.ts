import type { Database } from '../../src/db/index.ts'

/** All rows of all tables, as text: a line for each, as JSON. */
export async function dump(db: Database): Promise<string> {
  const tables = await db.query<{ name: string }>(
    `select table_name as name from information_schema.tables where table_schema = 'public' and table_type = 'BASE TABLE'`,
  )
  const texts = await Promise.all(
    tables.map(async ({ name }) => {
      const rows = await db.query<{ text: string }>(`select row_to_json(r)::text as text from "${name}" r`)
      return `${name}\n${rows.map(({ text }) => text).join('\n')}`
    }),
  )
  return texts.join('\n')
}
