import { setImmediate } from 'node:timers/promises'
import { invalid } from '../errors.ts'
import { isJsonObject, type JsonLd, type JsonObject } from '../jsonld/index.ts'
import { DSP_CONTEXT } from './messages.ts'

/**
 * Brings a message in any known context, with any prefixes, into the protocol's own words. Properties of other
 * vocabularies keep their full names. Rejects with `unknown-context` or `invalid` (400).
 */
export async function translateMessage(jsonLd: JsonLd, message: JsonObject): Promise<JsonObject> {
  const { dataset, ...others } = message
  if (!isLongCatalog(message) || !Array.isArray(dataset)) return translateNode(jsonLd, message)
  return {
    ...(await translateNode(jsonLd, others)),
    dataset: await translateEach(jsonLd, dataset, message['@context']),
  }
}

/** JSON-LD takes 2 ms for a dataset, and a catalogue has thousands. One at a time, the other peers need not wait. */
function isLongCatalog({ '@context': context, '@type': type }: JsonObject): boolean {
  return type === 'Catalog' && [context].flat().includes(DSP_CONTEXT)
}

async function translateEach(jsonLd: JsonLd, nodes: readonly unknown[], context: unknown): Promise<readonly unknown[]> {
  const translated: unknown[] = []
  for (const node of nodes) {
    translated.push(isJsonObject(node) ? await translateWithin(jsonLd, node, context) : node)
    await setImmediate()
  }
  return translated
}

async function translateWithin(jsonLd: JsonLd, node: JsonObject, context: unknown): Promise<JsonObject> {
  const contexts = [context, node['@context'] ?? []].flat()
  const { '@context': _, ...translated } = await translateNode(jsonLd, { ...node, '@context': contexts })
  return translated
}

async function translateNode(jsonLd: JsonLd, node: JsonObject): Promise<JsonObject> {
  const compact = await jsonLd.compact(node, DSP_CONTEXT)
  if ('@graph' in compact) throw invalid('The body must be one JSON-LD node, but holds several.')
  return { ...tolerate(compact), '@context': [DSP_CONTEXT] }
}

/** Terms whose value is a string, however JSON-LD puts it. */
const texts = new Set([
  ...['consumerPid', 'providerPid', 'callbackAddress', 'agreementId', 'format', 'code', 'dataset', 'participantId'],
  ...['endpoint', 'endpointType', 'name', 'value', 'accessService', 'endpointURL'],
])

/** Terms whose value is a word of the protocol. */
const words = new Set(['state', 'eventType'])

/**
 * Compaction finds a term only if the value is of the very kind the context says: `"dspace:consumerPid": "urn:x"` is a
 * text where the context wants an IRI, and keeps its prefix. What is meant is plain, so we take it.
 */
function tolerate(node: JsonObject): JsonObject {
  const entries = Object.entries(node).map(([key, value]) => {
    const term = termOf(key, node)
    return [term, valueOf(term, value)] as const
  })
  return Object.fromEntries(entries)
}

function valueOf(term: string, value: unknown): unknown {
  if (words.has(term)) return toWord(value)
  return texts.has(term) ? toText(value) : tolerateWithin(value)
}

function tolerateWithin(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(tolerateWithin)
  return isJsonObject(value) ? tolerate(value) : value
}

const hasFormat: readonly unknown[] = ['Distribution', 'TransferRequestMessage']

function termOf(key: string, node: JsonObject): string {
  const term = key === 'dct:format' && hasFormat.includes(node['@type']) ? 'format' : withoutPrefix(key)
  return Object.hasOwn(node, term) ? key : term
}

function toWord(value: unknown): unknown {
  const text = toText(value)
  return typeof text === 'string' ? withoutPrefix(text) : text
}

function toText(value: unknown): unknown {
  if (!isJsonObject(value)) return tolerateWithin(value)
  const [entry, ...others] = Object.entries(value)
  const wraps = entry && others.length === 0 && ['@id', '@value'].includes(entry[0])
  return wraps ? entry[1] : tolerate(value)
}

const withoutPrefix = (text: string): string => text.replace(/^(?:dspace:|https:\/\/w3id\.org\/dspace\/2025\/1\/)/, '')
