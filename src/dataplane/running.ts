import { badGateway, type KontorError } from '../errors.ts'
import { Access } from './access.ts'
import { isBehind, notPermitted, refusalOf } from './admission.ts'
import { bufferBeside } from './buffers.ts'
import type { MayAccess, Standing } from './types.ts'

/** The streams that run in this process. */
export type Running = ReturnType<typeof createRunning>

/** Keeps the streams of each flow, so that they can be cut when the flow stops, or when they no longer move. */
export function createRunning(given: {
  findStandings: (ids: readonly string[]) => Promise<readonly Standing[]>
  mayAccess: MayAccess
  /** ms */
  idle: number
}) {
  const { findStandings, mayAccess, idle } = given
  const flows = new Map<string, Set<Access>>()
  const waiting: (() => void)[] = []
  let count = 0

  function close(access: Access): void {
    access.end()
    const others = flows.get(access.flowId)
    if (others?.delete(access)) count--
    if (others?.size === 0) flows.delete(access.flowId)
    if (flows.size === 0) for (const tell of waiting.splice(0)) tell()
  }

  const all = (): Access[] => [...flows.values()].flatMap(accesses => [...accesses])

  async function checkStandings(ids: readonly string[]): Promise<void> {
    const standings = new Map((await findStandings(ids)).map(standing => [standing.id, standing]))
    for (const id of ids)
      for (const access of flows.get(id) ?? []) {
        const standing = standings.get(id)
        const refusal = refusalOf(standing, access.generation)
        // A flow may have started again, and a stream begun, while the answer was on its way.
        const late = standing !== undefined && isBehind(standing, access.generation)
        if (refusal !== undefined && !late) access.cut(refusal)
      }
  }

  async function checkPermission(id: string): Promise<void> {
    const may = await mayAccess(id)
    if (may !== true) for (const access of flows.get(id) ?? []) access.cut(notPermitted(may))
  }

  return {
    /** Registers a stream. It comes before the flow is looked at: a suspension in between must find it. */
    open(flowId: string, generation: number): Access {
      const access = new Access(flowId, generation, bufferBeside(count++))
      const others = flows.get(flowId)
      if (others === undefined) flows.set(flowId, new Set([access]))
      else others.add(access)
      return access
    },
    close,

    /** Looks whether the streams of these flows (of all, if none are named) may go on, and cuts those that may not. */
    async check(flowId?: string): Promise<void> {
      const ids = flowId === undefined ? [...flows.keys()] : [flowId].filter(id => flows.has(id))
      if (ids.length === 0) return
      await checkStandings(ids)
      await Promise.all(ids.map(checkPermission))
    },

    /** Cuts what has not moved for too long. */
    cutIdle(): void {
      const before = performance.now() - idle
      for (const access of all()) if (access.movedAt < before) access.cut(stuck(idle))
    },

    /** All streams. */
    all,

    /** Cuts the streams of a flow, or all. */
    cut(reason: KontorError, flowId?: string): void {
      for (const access of flowId === undefined ? all() : (flows.get(flowId) ?? [])) access.cut(reason)
    },

    /** Resolves when no stream runs. */
    async ended(): Promise<void> {
      if (flows.size > 0) await new Promise<void>(resolve => waiting.push(resolve))
    },
  }
}

const stuck = (idle: number) => badGateway(`No data has moved for ${idle / 1_000} s: the connection was closed.`)
