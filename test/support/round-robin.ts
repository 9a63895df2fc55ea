import { once } from 'node:events'
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { pipeline } from 'node:stream/promises'

/** A load balancer as plain as can be: asks the replicas in turn, and answers 502 for one that does not answer. */
export interface RoundRobin {
  /** Its origin. */
  readonly url: string
  /** How often each status was answered, 502 of its own included. */
  readonly answers: ReadonlyMap<number, number>
  close(): void
}

/** `backends` gives the origins to choose from; it is asked at every request, since replicas come and go. */
export async function startRoundRobin(backends: () => readonly string[]): Promise<RoundRobin> {
  const answers = new Map<number, number>()
  let turn = 0

  function pass(incoming: IncomingMessage, outgoing: ServerResponse): void {
    const all = backends()
    const backend = all[turn++ % all.length]
    const { method, url, headers } = incoming
    const onward = request(`${backend}${url}`, { method, headers })
    const count = (status: number) => answers.set(status, (answers.get(status) ?? 0) + 1)
    onward.on('response', answer => {
      count(answer.statusCode ?? 0)
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers)
      pipeline(answer, outgoing).catch(() => outgoing.destroy())
    })
    onward.on('error', () => {
      if (outgoing.headersSent) outgoing.destroy()
      else {
        count(502)
        outgoing.writeHead(502).end()
      }
    })
    outgoing.on('close', () => onward.destroy())
    incoming.pipe(onward)
  }

  const server = createServer(pass).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    answers,
    close() {
      server.close()
      server.closeAllConnections()
    },
  }
}
