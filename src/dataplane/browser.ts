import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http'
import { methods } from './source-faults.ts'

/** How long a browser may believe what it was told, s. */
const maxAge = '3600'

/** What a page may send besides what it always may: a token, and what asks for a part or on a condition. */
const mayBeSent = [
  'authorization',
  'content-type',
  'range',
  'if-match',
  'if-modified-since',
  'if-none-match',
  'if-range',
  'if-unmodified-since',
].join(', ')

/** What a page may read of an answer besides what it always may. */
const mayBeRead = [
  'accept-ranges',
  'content-digest',
  'content-disposition',
  'content-encoding',
  'content-length',
  'content-range',
  'etag',
  'repr-digest',
  'retry-after',
  'www-authenticate',
].join(', ')

/** Says what a browser has to know before it lets a page see the answer; true if that was all that was asked. */
export type Browser = (request: IncomingMessage, response: ServerResponse) => boolean

/**
 * Lets web pages of some origins fetch data from a browser (CORS, Fetch Standard §3.3); they still need a token. A browser asks first,
 * without it. Pages of other origins get no word about it, and their browsers keep the answer from them. Comes before everything else: errors must be
 * readable, too.
 */
export function createBrowser(allowOrigins: readonly string[]): Browser {
  const origins = new Set(allowOrigins)

  return (request, response) => {
    if (origins.size === 0) return false
    response.setHeader('Vary', 'Origin')
    const { origin } = request.headers
    if (origin === undefined || !origins.has(origin)) return false
    response.setHeader('Access-Control-Allow-Origin', origin)
    if (request.method === 'OPTIONS' && request.headers['access-control-request-method'] !== undefined) {
      response.writeHead(204, {
        'Access-Control-Allow-Methods': [...methods].join(', '),
        'Access-Control-Allow-Headers': mayBeSent,
        'Access-Control-Max-Age': maxAge,
      })
      response.end()
      return true
    }
    response.setHeader('Access-Control-Expose-Headers', mayBeRead)
    return false
  }
}

/** The headers of an answer, with what it varies by besides. */
export function varying(response: ServerResponse, headers: OutgoingHttpHeaders): OutgoingHttpHeaders {
  const ours = response.getHeader('vary')
  if (ours === undefined || headers.vary === undefined) return headers
  return { ...headers, vary: `${ours}, ${headers.vary}` }
}
