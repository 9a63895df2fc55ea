import type { IncomingHttpHeaders, OutgoingHttpHeaders } from 'node:http'
import { badGateway, unavailable } from '../errors.ts'
import type { HttpSource } from './source.ts'

/**
 * What passes between consumer and source. Both lists say what may pass; whatever is not on them stays behind: the consumer's
 * token and cookies, hop-by-hop headers (RFC 9110 §7.6.1), the source's own secrets and addresses.
 */
// biome-ignore format: two lists
const toSource = [
  'accept', 'accept-encoding', 'accept-language', 'if-match', 'if-modified-since', 'if-none-match', 'if-range',
  'if-unmodified-since', 'range',
] as const

/** Besides, when the body is handed on. */
const withBody = ['content-encoding', 'content-language', 'content-type'] as const

// biome-ignore format: one list
const toConsumer = [
  'accept-ranges', 'age', 'allow', 'cache-control', 'content-digest', 'content-disposition', 'content-encoding', 'content-language',
  'content-range', 'content-type', 'digest', 'etag', 'expires', 'last-modified', 'repr-digest', 'retry-after', 'vary',
] as const

/** The headers of our request to the source. */
export function requestHeaders(source: HttpSource, consumer: IncomingHttpHeaders, body: boolean): OutgoingHttpHeaders {
  const headers = pick(consumer, body ? [...toSource, ...withBody] : toSource)
  if (body && consumer['content-length'] !== undefined) headers['content-length'] = consumer['content-length']
  return { ...headers, 'user-agent': 'kontor', ...source.headers }
}

/** The headers of our answer to the consumer. The body is data, whatever a browser thinks it looks like. */
export function answerHeaders(source: HttpSource, answer: IncomingHttpHeaders): OutgoingHttpHeaders {
  const headers = pick(answer, toConsumer)
  if (answer['content-length'] !== undefined) headers['content-length'] = answer['content-length']
  if (source.contentType !== undefined) headers['content-type'] = source.contentType
  headers['x-content-type-options'] = 'nosniff'
  return headers
}

/** A header that Connection names is meant for the next hop only, though it stands on a list. */
function pick(from: IncomingHttpHeaders, names: readonly string[]): OutgoingHttpHeaders {
  const dropped = droppedBy(from.connection)
  const picked: OutgoingHttpHeaders = {}
  for (const name of names) {
    const value = from[name]
    if (value !== undefined && !dropped.includes(name)) picked[name] = value
  }
  return picked
}

const droppedBy = (connection: string | undefined): readonly string[] =>
  connection === undefined || connection === 'keep-alive' || connection === 'close'
    ? []
    : connection.split(',').map(name => name.trim().toLowerCase())

/** Answers about a range or a condition of the consumer's: it may always set these. */
const aboutConditions: ReadonlySet<number> = new Set([200, 203, 204, 206, 304, 412, 416])

/** Refusals of what the consumer asked for. Where it could ask for nothing in particular they are the provider's own mistake. */
const aboutRequest: ReadonlySet<number> = new Set([
  201, 202, 400, 404, 405, 406, 409, 410, 411, 413, 414, 415, 422, 428, 429,
])

/**
 * Lets an answer pass that is an answer to the consumer. Throws what it means otherwise: redirects would lead the consumer, or us, to
 * places that the provider has not named; 401 and 403 are about the connector's rights, not the consumer's.
 */
export function demandAnswer(source: HttpSource, status: number): void {
  if (aboutConditions.has(status)) return
  if (aboutRequest.has(status) && Object.values(source.proxy).some(proxied => proxied)) return
  if (status === 429 || status === 503) throw unavailable('The source of the data is busy: try again later.')
  if (status >= 300 && status < 400)
    throw badGateway(`The source of the data answered ${status}: redirects are not followed.`)
  throw badGateway(`The source of the data answered ${status}: its provider must look after it.`)
}
