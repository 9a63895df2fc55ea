import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Test } from 'tap'

type Json = Readonly<Record<string, unknown>>

/** A message of the connector's, as it came. */
export interface Arrival {
  readonly path: string
  readonly headers: IncomingHttpHeaders
  readonly body: Json
}

/** What the connector answered. */
export interface Answered {
  readonly status: number
  readonly type: string
  readonly body: Json
}

/** A message that the peer waits for. */
interface Expectation {
  readonly path: string
  /** The body of its answer; without one the answer is empty. */
  readonly answer: (arrival: Arrival) => object | undefined
  /** How often it is to be refused first, since the peer does not listen yet. */
  refusals: number
  readonly taken: (arrival: Arrival) => void
}

/** The other side, with the HTTP habits of the conformance kit. */
export type Peer = Awaited<ReturnType<typeof startPeer>>

/** How long the answer is on its way: the peer's next message is faster. */
const ANSWER_TAKES = 20
/** A message that has not come until then does not come, ms. */
const PATIENCE = 10_000

/**
 * A peer that says what it is told to and takes only the message it waits for. Like the kit it
 * - answers 200 to everything it takes, without a Content-Type, mostly without a body, and 404 to everything else;
 * - goes on as soon as it has taken a message: what it says next overtakes its answer;
 * - sends the same Authorization header everywhere.
 */
export async function startPeer(t: Pick<Test, 'teardown'>, { authorization }: { authorization: string }) {
  const taken: Arrival[] = []
  const refused: Arrival[] = []
  let expected: Expectation | undefined

  const server = createServer((request, response) => void take(request, response))
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  t.teardown(() => {
    server.closeAllConnections()
    server.close()
  })

  async function take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const arrival = { path: request.url ?? '', headers: request.headers, body: await read(request) }
    if (request.method !== 'POST' || expected?.path !== arrival.path || expected.refusals-- > 0) {
      refused.push(arrival)
      response.writeHead(404).end()
      return
    }
    const { answer, taken: tell } = expected
    expected = undefined
    taken.push(arrival)
    tell(arrival)
    await sleep(ANSWER_TAKES)
    const body = answer(arrival)
    response.writeHead(200, { 'transfer-encoding': 'chunked' })
    response.end(body && JSON.stringify(body))
  }

  /** Waits for the connector to post to that path; `late` refuses it once before. */
  function expect(path: string, answer: Expectation['answer'], late = false): Promise<Arrival> {
    return new Promise((resolve, reject) => {
      const other = () => refused.map(arrival => arrival.path).join(', ') || 'nothing'
      const guard = setTimeout(
        () => reject(new Error(`The connector did not post to ${path}; it tried: ${other()}.`)),
        PATIENCE,
      )
      const got = (arrival: Arrival) => {
        clearTimeout(guard)
        resolve(arrival)
      }
      expected = { path, answer, refusals: late ? 1 : 0, taken: got }
    })
  }

  async function request(method: 'GET' | 'POST', url: string, body?: object): Promise<Answered> {
    const headers = { authorization, 'content-type': 'application/json; charset=utf-8' }
    const response = await fetch(url, { method, headers, ...(body && { body: JSON.stringify(body) }) })
    const text = await response.text()
    const { status } = response
    return { status, type: response.headers.get('content-type') ?? '', body: text === '' ? {} : JSON.parse(text) }
  }

  return {
    /** The base of its endpoints: what it gives as `callbackAddress`, or as the address of a provider. */
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    expect,
    say: (url: string, body: object) => request('POST', url, body),
    look: (url: string) => request('GET', url),
    /** What it took, in order. */
    taken: taken as readonly Arrival[],
    /** What it refused, the late ones too. */
    refused: refused as readonly Arrival[],
  }
}

async function read(request: IncomingMessage): Promise<Json> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk)
  const text = Buffer.concat(chunks).toString()
  return text === '' ? {} : JSON.parse(text)
}
