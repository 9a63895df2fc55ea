import { createServer, type IncomingHttpHeaders } from 'node:http'
import { text } from 'node:stream/consumers'
import type { Test } from 'tap'
import type { CloudEvent } from '../../src/events/index.ts'
import { listening } from './listening.ts'

/** A message as a receiver of webhooks gets it. */
export interface Received {
  readonly headers: IncomingHttpHeaders
  readonly body: string
  readonly event: CloudEvent
}

/** What it answers: a status, with headers if there are any. */
type Reply = number | { readonly status: number; readonly headers: Record<string, string> }

/** A receiver of webhooks that takes everything, unless it is told otherwise. */
export async function startReceiver(
  t: Pick<Test, 'teardown'>,
  reply: (received: Received) => Reply | Promise<Reply> = () => 204,
) {
  const received: Received[] = []
  const waiting = new Set<() => void>()
  const server = createServer(async (request, response) => {
    const body = await text(request)
    const message = { headers: request.headers, body, event: JSON.parse(body) }
    received.push(message)
    for (const look of waiting) look()
    const answer = await reply(message)
    const { status, headers } = typeof answer === 'number' ? { status: answer, headers: {} } : answer
    response.writeHead(status, headers).end()
  })
  const origin = await listening(t, server)
  return {
    url: `${origin}/hook`,
    received,
    /** Waits until so many messages have come. */
    until: (count: number): Promise<readonly Received[]> =>
      new Promise(resolve => {
        const look = () => {
          if (received.length < count) return
          waiting.delete(look)
          resolve(received)
        }
        waiting.add(look)
        look()
      }),
  }
}
