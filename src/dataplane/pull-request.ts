import type { IncomingMessage, ServerResponse } from 'node:http'
import { invalid, KontorError } from '../errors.ts'
import type { Asked } from './opened.ts'
import type { Source } from './source.ts'
import { methods } from './source-faults.ts'
import type { Wanted } from './target.ts'

/** What a consumer's request asks of the source. */
export const askedBy = (request: IncomingMessage, { path, query }: Wanted): Asked => ({
  method: request.method ?? '',
  path,
  query,
  headers: request.headers,
  body: hasBody(request) ? request : undefined,
})

/** RFC 9112 §6: one of these headers announces a body. */
export const hasBody = ({ headers }: IncomingMessage): boolean =>
  headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0

/** Reading is always allowed, everything else if the source's address says so. Throws `method-not-allowed` (405), or `invalid`. */
export function demandAllowed(source: Source, request: IncomingMessage, response: ServerResponse): void {
  const allowed = allowedAt(source)
  if (!allowed.includes(request.method ?? '')) {
    response.setHeader('allow', allowed.join(', '))
    throw new KontorError('method-not-allowed', 405, `This dataset can be asked with ${allowed.join(', ')} only.`)
  }
  if (hasBody(request) && !(source.type === 'HttpData' && source.proxy.body))
    throw invalid('This dataset takes no body: send the request without one.')
}

/** A body may be sent with the very method that the source is asked with, though others are not handed on. */
function allowedAt(source: Source): readonly string[] {
  if (source.type === 'File') return ['GET', 'HEAD']
  if (source.proxy.method) return [...methods]
  const reading = source.method === 'GET' ? ['GET', 'HEAD'] : ['GET']
  return source.proxy.body ? [...new Set([...reading, source.method])] : reading
}
