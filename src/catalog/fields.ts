import { EDC, expandName } from './vocabulary.ts'

/** The place in a document that a name in a condition or sort means, key by key; undefined if it can mean none. */
export type FieldOf = (name: string) => readonly string[] | undefined

/** Names of datasets' fields, as peers and the management API write them: `id`, `dct:title`, `'https://…'.part`, words of the EDC. */
export const datasetField: FieldOf = name => {
  const own = ownFields.get(plain(name))
  if (own) return own
  const path = split(name).map(part => (part.startsWith('@') ? part : expandName(part)))
  return path.every(part => part !== undefined) ? path : undefined
}

const ownFields: ReadonlyMap<string, readonly string[]> = new Map([
  ['id', ['@id']],
  ['@id', ['@id']],
  ['createdAt', ['createdAt']],
])

/** Names of fields of what only the operator sees: `accessPolicyId`, `policy.permission.action`. */
export const plainField: FieldOf = name => (plain(name) === '@id' ? ['id'] : split(name).map(plain))

const plain = (name: string): string => name.replace(EDC, '').replace(/^edc:/, '')

const QUOTED = /'([^']*)'|[^.]+/g

/** A path's parts: between dots, but quotes hold a part together, and a full IRI is one part as it stands. */
function split(name: string): readonly string[] {
  if (!name.startsWith("'") && /^[a-z][a-z0-9+.-]*:\/\/|^urn:|^did:/i.test(name)) return [name]
  return [...name.matchAll(QUOTED)].map(([part, quoted]) => quoted ?? part)
}
