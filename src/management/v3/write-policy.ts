import { createPolicyWriter, type Write } from './policy-writer.ts'
import { EDC } from './words.ts'

/** EDC writes rules and constraints one by one, or as a list when there are more; an empty list says that there are none. */
const each =
  (write: Write): Write =>
  value => {
    if (!Array.isArray(value)) return write(value)
    const list = value.map(write)
    return list.length === 1 ? list[0] : list
  }

/** The only word that EDC's own context lets peers write without prefix, though it is not ODRL's. */
const edcWord = 'inForceDate'

function prefixed(name: string): string {
  if (name.startsWith(EDC)) return `edc:${name.slice(EDC.length)}`
  if (name.startsWith('@') || name.includes(':')) return name
  return name === edcWord ? `edc:${name}` : `odrl:${name}`
}

/** A policy in the dress of v3: ODRL's words with a prefix. `id` names it if it has no name of its own. */
export const writePolicy = createPolicyWriter({
  nameOf: prefixed,
  typeOf: type => `odrl:${type}`,
  each,
  word: word => ({ '@id': prefixed(word) }),
  // An id of the data space: EDC gives it no namespace.
  id: id => ({ '@id': id }),
})
