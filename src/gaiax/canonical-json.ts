import { createHash } from 'node:crypto'

/**
 * JSON in its one canonical form (RFC 8785): members in the order of their names' UTF-16 units, no spaces; numbers and texts are written
 * as ECMAScript does, which that standard took them from.
 */
function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(each => canonicalJson(each ?? null)).join(',')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null'
  const members = Object.entries(value)
    .filter(([, each]) => each !== undefined)
    .sort(([one], [other]) => (one < other ? -1 : 1))
  return `{${members.map(([name, each]) => `${JSON.stringify(name)}:${canonicalJson(each)}`).join(',')}}`
}

/** The SHA-256 digest of a value in its canonical form, hexadecimal: what compliance services call a credential by. */
export const digestOf = (value: unknown): string => createHash('sha256').update(canonicalJson(value)).digest('hex')
