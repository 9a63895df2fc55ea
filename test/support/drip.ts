import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'
import type { Test } from 'tap'

/** A source of data that gives a first piece, and no end until the test says so. */
export async function startDrip(t: Pick<Test, 'teardown'>) {
  const open = new Set<ServerResponse>()
  const server = createServer((_request, response) => {
    open.add(response.once('close', () => open.delete(response)))
    response.writeHead(200, { 'content-type': 'text/plain' }).write('first piece\n')
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => {
    server.closeAllConnections()
    server.close()
  })
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  return {
    url: `http://127.0.0.1:${port}/drip`,
    /** Ends every answer that is under way. */
    finish: (): void => {
      for (const response of open) response.end('last piece\n')
    },
  }
}
