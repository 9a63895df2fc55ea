import { createServer, type ServerResponse } from 'node:http'
import type { Test } from 'tap'
import { listening } from './listening.ts'

/** A source of data that gives a first piece, and no end until the test says so. */
export async function startDrip(t: Pick<Test, 'teardown'>) {
  const open = new Set<ServerResponse>()
  const server = createServer((_request, response) => {
    open.add(response.once('close', () => open.delete(response)))
    response.writeHead(200, { 'content-type': 'text/plain' }).write('first piece\n')
  })
  const base = await listening(t, server)
  return {
    url: `${base}/drip`,
    /** Ends every answer that is under way. */
    finish: (): void => {
      for (const response of open) response.end('last piece\n')
    },
  }
}
