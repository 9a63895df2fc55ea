import {
  type Connector,
  idOfPeer,
  type Json,
  negotiate,
  type Offering,
  offer,
  order,
  readDataset,
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

/** The ids of a process on both sides. */
export interface Ids {
  readonly consumer: string
  readonly provider: string
}

/** A negotiation that comes to an agreement on both sides. */
export async function agree(pair: Pair, world: World, more: Partial<Offering> = {}): Promise<Ids> {
  const consumer = await negotiate(pair.consumer, pair.provider, await offerNew(pair, world, more))
  await until(pair.consumer, 'contractnegotiations', consumer, ['FINALIZED'])
  const provider = await idOfPeer(pair.consumer, 'contractnegotiations', consumer)
  await until(pair.provider, 'contractnegotiations', provider, ['FINALIZED'])
  return { consumer, provider }
}

/** The agreement of a negotiation, as one side keeps it. */
export const agreementOf = async ({ api }: Connector, negotiation: string): Promise<Json> =>
  (await api('GET', `/contractnegotiations/${encodeURIComponent(negotiation)}/agreement`)) as Json

/** The id by which the consumer asks for the data of a new agreement. */
export async function agreementIdOf(pair: Pair, world: World): Promise<string> {
  const { consumer } = await agree(pair, world)
  const { contractAgreementId } = await show(pair.consumer, 'contractnegotiations', consumer)
  demand(contractAgreementId !== undefined, `${pair.consumer.id} shows no agreement of ${consumer}`)
  return contractAgreementId
}

/** A transfer under a new agreement that both sides take for started. */
export async function startTransfer(pair: Pair, world: World): Promise<Ids> {
  const consumer = await transfer(pair.consumer, pair.provider, await agreementIdOf(pair, world))
  await until(pair.consumer, 'transferprocesses', consumer, ['STARTED'])
  const provider = await idOfPeer(pair.consumer, 'transferprocesses', consumer)
  await until(pair.provider, 'transferprocesses', provider, ['STARTED'])
  return { consumer, provider }
}

/** What both sides come to when one of them gives that order. */
// biome-ignore format: a table is read by its columns
const follows = {
  suspend:   ['SUSPENDED'],
  resume:    ['STARTED'],
  terminate: ['TERMINATED', 'DEPROVISIONED'],
}

/** One side suspends a transfer, ends it or goes on with it, and both come to that. */
export async function orderBoth(pair: Pair, ids: Ids, by: keyof Pair, what: keyof typeof follows): Promise<void> {
  await order(pair[by], ids[by], what, 'because')
  for (const side of ['consumer', 'provider'] as const)
    await until(pair[side], 'transferprocesses', ids[side], follows[what])
}

/** Throws unless a negotiation ends without an agreement; the reason. */
export async function demandEnded(side: Connector, negotiation: string): Promise<string> {
  await until(side, 'contractnegotiations', negotiation, ['TERMINATED'])
  return (await show(side, 'contractnegotiations', negotiation)).errorDetail ?? ''
}

/** Throws unless it ends for that reason. */
export async function demandReason(side: Connector, negotiation: string, wanted: RegExp): Promise<void> {
  const reason = await demandEnded(side, negotiation)
  demand(wanted.test(reason), `${side.id} gives as the reason ${JSON.stringify(reason)}, not ${wanted}`)
}
