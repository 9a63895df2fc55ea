import { randomInt } from 'node:crypto'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { createServer } from 'node:net'

/** Below the ports that systems give to whoever asks for any (Linux from 32,768, others from 49,152): nobody gets one of these by chance meanwhile. */
const USUAL = [20_000, 32_768] as const

/**
 * A port that nobody listens on: for names that must have it in them before anybody listens, such as a DID, and for programs that are started
 * again and again. As long as this process runs, nobody else who looks for one in this way is given the same.
 */
export async function freePort([least, beyond]: readonly [least: number, beyond: number] = USUAL): Promise<number> {
  for (;;) {
    const port = randomInt(least, beyond)
    const letGo = await hold(port)
    if (letGo && (await isFree(port))) return port
    letGo?.()
  }
}

/** Takes the port of UDP with that number, which nobody needs, as a sign for others; undefined if somebody has it. */
async function hold(port: number): Promise<(() => void) | undefined> {
  const socket = createSocket('udp4').unref()
  socket.bind({ port, address: '127.0.0.1', exclusive: true })
  try {
    await once(socket, 'listening')
  } catch {
    socket.close()
    return undefined
  }
  return () => socket.close()
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer().listen(port, '127.0.0.1')
  try {
    await once(server, 'listening')
  } catch {
    return false
  }
  server.close()
  await once(server, 'close')
  return true
}
