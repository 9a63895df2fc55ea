import { isJsonObject, type JsonObject } from '../../jsonld/index.ts'
import { operationsOf } from '../v3/operations.ts'
import { renameAll, type Version } from '../v3/version.ts'
import { EDC, shorten } from '../v3/words.ts'
import { bodies } from './bodies.ts'
import { CONTEXT } from './context.ts'
import { examples } from './examples.ts'
import { answers } from './schemas.ts'
import { writePolicy } from './write-policy.ts'

const operations = operationsOf({ bodies, answers, examples })

/**
 * Version 4: bodies are in the words of the EDC's context and say of what type they are, which a JSON Schema sees to; answers are in
 * the same words, lists always as lists.
 */
export const version4 = (prefix: string): Version => ({
  prefix,
  operations,
  answer: object => ({ ...Object.fromEntries(Object.entries(object).map(foreign)), '@context': contextOf(object) }),
  policy: writePolicy,
  properties: writeProperties,
  own,
  few: list => list,
})

/** With the prefix, a word means the same whether or not the context has it. */
const own = (word: string): string => `edc:${word}`

/** What we have to say and the EDC's context has no word for. */
const ours: ReadonlyMap<string, string> = new Map([['boundsPolicyId', own('boundsPolicyId')]])

const foreign = ([name, value]: [string, unknown]): [string, unknown] => [ours.get(name) ?? name, value]

/** What the EDC has no version 4 of, its context does not describe. */
const contextOf = (object: JsonObject): readonly unknown[] =>
  object['@type'] === 'AgreementsRetirementEntry' ? [CONTEXT, { '@vocab': EDC }] : [CONTEXT]

/** The prefixes of the context, for names of these vocabularies. */
const prefixes = [
  ['http://purl.org/dc/terms/', 'dct:'],
  ['http://www.w3.org/ns/dcat#', 'dcat:'],
] as const

function compactName(name: string): string {
  const [iri, prefix] = prefixes.find(([iri]) => name.startsWith(iri)) ?? []
  return iri === undefined ? shorten(name) : `${prefix}${name.slice(iri.length)}`
}

const CONFORMS_TO = 'http://purl.org/dc/terms/conformsTo'

/** The context has a word of its own for what an asset conforms to, and takes its value for an id. */
function writeProperties({ [CONFORMS_TO]: standard, ...properties }: JsonObject): JsonObject {
  const written = renameAll(properties, compactName)
  if (standard === undefined) return written
  const id = isJsonObject(standard) && Object.keys(standard).length === 1 ? standard['@id'] : undefined
  return typeof id === 'string' ? { ...written, conformsTo: id } : { ...written, 'dct:conformsTo': standard }
}
