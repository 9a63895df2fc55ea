import { invalid } from '../../errors.ts'
import { isJsonObject, type JsonLd, type JsonObject } from '../../jsonld/index.ts'
import type { Policy } from '../../policy/index.ts'
import { bodies } from './bodies.ts'
import { examples } from './examples.ts'
import type { Node } from './node.ts'
import { type EdcOperations, operationsOf } from './operations.ts'
import { answers } from './schemas.ts'
import { CONTEXT, EDC, shorten } from './words.ts'
import { writePolicy } from './write-policy.ts'

/** One version of the EDC's management API. All of them do the same: a version is how it is asked for, and how it is told. */
export interface Version {
  /** Its part of the path: `/v3`. */
  readonly prefix: string
  /** What it can be asked: where, what bodies must be, what answers look like. */
  readonly operations: Partial<EdcOperations>
  /** An object of an answer, its context behind it. What is undefined is left out. */
  answer(object: JsonObject): JsonObject
  /** A policy; `id` names it if it has no name of its own. */
  policy(policy: Policy, id: string): JsonObject
  /** The properties of an asset, kept by their full names. */
  properties(properties: JsonObject): JsonObject
  /** A word of the EDC's that its context may lack. */
  own(word: string): string
  /** A list of a few: not every version shows a single one as a list. */
  few<T>(list: readonly T[]): T | readonly T[]
}

const operations = operationsOf({ bodies, answers, examples })

/** Version 3: JSON-LD in any dress comes in; words of ODRL go out with a prefix, and what is alone goes out alone. */
export const version3 = {
  prefix: '/v3',
  operations,
  answer: object => ({ ...object, '@context': CONTEXT }),
  policy: writePolicy,
  properties: properties => renameAll(properties, shorten),
  own: word => word,
  few: list => (list.length === 1 && list[0] !== undefined ? list[0] : list),
} as const satisfies Version

/** The catalogues of others under the path that they have in the EDC's federated catalogue: its clients know no other. */
export const federatedCatalogue: Version = {
  ...version3,
  prefix: '/v1alpha',
  operations: { requestCatalogs: { ...operations.requestCatalogs, path: '/catalog/query' } },
}

/** The same value, all its properties by other names, at any depth. */
export const renameAll = (value: JsonObject, rename: (name: string) => string): JsonObject =>
  Object.fromEntries(Object.entries(value).map(([name, inner]) => [rename(name), renameWithin(inner, rename)]))

function renameWithin(value: unknown, rename: (name: string) => string): unknown {
  if (Array.isArray(value)) return value.map(each => renameWithin(each, rename))
  return isJsonObject(value) ? renameAll(value, rename) : value
}

/**
 * Expands a body in any JSON-LD dress. Words that its contexts do not know are taken to be EDC's: JSON-LD would drop them
 * without a word, and with them, perhaps, what a policy forbids.
 */
export async function understand(jsonLd: Pick<JsonLd, 'expand'>, body: unknown): Promise<Node> {
  if (body === undefined) return {}
  if (!isJsonObject(body)) throw invalid('The body must be a JSON object.')
  const context = [{ '@vocab': EDC }, body['@context'] ?? []].flat()
  const [node = {}, ...others] = await jsonLd.expand({ ...body, '@context': context })
  if (others.length > 0) throw invalid('The body must be one JSON-LD node, but holds several.')
  return node
}
