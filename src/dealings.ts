import type { Negotiations } from './negotiation/index.ts'
import type { Entry, Pending } from './process/index.ts'
import type { Transfers } from './transfer/index.ts'

/** So many of the latest processes with a participant are looked at, of each kind. */
const LATEST = 20

/** What is known of processes with a participant: where it was reached, when it was heard of, and what has not got through to it. */
export function createDealings(given: {
  negotiations: Pick<Negotiations, 'list'>
  transfers: Pick<Transfers, 'list'>
  journalOf: (id: string) => Promise<readonly Entry[]>
  pendingOf: (ids: readonly string[]) => Promise<ReadonlyMap<string, Pending>>
}) {
  const { negotiations, transfers, journalOf, pendingOf } = given

  return async (counterparty: string) => {
    const query = { counterparty, limit: LATEST, sort: 'updated' } as const
    const [contracts, flows] = await Promise.all([negotiations.list(query), transfers.list(query)])
    const all = [
      ...contracts.map(process => ({ process, kind: 'negotiation' as const })),
      ...flows.map(process => ({ process, kind: 'transfer' as const })),
    ].sort((a, b) => b.process.updatedAt.getTime() - a.process.updatedAt.getTime())
    const pending = await pendingOf(all.map(({ process }) => process.id))
    const stuck = all.flatMap(({ process: { id }, kind }) => {
      const waiting = pending.get(id)
      return waiting && waiting.attempts > 0 ? [{ id, kind, lastError: waiting.lastError }] : []
    })
    return { address: all[0]?.process.address, heardAt: await heardAt(all.map(({ process }) => process.id)), stuck }
  }

  /** When one of these processes had something from the other side, the latest of the few that changed last. */
  async function heardAt(ids: readonly string[]): Promise<string | undefined> {
    const journals = await Promise.all(ids.slice(0, 3).map(journalOf))
    return journals
      .flat()
      .filter(({ event }) => event === 'received')
      .map(({ at }) => at)
      .sort()
      .at(-1)
  }
}
