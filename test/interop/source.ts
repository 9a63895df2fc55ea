import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'

/** What every dataset is. */
export const DATA = 'hour,mwh\n0,17\n1,23\n'

/** Where the data of both providers lies, and where it is pushed to. */
export interface Source {
  readonly url: string
  /** Resolves when something was sent to that path. */
  received(path: string): Promise<string>
  close(): void
}

/** Starts it on a free port. */
export async function startSource(): Promise<Source> {
  const got = new Map<string, string>()
  const waiting = new Map<string, (body: string) => void>()
  const server = createServer(async (request, response) => {
    if (request.method === 'GET') {
      response.writeHead(200, { 'content-type': 'text/csv', 'content-length': Buffer.byteLength(DATA) }).end(DATA)
      return
    }
    const path = request.url ?? ''
    const body = await text(request)
    got.set(path, body)
    waiting.get(path)?.(body)
    response.writeHead(204).end()
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received: path =>
      new Promise(resolve => {
        const before = got.get(path)
        if (before === undefined) waiting.set(path, resolve)
        else resolve(before)
      }),
    close() {
      server.close()
      server.closeAllConnections()
    },
  }
}
