import type { Access } from './access.ts'
import type { Usage } from './store.ts'

/** Counts what flows use. */
export type Meter = ReturnType<typeof createMeter>

/**
 * Counts bytes and requests of flows, and writes them down in one statement every now and then: a sudden end loses what was
 * counted since, a second's worth. What could not be written is kept for the next time.
 */
export function createMeter(write: (usages: readonly Usage[]) => Promise<void>) {
  let usages = new Map<string, { id: string; bytes: number; requests: number }>()
  let writing: Promise<void> | undefined

  function add(id: string, bytes: number, requests: number): void {
    const usage = usages.get(id)
    if (usage === undefined) usages.set(id, { id, bytes, requests })
    else {
      usage.bytes += bytes
      usage.requests += requests
    }
  }

  async function writeAll(): Promise<void> {
    const taken = usages
    usages = new Map()
    try {
      if (taken.size > 0) await write([...taken.values()])
    } catch (error) {
      for (const { id, bytes, requests } of taken.values()) add(id, bytes, requests)
      throw error
    }
  }

  return {
    /** A stream is over: counts the request, and the bytes not yet counted. */
    ended: (access: Access) => add(access.flowId, access.takeBytes(), 1),

    /** Counts what running streams have moved meanwhile. */
    note(accesses: readonly Access[]): void {
      for (const access of accesses) {
        const bytes = access.takeBytes()
        if (bytes > 0) add(access.flowId, bytes, 0)
      }
    },

    /** Writes down what was counted until now. */
    async flush(): Promise<void> {
      await writing?.catch(() => {})
      writing = writeAll()
      await writing
    },
  }
}
