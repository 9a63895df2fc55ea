/** Where the database tells what happens to it: the name of an event and its fields, never a parameter of a statement. */
export type Log = (event: string, fields?: Record<string, unknown>) => void

/** For callers who do not listen. */
export const silent: Log = () => {}

/** The sentence in anything that was thrown. */
export const messageOf = (thrown: unknown): string => (thrown instanceof Error ? thrown.message : String(thrown))

/** The code of a system error or of PostgreSQL, if it has one. */
export function codeOf(thrown: unknown): string | undefined {
  const code = thrown instanceof Error && 'code' in thrown ? thrown.code : undefined
  return typeof code === 'string' ? code : undefined
}
