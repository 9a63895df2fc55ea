import { type Fault, invalid } from '../errors.ts'

/** Longer than any id we saw, short enough for every index and URL. */
const LONGEST_ID = 500

/** Gives the id back, if it can be one: it stands in URLs, offer ids and logs. Throws `invalid`. */
export function checkId(id: string): string {
  if (id.length > 0 && id.length <= LONGEST_ID && !/[\p{Cc}\p{Cs}]/u.test(id) && id.trim() === id) return id
  const message = `must have 1 to ${LONGEST_ID} characters, no control characters, and no blanks at its ends`
  throw invalid(`An id ${message}.`, { faults: [{ path: '/@id', message }] })
}

/** Whether there could be something of that id: PostgreSQL takes no NUL, not even in a question. */
export const isPossible = (id: string): boolean => !id.includes('\0')

/** What is wrong with a value that PostgreSQL cannot keep as JSON: it takes neither NUL nor halves of characters. */
export function storableFaults(value: unknown, path: string): readonly Fault[] {
  const escapes = JSON.stringify(value)?.replaceAll('\\\\', '') ?? ''
  if (!/\\u(?:0000|d[89a-f])/i.test(escapes)) return []
  return [{ path, message: 'must not contain the character NUL or half a surrogate pair' }]
}

/** Throws `invalid` if there are faults. */
export function refuse(what: string, faults: readonly Fault[]): void {
  const [first] = faults
  if (first) throw invalid(`The ${what} is not valid: ${first.path} ${first.message}.`, { faults })
}
