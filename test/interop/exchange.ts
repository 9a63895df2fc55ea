import {
  idOfPeer,
  type Json,
  negotiate,
  type Offering,
  offer,
  order,
  readDataset,
  type Shown,
  show,
  transfer,
  until,
} from '../support/v3.ts'
import { demand } from './scenario.ts'
import type { Pair, World } from './world.ts'

let offered = 0

/** Puts a new dataset on offer, and reads how the consumer sees it. */
export async function offerNew({ consumer, provider }: Pair, { source }: World, more: Partial<Offering> = {}) {
  const id = `dataset-${++offered}`
  await offer(provider, { id, source: { baseUrl: source.url }, ...more })
  return readDataset(consumer, provider, id)
}

/** A negotiation that comes to an agreement; how the consumer shows it. */
export async function agree(pair: Pair, world: World, more: Partial<Offering> = {}): Promise<Shown> {
  const dataset = await offerNew(pair, world, more)
  const id = await negotiate(pair.consumer, pair.provider, dataset)
  const shown = await until(pair.consumer, 'contractnegotiations', id, ['FINALIZED'])
  await until(pair.provider, 'contractnegotiations', await idOfPeer(pair.consumer, 'contractnegotiations', id), [
    'FINALIZED',
  ])
  return shown
}

/** The agreement of a negotiation, as one side keeps it. */
export const agreementOf = async ({ api }: Pair['consumer'], negotiation: string): Promise<Json> =>
  (await api('GET', `/contractnegotiations/${encodeURIComponent(negotiation)}/agreement`)) as Json

/** A transfer under a new agreement that both sides take for started. */
export async function startTransfer(pair: Pair, world: World): Promise<Ids> {
  const { contractAgreementId = '' } = await agree(pair, world)
  const id = await transfer(pair.consumer, pair.provider, contractAgreementId)
  await until(pair.consumer, 'transferprocesses', id, ['STARTED'])
  const ids = { consumer: id, provider: await idOfPeer(pair.consumer, 'transferprocesses', id) }
  await until(pair.provider, 'transferprocesses', ids.provider, ['STARTED'])
  return ids
}

/** The ids of a process on both sides. */
export interface Ids {
  readonly consumer: string
  readonly provider: string
}

const sides = ['consumer', 'provider'] as const

/** Waits until both sides have a transfer in one of these states. */
async function untilBoth(pair: Pair, ids: Ids, wanted: readonly string[]): Promise<void> {
  for (const side of sides) await until(pair[side], 'transferprocesses', ids[side], wanted)
}

/** One side suspends a transfer, ends it or goes on with it, and both come to that. */
export async function orderBoth(
  pair: Pair,
  ids: Ids,
  by: (typeof sides)[number],
  what: 'suspend' | 'resume' | 'terminate',
): Promise<void> {
  // biome-ignore format: a table is read by its columns
  const ends = {
    suspend:   ['SUSPENDED'],
    resume:    ['STARTED'],
    terminate: ['TERMINATED', 'DEPROVISIONED'],
  }
  await order(pair[by], ids[by], what, 'because')
  await untilBoth(pair, ids, ends[what])
}

/** The reason for which a negotiation has ended, which must contain this. */
export async function demandReason(side: Pair['consumer'], negotiation: string, reason: RegExp): Promise<void> {
  await until(side, 'contractnegotiations', negotiation, ['TERMINATED'])
  const { errorDetail = '' } = await show(side, 'contractnegotiations', negotiation)
  demand(reason.test(errorDetail), `${side.id} gives as the reason ${JSON.stringify(errorDetail)}, not ${reason}`)
}
