import { readFileSync } from 'node:fs'
import { invalid } from '../errors.ts'
import { createSchemas, isJsonObject, type JsonLd, type JsonObject, type Parse } from '../jsonld/index.ts'
import { inPackage } from '../package-files.ts'
import { spellOutEdc } from './edc-words.ts'
import { DSP_CONTEXT, EDC_CONTEXT, type MessageOf, type MessageType } from './messages.ts'
import { createNormalise } from './normalise-message.ts'
import { translateMessage } from './translate-message.ts'
import { wrongType } from './wrong-type.ts'

/**
 * Understands a message or an answer: its fields are what the type says, its policies are normalised. Throws, or rejects
 * with, `invalid` (400) with faults, or `unknown-context` (400). Answers at once where no JSON-LD processing is needed.
 */
export type ParseMessage = <T extends MessageType>(type: T, body: unknown) => MessageOf<T> | Promise<MessageOf<T>>

/** Reads the messages' schema; each type's part of it is compiled when the first of its kind comes. */
export function createParseMessage(given: {
  jsonLd: JsonLd
  normalisePolicy: (policy: unknown) => unknown
}): ParseMessage {
  const parserOf = createParsers()
  const normalise = createNormalise(given.normalisePolicy)
  const normaliseEdc = createNormalise(policy => given.normalisePolicy(spellOutEdc(policy)))

  return <T extends MessageType>(type: T, body: unknown) => {
    // The schema of a type and its interface are the same thing in two spellings.
    const parse = (message: unknown) => parserOf(type)(message) as MessageOf<T>
    if (type === 'VersionResponse') return parse(body)

    const message = withContext(type, body)
    const normalised = isPlain(message) && namesContext(message, EDC_CONTEXT) ? normaliseEdc : normalise
    const finish = (message: JsonObject) => parse(normalised(type, ofType(type, message)))
    return isPlain(message) ? finish(message) : translateMessage(given.jsonLd, type, message).then(finish)
  }
}

const schemaFile = inPackage('contexts/dspace/2025-1/messages.schema.json')

function createParsers(): (type: MessageType) => Parse<unknown> {
  const schema: { $id: string } = JSON.parse(readFileSync(schemaFile, 'utf8'))
  const schemas = createSchemas([schema])
  const parsers = new Map<MessageType, Parse<unknown>>()
  return type => {
    const parse = parsers.get(type) ?? schemas.compile({ $ref: `${schema.$id}#/$defs/${type}` }, type)
    parsers.set(type, parse)
    return parse
  }
}

function withContext(type: MessageType, body: unknown): JsonObject {
  if (!isJsonObject(body)) throw invalid(`A ${type} must be a JSON object.`)
  // A message that spells all names out needs no context (JSON-LD 1.1, expanded form).
  if (body['@context'] !== undefined || String(body['@type']).includes('://')) return body
  throw invalid(`The ${type} has no @context.`, {
    faults: [{ path: '/@context', message: `It is missing; it must name ${DSP_CONTEXT}.` }],
  })
}

function ofType(type: MessageType, message: JsonObject): JsonObject {
  const given = message['@type'] ?? []
  if (given === type) return message
  if (Array.isArray(given) && given.includes(type)) return { ...message, '@type': type }
  throw wrongType(type, given)
}

/** Contexts that leave the protocol's own words as they are. */
const plainContexts: readonly unknown[] = [DSP_CONTEXT, EDC_CONTEXT]

const namesContext = (message: JsonObject, context: string): boolean => [message['@context']].flat().includes(context)

/** Whether the message is in the protocol's own words and can be used as it is: most messages are (DSP 2025-1 fixes the compacted form). */
function isPlain(message: JsonObject): boolean {
  const contexts = [message['@context']].flat()
  const type = message['@type']
  return (
    contexts.includes(DSP_CONTEXT) &&
    contexts.every(context => plainContexts.includes(context)) &&
    !(typeof type === 'string' && type.includes(':')) &&
    !Object.keys(message).some(key => key.startsWith('dspace:') || key.startsWith('https://w3id.org/dspace/'))
  )
}
