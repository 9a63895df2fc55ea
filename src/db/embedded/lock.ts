import { once } from 'node:events'
import { rm } from 'node:fs/promises'
import { connect, createServer, type Server } from 'node:net'
import { unavailable } from '../../errors.ts'
import { codeOf, messageOf } from '../log.ts'

/**
 * Takes a lock that is a listening Unix socket: it ends with its process however that dies, needs no process ids (which
 * containers repeat) and holds across containers that share the folder. Nothing comes back when somebody alive has it.
 */
export async function takeLock(path: string): Promise<(() => Promise<void>) | undefined> {
  const server = (await listen(path)) ?? (await unlessAlive(path, takeOver))
  if (server === undefined) return undefined
  server.unref()
  return () => close(server)
}

/**
 * What a dead holder has left is removed by one of those who find it: whoever has the turn, which is a lock too, and looks once more then.
 * Without turns a second one would remove what a first has just put there.
 */
async function takeOver(path: string): Promise<Server | undefined> {
  const turn = `${path}.taking`
  const server = (await listen(turn)) ?? (await unlessAlive(turn, replace))
  if (server === undefined) return undefined
  try {
    return await unlessAlive(path, replace)
  } finally {
    await close(server)
  }
}

async function unlessAlive(
  path: string,
  take: (path: string) => Promise<Server | undefined>,
): Promise<Server | undefined> {
  return (await isAlive(path)) ? undefined : take(path)
}

async function replace(path: string): Promise<Server | undefined> {
  await rm(path, { force: true })
  return listen(path)
}

async function close(server: Server): Promise<void> {
  server.close()
  await once(server, 'close')
}

async function listen(path: string): Promise<Server | undefined> {
  const server = createServer(caller => caller.destroy())
  try {
    server.listen(path)
    await once(server, 'listening')
    return server
  } catch (error) {
    if (codeOf(error) === 'EADDRINUSE') return undefined
    throw unavailable(
      `No Unix socket can be made at ${path} (${messageOf(error)}): choose a directory on a local file system, or set database.url.`,
    )
  }
}

/** Whether a process listens on the socket. */
export async function isAlive(path: string): Promise<boolean> {
  const socket = connect(path)
  try {
    await once(socket, 'connect')
    return true
  } catch {
    return false
  } finally {
    socket.destroy()
  }
}
