import { setImmediate } from 'node:timers/promises'
import { invalid } from '../errors.ts'
import { isJsonObject, type JsonLd, type JsonObject } from '../jsonld/index.ts'
import { DSP_CONTEXT, type MessageType } from './messages.ts'
import { wrongType } from './wrong-type.ts'

/**
 * Brings a message in any known context, with any prefixes, into the protocol's own words. Properties of other
 * vocabularies keep their full names. Rejects with `unknown-context` or `invalid` (400), also if it is of another type.
 */
export async function translateMessage(jsonLd: JsonLd, type: MessageType, message: JsonObject): Promise<JsonObject> {
  const { '@context': context, dataset, ...others } = message
  if (!isCatalog(message) || !Array.isArray(dataset)) return translateNode(jsonLd, type, message)
  const catalog = await translateNode(jsonLd, type, { ...others, '@context': context })
  return { ...catalog, dataset: await translateDatasets(jsonLd, dataset, context) }
}

const isCatalog = (message: JsonObject): boolean =>
  message['@type'] === 'Catalog' && [message['@context']].flat().includes(DSP_CONTEXT)

/** JSON-LD takes 2 ms for a dataset, and a catalogue may have thousands: one at a time, so that nobody else has to wait. */
async function translateDatasets(jsonLd: JsonLd, datasets: readonly unknown[], context: unknown): Promise<unknown[]> {
  const translated: unknown[] = []
  for (const dataset of datasets) {
    translated.push(isJsonObject(dataset) ? await translateDataset(jsonLd, dataset, context) : dataset)
    await setImmediate()
  }
  return translated
}

async function translateDataset(jsonLd: JsonLd, dataset: JsonObject, context: unknown): Promise<JsonObject> {
  const contexts = [context, dataset['@context'] ?? []].flat()
  const { '@context': _, ...translated } = await translateNode(jsonLd, 'Dataset', { ...dataset, '@context': contexts })
  return translated
}

async function translateNode(jsonLd: JsonLd, type: MessageType, message: JsonObject): Promise<JsonObject> {
  const [node, ...others] = await jsonLd.expand(message)
  if (!node || others.length > 0)
    throw invalid('The message must be one JSON-LD node, with properties of known contexts.')
  const types = [node['@type'] ?? []].flat()
  if (!types.includes(iriOf(type))) throw wrongType(type, types)
  const compact = await jsonLd.compact(node, DSP_CONTEXT)
  return { ...tolerate(compact), '@context': [DSP_CONTEXT] }
}

const iriOf = (type: MessageType): string =>
  type === 'Catalog' || type === 'Dataset'
    ? `http://www.w3.org/ns/dcat#${type}`
    : `https://w3id.org/dspace/2025/1/${type}`

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
    return [term, valueFor(term, value)] as const
  })
  return Object.fromEntries(entries)
}

function valueFor(term: string, value: unknown): unknown {
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
