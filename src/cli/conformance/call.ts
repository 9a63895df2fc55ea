import { badGateway } from '../../errors.ts'
import type { Json } from './door.ts'

/** A JSON answer. */
export interface Called {
  readonly status: number
  readonly body: Json
}

/** Calls the connector under test, at either of its doors: a GET, or a POST if there is something to say. Throws `bad-gateway` when nobody answers. */
export async function call(url: string, headers: Readonly<Record<string, string>>, body?: object): Promise<Called> {
  const sent = body && { method: 'POST', body: JSON.stringify(body) }
  const type = body && { 'content-type': 'application/json' }
  const response = await fetch(url, { headers: { ...headers, ...type }, ...sent }).catch(cause => {
    throw badGateway(`${new URL(url).origin} does not answer. Is the connector running there?`, { cause })
  })
  const text = await response.text()
  return { status: response.status, body: read(text) }
}

function read(text: string): Json {
  try {
    const body: unknown = JSON.parse(text)
    return typeof body === 'object' && body !== null ? (body as Json) : {}
  } catch {
    return {}
  }
}

/** The answer, if it has one of these statuses; else throws `bad-gateway` with what was answered instead. */
export function expectStatus({ status, body }: Called, what: string, ...expected: number[]): Json {
  if (expected.includes(status)) return body
  const why = [body.detail, body.message, body.reason, body].find(value => value !== undefined)
  throw badGateway(`${what}: the connector answered ${status} ${JSON.stringify(why).slice(0, 500)}.`)
}
