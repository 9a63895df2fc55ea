import { invalid } from '../errors.ts'
import type { Policy } from './types.ts'

type Json = Readonly<Record<string, unknown>>
type Change = (value: unknown) => unknown

/**
 * Brings a policy into the one form the rest of the house reads: ODRL terms without prefix or namespace, lists as arrays,
 * ids as plain strings; empty lists of rules, duties and constraints are left out, since they say nothing and the
 * protocol's schema forbids them. The order of rules and properties is kept, and so is every property it does not know.
 *
 * Only the form changes, never the content: what is not understood stays, for a schema to refuse. So the promised type
 * holds for policies that a schema has seen or will see. Normalising twice is the same as once.
 *
 *     normalisePolicy({ 'odrl:permission': { 'odrl:action': { '@id': 'odrl:use' } } }) // { permission: [{ action: 'use' }] }
 *
 * Throws `invalid` (400) if the value is not an object.
 */
export function normalisePolicy(value: unknown): Policy {
  if (!isObject(value)) throw invalid('A policy must be a JSON object.')
  return normaliseNode(value) as Policy
}

/** The terms whose values have a form of their own. All other values stay as they are, `rightOperand` among them. */
// biome-ignore format: a table is read by its columns
const changes: ReadonlyMap<string, Change> = new Map(Object.entries({
  '@type':     toWord,   target:   toId,   permission:  toNodes,   and:         toNodes,
  action:      toWord,   assigner: toId,   prohibition: toNodes,   or:          toNodes,
  leftOperand: toWord,   assignee: toId,   obligation:  toNodes,   xone:        toNodes,
  operator:    toWord,   profile:  toIds,  duty:        toNodes,   andSequence: toNodes,
  refinement:  toNodes,                    constraint:  toNodes,   remedy:      toNodes,
                                                                  consequence: toNodes,
}))

const isList = (term: string): boolean => changes.get(term) === toNodes

/** These say nothing when they are empty; an empty `or` does say something. */
const omissible = new Set(['permission', 'prohibition', 'obligation', 'duty', 'remedy', 'consequence', 'constraint'])

/** A policy, a rule or a constraint. No term has two meanings in them, so one table serves all. */
function normaliseNode(node: Json): Json {
  const entries = [...shortenKeys(node)].map(([term, value]) => [term, changes.get(term)?.(value) ?? value] as const)
  return Object.fromEntries(entries.filter(([term, value]) => !(omissible.has(term) && isEmpty(value))))
}

/** If a term stands there in several spellings, lists are joined, as JSON-LD would; any other value keeps the spelling it has. */
function shortenKeys(node: Json): Map<string, unknown> {
  const found = new Map<string, unknown>()
  for (const [key, value] of Object.entries(node)) {
    const term = shorten(key)
    const taken = found.has(term) || (term !== key && Object.hasOwn(node, term))
    if (taken && isList(term)) found.set(term, [...toList(found.get(term) ?? []), ...toList(value)])
    else found.set(taken ? key : term, value)
  }
  return found
}

const namespaced = /^(?:odrl:|http:\/\/www\.w3\.org\/ns\/odrl\/2\/)([a-z]+)$/i

const shorten = (text: string): string => (text.includes(':') ? text.replace(namespaced, '$1') : text)

function toWord(value: unknown): unknown {
  const id = toId(value)
  return typeof id === 'string' ? shorten(id) : id
}

/** `{ "@id": … }` and `{ "@value": … }` are only other ways to write a string. */
function toId(value: unknown): unknown {
  return only(value, ['@id', '@value'], inner => typeof inner === 'string') ?? value
}

function toIds(value: unknown): unknown {
  return Array.isArray(value) ? value.map(toId) : toId(value)
}

function toNodes(value: unknown): unknown {
  return toList(value).map(each => (isObject(each) ? normaliseNode(each) : each))
}

function toList(value: unknown): readonly unknown[] {
  const list = only(value, ['@list', '@set'], Array.isArray) ?? value
  return Array.isArray(list) ? list : [list]
}

/** The value of an object's only property, if it is one of those keys and fits. */
function only(value: unknown, keys: readonly string[], fits: (inner: unknown) => boolean): unknown {
  if (!isObject(value)) return undefined
  const [entry, ...others] = Object.entries(value)
  return entry && others.length === 0 && keys.includes(entry[0]) && fits(entry[1]) ? entry[1] : undefined
}

const isEmpty = (value: unknown): boolean => Array.isArray(value) && value.length === 0

const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value)
