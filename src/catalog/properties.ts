import type { Fault } from '../errors.ts'
import { refuse, storableFaults } from './storable.ts'
import type { Dataset } from './types.ts'
import { expandName, expandPrefix } from './vocabulary.ts'

/** What peers see of a dataset, apart from offers and distributions. */
export type DatasetDocument = Readonly<Record<string, unknown>>

/** These the catalogue says itself; a property of that name would add to what is on offer. */
const OURS = new Set(['http://www.w3.org/ns/odrl/2/hasPolicy', 'http://www.w3.org/ns/dcat#distribution'])

/**
 * A dataset's properties by their full names, as they go over the wire: a peer refuses contexts that it does not know, and
 * the DSP context has no words for other vocabularies. Throws `invalid` for names of which none can be made, and for
 * `@context`, `@id` and `@type`, which are not properties.
 */
export function toDocument(id: string, properties: Dataset['properties']): DatasetDocument {
  const faults: Fault[] = [...storableFaults(properties, '/properties')]
  const expanded = expandObject(properties, '/properties', faults)
  for (const name of Object.keys(expanded))
    if (name.startsWith('@') || OURS.has(name))
      faults.push({ path: pointer('/properties', name), message: 'is no property that a dataset can be given' })
  refuse('dataset', faults)
  return { ...expanded, '@id': id, '@type': 'Dataset' }
}

/** The other way. */
export function fromDocument({ '@id': _id, '@type': _type, ...properties }: DatasetDocument): Dataset['properties'] {
  return properties
}

function expandObject(object: object, path: string, faults: Fault[]): Record<string, unknown> {
  const expanded = new Map<string, unknown>()
  for (const [key, value] of Object.entries(object)) {
    const at = pointer(path, key)
    const name = key.startsWith('@') ? key : expandName(key)
    if (name === undefined) faults.push({ path: at, message: 'must be a word or an IRI' })
    else if (name === '@context') faults.push({ path: at, message: 'is not possible here: write names in full' })
    else if (expanded.has(name)) faults.push({ path: at, message: `is there twice, in two spellings of ${name}` })
    else expanded.set(name, expandValue(name, value, at, faults))
  }
  return Object.fromEntries(expanded)
}

function expandValue(key: string, value: unknown, path: string, faults: Fault[]): unknown {
  if (Array.isArray(value)) return value.map((item, at) => expandValue(key, item, `${path}/${at}`, faults))
  if (key === '@value') return value
  if (typeof value === 'object' && value !== null) return expandObject(value, path, faults)
  return (key === '@id' || key === '@type') && typeof value === 'string' ? expandPrefix(value) : value
}

/** RFC 6901. */
const pointer = (path: string, key: string): string => `${path}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`
