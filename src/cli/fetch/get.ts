import http, { type IncomingMessage, type OutgoingHttpHeaders } from 'node:http'
import https from 'node:https'
import { text } from 'node:stream/consumers'
import { badGateway } from '../../errors.ts'

/** One request of a download. */
export interface Get {
  readonly url: string
  readonly headers: OutgoingHttpHeaders
  /** Without a byte for so many ms the connection is given up. */
  readonly idle: number
  readonly signal?: AbortSignal | undefined
}

/** Asks, and gives the answer when its head is there. Redirects are not followed: the token is for this endpoint. */
export function get({ url, headers, idle, signal }: Get): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const options = { headers, agent: false, ...(signal === undefined ? {} : { signal }) } as const
    const request = url.startsWith('https:') ? https.request(url, options) : http.request(url, options)
    request.setTimeout(idle, () => request.destroy(badGateway(`No data has come for ${idle / 1_000} s.`)))
    request.on('error', reject)
    request.on('response', resolve)
    request.end()
  })
}

/** Reads an answer that should be small, as JSON; undefined if it is neither. */
export async function readSmall(answer: IncomingMessage): Promise<unknown> {
  try {
    if (Number(answer.headers['content-length'] ?? 0) > 65_536) throw new RangeError('too large')
    return JSON.parse(await text(answer))
  } catch {
    answer.destroy()
    return undefined
  }
}
