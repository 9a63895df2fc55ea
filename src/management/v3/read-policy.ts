import { type Fault, KontorError } from '../../errors.ts'
import type { JsonLd } from '../../jsonld/index.ts'
import type { TargetedOffer } from '../../negotiation/index.ts'
import { normalisePolicy, type Policy } from '../../policy/index.ts'
import { parseOffer, parsePolicy } from '../policies.ts'
import { idOf, missingValue, type Node, refused, text } from './node.ts'
import { EDC, ODRL } from './words.ts'

const here = `${EDC}policy`

/**
 * Reads a policy in any JSON-LD dress into the house's form. Throws `invalid`; above all for a policy whose words are not
 * ODRL's, since they would mean nothing, and a rule that is not understood restricts nobody.
 */
export async function readPolicy(jsonLd: JsonLd, node: Node): Promise<Policy> {
  if (!isOdrl(node) || usesForeignWords(node)) throw notOdrl()
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

const types: readonly unknown[] = ['Set', 'Offer', 'Agreement', 'Policy'].map(type => ODRL + type)
const rules: readonly string[] = ['permission', 'prohibition', 'obligation'].map(word => ODRL + word)

const isOdrl = (node: Node): boolean =>
  [node['@type']].flat().some(type => types.includes(type)) || rules.some(rule => Object.hasOwn(node, rule))

/** What ODRL builds policies of. Without its context these become words of EDC's namespace, where they say nothing. */
// biome-ignore format: one list
const foreign: ReadonlySet<string> = new Set([
  'permission', 'prohibition', 'obligation', 'duty', 'remedy', 'consequence', 'constraint', 'refinement', 'action',
  'leftOperand', 'operator', 'rightOperand', 'and', 'or', 'xone', 'andSequence', 'assigner', 'assignee', 'target',
].map(word => EDC + word))

function usesForeignWords(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false
  return Object.entries(value).some(([key, inner]) => foreign.has(key) || usesForeignWords(inner))
}

const notOdrl = () =>
  refused({
    path: here,
    message:
      'the policy is not in the words of ODRL: give it "@context": "http://www.w3.org/ns/odrl.jsonld" and a @type, or odrl: prefixes throughout',
  })

/** A schema tells places inside the policy; here they stand behind the policy's own. */
function believed<T>(parse: () => T): T {
  try {
    return parse()
  } catch (error) {
    if (!(error instanceof KontorError)) throw error
    throw refused(
      ...error.faults.map(({ path, message }) => ({ path: here + path, message: `policy${path}: ${message}` })),
    )
  }
}
