import { readFileSync } from 'node:fs'
import { isJsonObject, type JsonObject } from '../../jsonld/index.ts'
import { inPackage } from '../../package-files.ts'
import type { Policy } from '../../policy/index.ts'
import { EDC } from '../v3/words.ts'

const profileFile = inPackage('contexts/dspace/2025-1/odrl-profile.jsonld')
const profile: { readonly '@context': object } = JSON.parse(readFileSync(profileFile, 'utf8'))

/** The only word of the EDC's own that may stand without a prefix. */
const edcWord = 'inForceDate'

/** What a policy may say without a prefix: that, and the words of the protocol's ODRL profile. */
const bare: ReadonlySet<string> = new Set([...Object.keys(profile['@context']), edcWord])

/** A policy in the dress of v4: the house's own form, but for the words that v4's context does not have. `id` names it if it has no name of its own. */
export function writePolicy(policy: Policy, id: string): JsonObject {
  const {
    '@id': name = id,
    '@type': type = 'Set',
    permission = [],
    prohibition = [],
    obligation = [],
    ...rest
  } = policy
  return { '@id': name, '@type': type, ...writeNode({ permission, prohibition, obligation, ...rest }) }
}

/** EDC tells these as properties of the agreement around the policy. */
const untold: ReadonlySet<string> = new Set(['@context', 'timestamp'])

function writeNode(node: object): JsonObject {
  const told = Object.entries(node).filter(([key]) => !untold.has(key))
  return Object.fromEntries(told.map(([key, value]) => [named(key), writers.get(key)?.(value) ?? value]))
}

type Write = (value: unknown) => unknown

const each =
  (write: Write): Write =>
  value =>
    Array.isArray(value) ? value.map(write) : write(value)

const nodes = each(value => (isJsonObject(value) ? writeNode(value) : value))
/** A word of a vocabulary; an action may be a node with more to say. */
const word = each(value => (typeof value === 'string' ? named(value) : isJsonObject(value) ? writeNode(value) : value))

// biome-ignore format: a table is read by its columns
const writers: ReadonlyMap<string, Write> = new Map(Object.entries({
  action:      word,   permission:  nodes,   and:         nodes,
  leftOperand: word,   prohibition: nodes,   or:          nodes,
  operator:    word,   obligation:  nodes,   xone:        nodes,
                       duty:        nodes,   andSequence: nodes,
                       constraint:  nodes,
}))

function named(name: string): string {
  const word = name.startsWith(EDC) ? name.slice(EDC.length) : undefined
  if (word !== undefined) return word === edcWord ? word : `edc:${word}`
  return name.startsWith('@') || name.includes(':') || bare.has(name) ? name : `odrl:${name}`
}
