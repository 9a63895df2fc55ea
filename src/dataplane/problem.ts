import type { OutgoingHttpHeaders, ServerResponse } from 'node:http'
import { STATUS_CODES } from 'node:http'
import { KontorError } from '../errors.ts'

/** Answers with an error as problem details (RFC 9457). */
export function sendProblem(response: ServerResponse, error: KontorError, headers: OutgoingHttpHeaders = {}): void {
  const { status, code, message } = error
  const problem = { type: 'about:blank', title: STATUS_CODES[status] ?? 'Error', status, code, detail: message }
  const body = Buffer.from(JSON.stringify(problem))
  response.writeHead(status, {
    'content-type': 'application/problem+json',
    'content-length': body.length,
    'cache-control': 'no-store',
    ...headers,
  })
  response.end(response.req.method === 'HEAD' ? undefined : body)
}

/** An error as others may see it: what nobody threw on purpose stays private. */
export const publicError = (error: unknown, sentence = 'Something went wrong here: try again later.'): KontorError =>
  error instanceof KontorError ? error : new KontorError('internal', 500, sentence)

/** RFC 6750 §3: without a token only the scheme, with one also what is wrong with it. */
export const challenge = (error: KontorError, tokenGiven: boolean): OutgoingHttpHeaders => {
  if (error.status !== 401) return {}
  const description = error.message.replaceAll(/["\\]/g, "'")
  const wrong = tokenGiven ? ` error="invalid_token", error_description="${description}"` : ''
  return { 'www-authenticate': `Bearer${wrong}` }
}
