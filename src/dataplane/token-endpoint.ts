import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http'
import { publicError, sendProblem } from './problem.ts'
import type { TokenPair } from './refresh.ts'
import type { DataPlaneEvents } from './types.ts'

/** A form with one token in it is far smaller. */
const largestForm = 8 * 1_024

/** An error of OAuth 2.0 (RFC 6749 §5.2): a code for programs, a sentence for people. */
type Refusal = readonly [error: string, description: string]

/** Answers a request for new tokens; never throws. */
export type TokenEndpoint = (request: IncomingMessage, response: ServerResponse) => Promise<void>

/** `POST /token`, the refresh of OAuth 2.0 (RFC 6749 §6): the refresh token itself is all that is asked for. */
export function createTokenEndpoint(given: {
  exchange: (refreshToken: string) => Promise<TokenPair | undefined>
  events: DataPlaneEvents
  /** ms within which the form must be there. */
  patience: number
}): TokenEndpoint {
  const { exchange, events, patience } = given

  return async (request, response) => {
    try {
      if (request.method !== 'POST')
        return refuse(response, 405, ['invalid_request', 'Tokens are refreshed by POST.'], { allow: 'POST' })
      const form = await readForm(request, patience)
      if (form === undefined) return refuse(response, 400, notAForm, { connection: 'close' })
      const wrong = faultOf(form)
      if (wrong !== undefined) return refuse(response, 400, wrong)
      const pair = await exchange(form.get('refresh_token') ?? '')
      if (pair === undefined) refuse(response, 400, noLonger)
      else send(response, 200, bodyOf(pair))
    } catch (error) {
      // The sender went away in the middle, or was sent away: nobody is there to be told.
      if (!request.complete) return
      const told = publicError(error)
      if (told !== error) events.unexpected({ where: 'data', error })
      sendProblem(response, told)
    }
  }
}

const notAForm: Refusal = ['invalid_request', 'Send a form: application/x-www-form-urlencoded, of a few hundred bytes.']
const noLonger: Refusal = [
  'invalid_grant',
  'The refresh token is not known, was replaced by a newer one, or its transfer does not run.',
]

function faultOf(form: URLSearchParams): Refusal | undefined {
  const grants = form.getAll('grant_type')
  if (grants.length !== 1) return ['invalid_request', 'Give grant_type once.']
  if (grants[0] !== 'refresh_token') return ['unsupported_grant_type', 'The only grant_type is refresh_token.']
  return form.getAll('refresh_token').length === 1 ? undefined : ['invalid_request', 'Give refresh_token once.']
}

/** The form in a request's body; nothing if it is none, or far too large. */
async function readForm(request: IncomingMessage, patience: number): Promise<URLSearchParams | undefined> {
  if (!/^application\/x-www-form-urlencoded *(;|$)/i.test(request.headers['content-type'] ?? '')) return undefined
  const late = setTimeout(() => request.destroy(), patience)
  try {
    let text = ''
    for await (const chunk of request.setEncoding('utf8')) {
      text += chunk
      if (text.length > largestForm) return undefined
    }
    return new URLSearchParams(text)
  } finally {
    clearTimeout(late)
  }
}

const bodyOf = ({ accessToken, expiresIn, refreshToken }: TokenPair) => ({
  access_token: accessToken,
  token_type: 'Bearer',
  expires_in: expiresIn,
  refresh_token: refreshToken,
})

const refuse = (
  response: ServerResponse,
  status: number,
  [error, description]: Refusal,
  headers: OutgoingHttpHeaders = {},
): void => send(response, status, { error, error_description: description }, headers)

/** Tokens must not be kept by anybody in between (RFC 6749 §5.1). */
function send(response: ServerResponse, status: number, body: object, headers: OutgoingHttpHeaders = {}): void {
  response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store', ...headers })
  response.end(JSON.stringify(body))
}
