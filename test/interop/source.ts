import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'

/** What every dataset is. */
export const DATA = 'hour,mwh\n0,17\n1,23\n'

/** Where the data of both providers lies, and where it is pushed to. */
export interface Source {
  readonly url: string
  /** What was sent to that path. */
  received(path: string): string | undefined
  close(): void
}

/** Starts it on a free port. */
export async function startSource(): Promise<Source> {
  const got = new Map<string, string>()
  const server = createServer(async (request, response) => {
    if (request.method === 'GET') {
      response.writeHead(200, { 'content-type': 'text/csv', 'content-length': Buffer.byteLength(DATA) }).end(DATA)
      return
    }
    got.set(request.url ?? '', await text(request))
    response.writeHead(204).end()
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received: path => got.get(path),
    close() {
      server.close()
      server.closeAllConnections()
    },
  }
}
