import { setTimeout as sleep } from 'node:timers/promises'
import { type Log, messageOf } from '../log.ts'
import type { Cluster } from './cluster.ts'
import { type Server, startServer } from './server.ts'

/** Starts the server, and again whenever it ends by itself (killed, out of memory); the answer ends it for good. */
export async function keepRunning(cluster: Cluster, connections: number, log: Log): Promise<() => Promise<void>> {
  const stopping = new AbortController()
  let server = await startPatiently(cluster, connections)
  const watch = async () => {
    for (;;) {
      const reason = await server.ended
      if (stopping.signal.aborted) return
      log('database.ended', { reason })
      server = await startAgain(cluster, connections, log, stopping.signal).catch(() => server)
      if (stopping.signal.aborted) await server.stop()
    }
  }
  const watching = watch()
  return async () => {
    stopping.abort()
    await server.stop()
    await watching
  }
}

/** Tries until it succeeds or is told to stop, with longer and longer pauses up to 5 s. */
async function startAgain(cluster: Cluster, connections: number, log: Log, signal: AbortSignal): Promise<Server> {
  for (let pause = 10; ; pause = Math.min(pause * 2, 5_000)) {
    try {
      return await startPatiently(cluster, connections)
    } catch (error) {
      log('database.restart.failed', { reason: messageOf(error) })
      await sleep(pause, undefined, { signal })
    }
  }
}

/** After a SIGKILL the server's children need some milliseconds to notice, and the shared memory is theirs until then. */
async function startPatiently(cluster: Cluster, connections: number): Promise<Server> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await startServer(cluster, connections)
    } catch (error) {
      if (attempt === 100 || !messageOf(error).includes('shared memory block')) throw error
      await sleep(50)
    }
  }
}
