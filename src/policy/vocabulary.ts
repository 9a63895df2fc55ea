/** The namespace of ODRL 2.2, whose words the DSP context writes without a prefix. */
export const ODRL = 'http://www.w3.org/ns/odrl/2/'

/** The namespace of the words that the EDC brings into policies. */
export const EDC = 'https://w3id.org/edc/v0.0.1/ns/'

/** A word of ODRL without its dress: `odrl:use` and `http://www.w3.org/ns/odrl/2/use` are `use`. Other names stay. */
export function termOf(name: string): string {
  if (name.startsWith(ODRL)) return name.slice(ODRL.length)
  return name.startsWith('odrl:') ? name.slice('odrl:'.length) : name
}

/** The name that a value stands for, written as a string or as `{ "@id": … }`; undefined if it is neither. */
export function nameOf(value: unknown): string | undefined {
  const name = typeof value === 'object' && value !== null && '@id' in value ? value['@id'] : value
  return typeof name === 'string' ? termOf(name) : undefined
}

/**
 * What an object has under a term, as a list: one value or several, with or without prefix. Policies are normalised at
 * the door, but a prohibition overlooked because of its prefix would be a permission.
 */
export function listOf(object: object, term: string): readonly unknown[] {
  const entries = Object.entries(object).filter(([key]) => termOf(key) === term)
  return entries.flatMap(([, value]) => value ?? [])
}
