import { badGateway } from '../errors.ts'
import type { AddressSeal, SourceSeal } from '../signaling/index.ts'
import { Memory } from './memory.ts'
import { parseSource, type Source } from './source.ts'
import { faultsOf } from './source-faults.ts'
import type { Flow } from './types.ts'

/** A flow with its source in the form we work with; undefined if that makes no sense. */
export type LiveFlow = Omit<Flow, 'source'> & { readonly source: Source | undefined }

/** Opens what is sealed in a flow. */
export type OpenFlow = (flow: Flow) => Promise<LiveFlow>

/** Flows as they stood a moment ago. */
export type Flows = ReturnType<typeof createFlows>

/**
 * Remembers flows for `trust` ms, so that a fast consumer does not ask the database at every request. Whoever changes a flow lets it be
 * forgotten, in every replica; the time only matters when that news is lost.
 */
export function createFlows(find: (id: string) => Promise<Flow | undefined>, trust: number, openFlow: OpenFlow) {
  const known = new Memory<string, { flow: Promise<LiveFlow | undefined>; since: number }>(10_000)

  return {
    find(id: string): Promise<LiveFlow | undefined> {
      const entry = known.get(id)
      if (entry !== undefined && performance.now() - entry.since < trust) return entry.flow
      // The time counts from before the question: the answer may be as old as that.
      const since = performance.now()
      const flow = find(id).then(row => row && openFlow(row))
      known.set(id, { flow, since })
      flow.catch(() => known.delete(id))
      return flow
    },
    forget: (id: string) => known.delete(id),
    forgetAll: () => known.clear(),
  }
}

/** Brings flows as they are kept into the form we work with. */
export const flowOpener =
  ({ sourceSeal, addressSeal }: { sourceSeal: SourceSeal; addressSeal: AddressSeal }): OpenFlow =>
  async flow => {
    const source = await sourceSeal.open(flow.source, flow.datasetId)
    return {
      ...flow,
      source: faultsOf(source).length > 0 ? undefined : parseSource(source),
      destination: flow.destination && (await addressSeal.open(flow.destination, flow.id)),
    }
  }

/** Throws `bad-gateway` if the flow's source makes no sense. */
export function demandSource({ source }: LiveFlow): Source {
  if (source === undefined)
    throw badGateway('The source of the data is not well described: its provider must look after it.')
  return source
}
