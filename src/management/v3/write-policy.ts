import { isJsonObject, type JsonObject } from '../../jsonld/index.ts'
import type { Policy } from '../../policy/index.ts'
import { EDC } from './words.ts'

/** A policy in the dress of v3: ODRL's words with a prefix. `id` names it if it has no name of its own. */
export function writePolicy(policy: Policy, id: string): JsonObject {
  const {
    '@id': name = id,
    '@type': type = 'Set',
    permission = [],
    prohibition = [],
    obligation = [],
    ...rest
  } = policy
  const rules = writeNode({ permission, prohibition, obligation, ...rest })
  return { '@id': name, '@type': `odrl:${type}`, ...rules }
}

/** EDC tells these as properties of the agreement around the policy. */
const untold: ReadonlySet<string> = new Set(['@context', 'timestamp'])

function writeNode(node: object): JsonObject {
  const told = Object.entries(node).filter(([key]) => !untold.has(key))
  return Object.fromEntries(told.map(([key, value]) => [prefixed(key), writers.get(key)?.(value) ?? value]))
}

type Write = (value: unknown) => unknown

const each =
  (write: Write): Write =>
  value => {
    if (!Array.isArray(value)) return write(value)
    const list = value.map(write)
    return list.length === 1 ? list[0] : list
  }

/** EDC writes rules and constraints one by one, or as a list when there are more; an empty list says that there are none. */
const nodes = each(value => (isJsonObject(value) ? writeNode(value) : value))
/** A word of a vocabulary. */
const word = each(value => (typeof value === 'string' ? { '@id': prefixed(value) } : value))
/** An id of the data space: EDC gives it no namespace. */
const id = each(value => (typeof value === 'string' ? { '@id': value } : value))

/** The terms whose values EDC writes in another form than the house keeps them. */
// biome-ignore format: a table is read by its columns
const writers: ReadonlyMap<string, Write> = new Map(Object.entries({
  action:      word,   target:  id,   permission:  nodes,   and:         nodes,
  leftOperand: word,   profile: id,   prohibition: nodes,   or:          nodes,
  operator:    word,                  obligation:  nodes,   xone:        nodes,
                                      duty:        nodes,   andSequence: nodes,
                                      constraint:  nodes,
}))

/** The only word that EDC's own context lets peers write without prefix, though it is not ODRL's. */
const edcWord = 'inForceDate'

function prefixed(name: string): string {
  if (name.startsWith(EDC)) return `edc:${name.slice(EDC.length)}`
  if (name.startsWith('@') || name.includes(':')) return name
  return name === edcWord ? `edc:${name}` : `odrl:${name}`
}
