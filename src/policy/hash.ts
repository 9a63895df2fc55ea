import { createHash } from 'node:crypto'
import { canonize, isJsonObject, type JsonObject, type Quad, quadsOf } from '../jsonld/index.ts'
import { builtInOperands } from './operands/index.ts'
import type { Policy } from './types.ts'
import { datatypeName } from './values.ts'
import { ODRL } from './vocabulary.ts'

/** In the house's form words without a prefix are ODRL's, but for the one that the Dataspace Protocol has added to agreements. */
const CONTEXT = [
  'http://www.w3.org/ns/odrl.jsonld',
  { '@vocab': ODRL, timestamp: 'https://w3id.org/dspace/2025/1/timestamp' },
]

/** Brings JSON-LD into its expanded form (`JsonLd.expand`). */
export type Expand = (document: unknown) => Promise<readonly JsonObject[]>

/**
 * SHA-256, hex, of what a policy says as an RDF graph in canonical form (RDFC-1.0): the same for two spellings in JSON-LD exactly
 * if they say the same, names and parties included. A policy without `@context` is in the house's form. Where names,
 * parties and target make no difference, `termsDigest` is the one to take, and a hundred times faster.
 *
 * Rejects with `invalid` (400) if the policy is not JSON-LD.
 */
export async function policyHash(policy: Policy, expand: Expand): Promise<string> {
  const document = isJsonObject(policy) && !('@context' in policy) ? { '@context': CONTEXT, ...policy } : policy
  const canonical = await canonize(quadsOf(await expand(document)).map(inOneSpelling))
  return createHash('sha256').update(canonical).digest('hex')
}

const XSD = 'http://www.w3.org/2001/XMLSchema#'

/** Left operands have several names, and the prefix of datatypes need not be declared in policies. */
function inOneSpelling(quad: Quad): Quad {
  const { predicate, object } = quad
  if (predicate === `${ODRL}leftOperand` && object.kind === 'iri')
    return { ...quad, object: { ...object, value: builtInOperands.find(object.value)?.iri ?? object.value } }
  if (object.datatype === undefined || datatypeName(object.datatype) === object.datatype) return quad
  return { ...quad, object: { ...object, datatype: XSD + datatypeName(object.datatype) } }
}
