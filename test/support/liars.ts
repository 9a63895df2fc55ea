import { once } from 'node:events'
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http'
import { type AddressInfo, createServer as createTcpServer, type Server, type Socket } from 'node:net'
import { json } from 'node:stream/consumers'
import type { Test } from 'tap'

/** A peer that does not behave, as a server of its own. */
export interface Liar {
  readonly url: string
  /** How many connections have been made to it so far. */
  connections(): number
  /** How many are open now. */
  open(): number
  /** Resolves when none is open. */
  closed(): Promise<void>
  /** How many requests have reached it. */
  requests(): number
  /** Resolves when so many requests have reached it. */
  heard(count: number): Promise<void>
}

/** Answers a request somehow, once it has come. */
type Answer = (request: IncomingMessage, response: ServerResponse) => void

/** Accepts, reads, and never says a word. */
export const silent: Answer = request => void request.resume()

/** Always answers with that status, in no protocol's words. */
export const answering =
  (status: number, headers: Record<string, string> = {}, body = 'no'): Answer =>
  (request, response) => {
    request.resume()
    response.writeHead(status, headers).end(body)
  }

/** Announces a hundred bytes, sends ten, and waits (or, if so told, hangs up). */
export const halfway =
  (hangUp: boolean): Answer =>
  (request, response) => {
    request.resume()
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': 100 })
    response.write('{"half": 1', () => hangUp && response.destroy())
  }

/** Acknowledges every first message of a negotiation, with the id that it is told to give. */
export const acknowledging =
  (pid: () => string): Answer =>
  (request, response) => {
    const acknowledge = (message: unknown) => {
      const { consumerPid } = message as { consumerPid?: string }
      const body = { '@type': 'ContractNegotiation', consumerPid, providerPid: pid(), state: 'REQUESTED' }
      response.writeHead(201, { 'content-type': 'application/json' }).end(JSON.stringify(body))
    }
    // Who hangs up in the middle of a message, as a connector that stops does, is not answered.
    json(request).then(acknowledge, () => response.destroy())
  }

/** Starts one on a free port, gone at the test's end. */
export async function startLiar(t: Pick<Test, 'teardown'>, answer: RequestListener): Promise<Liar> {
  const waiting: { count: number; tell: () => void }[] = []
  let requests = 0
  const server = createServer((request, response) => {
    requests++
    for (const { count, tell } of waiting) if (requests >= count) tell()
    answer(request, response)
  })
  const lines = await listen(t, server)
  return {
    ...lines,
    requests: () => requests,
    heard: count =>
      requests >= count ? Promise.resolve() : new Promise(tell => waiting.push({ count, tell: () => tell() })),
  }
}

/** A server that takes connections and says what it likes on them, HTTP or not. */
export const startLine = (
  t: Pick<Test, 'teardown'>,
  say: (line: Socket) => void,
): Promise<Omit<Liar, 'requests' | 'heard'>> =>
  listen(
    t,
    createTcpServer(line => say(line.on('error', () => {}))),
  )

async function listen(t: Pick<Test, 'teardown'>, server: Server) {
  const lines = new Set<Socket>()
  const waiting: (() => void)[] = []
  let connections = 0
  server.on('connection', (line: Socket) => {
    connections++
    lines.add(line)
    line.once('close', () => {
      lines.delete(line)
      if (lines.size === 0) for (const tell of waiting.splice(0)) tell()
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => {
    server.close()
    for (const line of lines) line.destroy()
  })
  const { port } = server.address() as AddressInfo // a server on a port has no other kind of address
  const closed = (): Promise<void> => (lines.size === 0 ? Promise.resolve() : new Promise(tell => waiting.push(tell)))
  return { url: `http://127.0.0.1:${port}`, connections: () => connections, open: () => lines.size, closed }
}
