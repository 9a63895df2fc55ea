import { isJsonObject, type JsonObject } from '../../jsonld/index.ts'
import type { Policy } from '../../policy/index.ts'

/** Writes a value in the form of its place. */
export type Write = (value: unknown) => unknown

/** How a version dresses policies. */
export interface PolicyDress {
  /** How a word of a vocabulary is written. */
  readonly nameOf: (word: string) => string
  /** How the type of a policy is. */
  readonly typeOf: (type: string) => string
  /** How a value is written that may be a list. */
  readonly each: (write: Write) => Write
  /** How a word is written in a place that has one. */
  readonly word: (word: string) => unknown
  /** How an id is written in a place that has one; as it is, without this. */
  readonly id?: (id: string) => unknown
}

/** EDC tells these as properties of the agreement around the policy. */
const untold: ReadonlySet<string> = new Set(['@context', 'timestamp'])

/** The terms whose values are written in another form than the house keeps them. */
// biome-ignore format: a table is read by its columns
const forms: Readonly<Record<string, 'word' | 'id' | 'nodes'>> = {
  action:      'word',   target:  'id',   permission:  'nodes',   and:         'nodes',
  leftOperand: 'word',   profile: 'id',   prohibition: 'nodes',   or:          'nodes',
  operator:    'word',                    obligation:  'nodes',   xone:        'nodes',
                                          duty:        'nodes',   andSequence: 'nodes',
                                          remedy:      'nodes',   constraint:  'nodes',
                                          consequence: 'nodes',   refinement:  'nodes',
}

/** Writes policies in the dress of a version of the API. `id` names one that has no name of its own. */
export function createPolicyWriter({ nameOf, typeOf, each, word, id }: PolicyDress) {
  const writers: Readonly<Record<'word' | 'id' | 'nodes', Write>> = {
    nodes: each(value => (isJsonObject(value) ? writeNode(value) : value)),
    // An action may be a node with more to say.
    word: each(value => (typeof value === 'string' ? word(value) : isJsonObject(value) ? writeNode(value) : value)),
    id: each(value => (typeof value === 'string' && id ? id(value) : value)),
  }

  function writeNode(node: object): JsonObject {
    const told = Object.entries(node).filter(([key]) => !untold.has(key))
    return Object.fromEntries(
      told.map(([key, value]) => {
        const form = Object.hasOwn(forms, key) ? forms[key] : undefined
        return [nameOf(key), form ? (writers[form](value) ?? value) : value]
      }),
    )
  }

  return (policy: Policy, name: string): JsonObject => {
    const {
      '@id': own = name,
      '@type': type = 'Set',
      permission = [],
      prohibition = [],
      obligation = [],
      ...rest
    } = policy
    return { '@id': own, '@type': typeOf(type), ...writeNode({ permission, prohibition, obligation, ...rest }) }
  }
}
