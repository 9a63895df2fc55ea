import { type Fault, KontorError } from '../../errors.ts'
import type { JsonLd, JsonObject } from '../../jsonld/index.ts'
import { isJsonObject } from '../../jsonld/index.ts'
import type { TargetedOffer } from '../../negotiation/index.ts'
import { normalisePolicy, type Policy } from '../../policy/index.ts'
import { parseOffer, parsePolicy } from '../policies.ts'
import { idOf, missingValue, type Node, refused, text, valuesOf } from './node.ts'
import { EDC, ODRL } from './words.ts'

const here = `${EDC}policy`

/**
 * Reads a policy in any JSON-LD dress into the house's form. Throws `invalid`; above all for a policy whose words are not
 * ODRL's, since it would mean nothing, and a policy that means nothing permits everything.
 */
export async function readPolicy(jsonLd: JsonLd, node: Node): Promise<Policy> {
  refuseForeignWords(node)
  const { '@context': _, ...policy } = await jsonLd.compact(node, 'https://w3id.org/dspace/2025/1/odrl-profile.jsonld')
  return believed(() => parsePolicy(normalisePolicy(policy)))
}

/** Reads the offer of a contract request: EDC demands its id, its assigner and its target. Throws `invalid`. */
export async function readOffer(jsonLd: JsonLd, node: Node): Promise<TargetedOffer & { readonly assigner: string }> {
  const [assigner, target] = [text(node, `${ODRL}assigner`), text(node, `${ODRL}target`)]
  const missing: Fault[] = [
    ...(idOf(node) === undefined ? [{ path: `${here}/@id`, message: '@id of the policy, the offer, is missing' }] : []),
    ...(assigner === undefined ? [missingValue(`${here}/${ODRL}assigner`)] : []),
    ...(target === undefined ? [missingValue(`${here}/${ODRL}target`)] : []),
  ]
  if (missing.length > 0 || assigner === undefined) throw refused(...missing)
  const policy = await readPolicy(jsonLd, node)
  return { ...believed(() => parseOffer({ ...policy, '@type': 'Offer' })), assigner }
}

const odrlTypes = ['Set', 'Offer', 'Agreement', 'Policy'].map(type => ODRL + type)
const ruleWords = ['permission', 'prohibition', 'obligation']

function refuseForeignWords(node: Node): void {
  const types = [node['@type'] ?? []].flat()
  const isOdrl =
    types.some(type => odrlTypes.includes(String(type))) || ruleWords.some(word => Object.hasOwn(node, ODRL + word))
  const foreign = ruleWords.filter(word => valuesOf(node, word).length > 0)
  if (isOdrl && foreign.length === 0) return
  const message = `the policy is not in the words of ODRL: give it "@context": "http://www.w3.org/ns/odrl.jsonld" and a @type`
  throw refused({ path: here, message })
}

/** A schema tells places inside the policy; here they stand behind the policy's own. */
function believed<T>(parse: () => T): T {
  try {
    return parse()
  } catch (error) {
    if (!(error instanceof KontorError)) throw error
    throw refused(...error.faults.map(({ path, message }) => ({ path: here + path, message: `policy${path}: ${message}` })))
  }
}

/** EDC writes rules and constraints one by one, or as a list when there are more. */
const nodeTerms = new Set([
  'permission', 'prohibition', 'obligation', 'duty', 'constraint', 'and', 'or', 'xone', 'andSequence',
])
/** Their values are names, which EDC writes as `{ "@id": … }`. */
const nameTerms = new Set(['action', 'leftOperand', 'operator', 'target', 'profile'])
/** Their values are ids of the data space, not words of a vocabulary: EDC gives them no namespace. */
const opaque = new Set(['target', 'profile'])
/** EDC tells these as properties of the agreement around the policy. */
const untold = new Set(['@context', 'timestamp'])

/** A policy in the dress of v3: ODRL's words with a prefix. `id` names it if it has no name of its own. */
export function writePolicy(policy: Policy, id: string): JsonObject {
  const { '@id': name = id, '@type': type = 'Set', permission = [], prohibition = [], obligation = [], ...rest } = policy
  const rules = writeNode({ permission, prohibition, obligation, ...rest })
  return { '@id': name, '@type': `odrl:${type}`, ...rules }
}

function writeNode(node: object): JsonObject {
  const told = Object.entries(node).filter(([key]) => !untold.has(key))
  return Object.fromEntries(told.map(([key, value]) => [prefixed(key), writeValue(key, value)]))
}

function writeValue(key: string, value: unknown): unknown {
  if (nodeTerms.has(key) && Array.isArray(value)) return single(value.map(each => (isJsonObject(each) ? writeNode(each) : each)))
  if (!nameTerms.has(key)) return value
  if (Array.isArray(value)) return single(value.map(each => writeValue(key, each)))
  return typeof value === 'string' ? { '@id': opaque.has(key) ? value : prefixed(value) } : value
}

const single = (list: readonly unknown[]): unknown => (list.length === 1 ? list[0] : list)

/** The only word that EDC's own context lets peers write without prefix, though it is not ODRL's. */
const edcWord = 'inForceDate'

function prefixed(name: string): string {
  if (name.startsWith(EDC)) return `edc:${name.slice(EDC.length)}`
  if (name.startsWith('@') || name.includes(':')) return name
  return name === edcWord ? `edc:${name}` : `odrl:${name}`
}
