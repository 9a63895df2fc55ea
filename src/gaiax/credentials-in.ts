import { invalid, KontorError } from '../errors.ts'
import { isJsonObject, type JsonObject } from '../jsonld/index.ts'
import { openCertified } from '../keys/index.ts'

/** What stands before a token in an envelope. */
const envelope = /^data:application\/vc(?:\+ld)?(?:\+json)?\+jwt[,;]/

/**
 * The credentials in a text: a token or JSON, of one credential or of a presentation. Nothing is verified: this is for whoever wants to know
 * whether they say what they must. Throws `invalid`.
 */
export function credentialsIn(text: string): readonly JsonObject[] {
  const payload = read(text.trim())
  const inside = payload.verifiableCredential
  if (inside === undefined) return [payload]
  return [inside].flat().map(each => {
    const id = isJsonObject(each) ? each.id : each
    if (typeof id === 'string' && envelope.test(id)) return read(id.replace(envelope, ''))
    if (isJsonObject(each)) return each
    throw invalid('The presentation has a credential that is in no envelope.')
  })
}

function read(text: string): JsonObject {
  try {
    const value: unknown = text.startsWith('{') ? JSON.parse(text) : openCertified(text).payload
    if (isJsonObject(value)) return value
  } catch (cause) {
    if (!(cause instanceof SyntaxError || cause instanceof KontorError)) throw cause
    throw invalid(`That is no token and no JSON of a credential: ${cause.message}`, { cause })
  }
  throw invalid('That is no credential: it must be a JSON object.')
}
