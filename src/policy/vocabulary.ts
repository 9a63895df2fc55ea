/** The namespace of ODRL 2.2, whose words the DSP context writes without a prefix. */
export const ODRL = 'http://www.w3.org/ns/odrl/2/'

/** The namespace of the words that the EDC brings into policies. */
export const EDC = 'https://w3id.org/edc/v0.0.1/ns/'

/** A word of ODRL without its dress: `odrl:use` and `http://www.w3.org/ns/odrl/2/use` are `use`. Other names stay. */
export function termOf(name: string): string {
  if (name.startsWith(ODRL)) return name.slice(ODRL.length)
  return name.startsWith('odrl:') ? name.slice('odrl:'.length) : name
}

/**
 * The name that a value stands for, written as a string or as `{ "@id": … }`; undefined if it is neither. An object that
 * says more than its name, such as an action with a refinement, is not just that name.
 */
export function nameOf(value: unknown): string | undefined {
  if (typeof value === 'string') return termOf(value)
  const [[key, name] = [], ...more] = typeof value === 'object' && value !== null ? Object.entries(value) : []
  return key === '@id' && more.length === 0 && typeof name === 'string' ? termOf(name) : undefined
}

/**
 * What an object has under a term, as a list: one value or several, with or without prefix. Policies are normalised at
 * the door, but a prohibition overlooked because of its prefix would be a permission.
 */
export function listOf(object: object, term: string): readonly unknown[] {
  const found: unknown[] = []
  for (const [key, value] of Object.entries(object)) if (termOf(key) === term) found.push(...listed(value))
  return found
}

const listed = (value: unknown): readonly unknown[] => {
  if (Array.isArray(value)) return value.flatMap(listed)
  if (value === undefined || value === null) return []
  if (!isObject(value)) return [value]
  const list = Object.keys(value).length === 1 ? (value['@list'] ?? value['@set']) : undefined
  return list === undefined ? [value] : listed(list)
}

/** The id of a policy, a rule, a constraint, a party or an asset. */
export function idOf(node: object): string | undefined {
  const [id] = [...listOf(node, '@id'), ...listOf(node, 'uid')]
  const named = isObject(id) ? id['@id'] : id
  return typeof named === 'string' ? named : undefined
}

/** Whether a value is an object with properties. */
export const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
