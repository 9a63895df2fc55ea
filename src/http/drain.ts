import { once } from 'node:events'
import type { Server, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'

/**
 * Makes a server stoppable without cutting anybody off; call it before the server gets its request handler. The answer
 * stops it: no new connections, no further request on kept ones, idle ones end at once (Node would wait for those that
 * have not sent anything yet), and after `graceMs` the rest is cut.
 */
export function drainable(server: Server): (graceMs: number) => Promise<void> {
  const connections = new Set<Socket>()
  const inHand = new Set<ServerResponse>()
  let stopped: Promise<void> | undefined

  server.on('connection', socket => {
    connections.add(socket)
    socket.once('close', () => connections.delete(socket))
  })
  server.on('request', (request, response) => {
    inHand.add(response)
    response.once('close', () => {
      inHand.delete(response)
      if (stopped !== undefined) request.socket.destroySoon()
    })
  })

  const drain = async (graceMs: number) => {
    if (!server.listening) return
    const closed = once(server, 'close')
    server.close()
    // Node then says `Connection: close` in the answers that have not begun, so that no further request comes.
    for (const response of inHand) response.shouldKeepAlive &&= response.headersSent
    const busy = new Set([...inHand].map(({ req }) => req.socket))
    for (const socket of connections) if (!busy.has(socket)) socket.destroy()
    const cut = setTimeout(() => {
      for (const socket of connections) socket.destroy()
    }, graceMs)
    await closed
    clearTimeout(cut)
  }

  return graceMs => {
    stopped ??= drain(graceMs)
    return stopped
  }
}
