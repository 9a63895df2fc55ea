import { get, post } from '../../src/lab/api.ts'
import { readDatasets } from '../../src/lab/datasets.ts'
import type { Lab, Participant } from '../../src/lab/index.ts'
import { partners, publish } from '../../src/lab/publish.ts'
import { type Catalog, catalogRequest } from '../../src/lab/story/browse.ts'
import { type Choice, request } from '../../src/lab/story/contract.ts'
import { reach, type Standing } from '../../src/lab/story/follow.ts'
import { transferRequest } from '../../src/lab/story/transfer.ts'
import type { Policy } from '../../src/policy/types.ts'

/** A negotiation or transfer, as v1 of the management API shows it; of transfers there is no offer, of negotiations no EDR. */
export interface Shown extends Standing {
  readonly role: 'consumer' | 'provider'
  readonly counterparty: string
  readonly waiting: { readonly whom: string; readonly reasons: readonly string[] } | null
  readonly sending: readonly string[]
  readonly suspendedBy: string | null
  readonly offers: readonly { readonly by: string; readonly offer: Policy }[]
  readonly agreement: Policy | null
}

/** What happened to it, oldest first. */
export interface Happened {
  readonly event: string
  readonly message: string | null
  readonly state: string | null
}

/** Puts the lab's datasets on offer, for partners. */
export const openShop = async ({ provider }: Lab): Promise<void> => publish(provider, await readDatasets(), partners)

/** Reads the provider's catalogue. */
export const catalogFor = (who: Participant, { provider }: Lab): Promise<Catalog> =>
  post<Catalog>(who, '/v3/catalog/request', catalogRequest(provider))

/** Finds the offer of a dataset in the provider's catalogue. Throws if it is not there. */
export async function choose(who: Participant, lab: Lab, id = 'iowa-generation'): Promise<Choice> {
  const catalog = await catalogFor(who, lab)
  const dataset = catalog.dataset.find(({ '@id': each }) => each === id)
  if (!dataset) throw new Error(`${who.name} finds no ${id}`)
  return { catalog, dataset }
}

/** Negotiates a contract for a dataset until it counts on both sides; the answer is the agreement's id. */
export async function negotiate(lab: Lab, dataset?: string): Promise<string> {
  const path = await request(lab.consumer, await choose(lab.consumer, lab, dataset))
  const { agreementId } = await reach<Shown>(lab.consumer, path, 'FINALIZED')
  // The provider has still to hear that its finalisation has arrived.
  await reach<Shown>(lab.provider, await otherPath(lab.consumer, path), 'FINALIZED')
  return agreementId ?? ''
}

/** Asks for data under an agreement; the answer is the path of the transfer. */
export async function beginTransfer({ consumer, provider }: Lab, agreementId: string): Promise<string> {
  const { '@id': id } = await post<{ '@id': string }>(
    consumer,
    '/v3/transferprocesses',
    transferRequest(provider, { agreementId }),
  )
  return `/v1/transfers/${id}`
}

/** The provider's path of what the consumer knows under its own, or the other way round. */
export async function otherPath(who: Participant, path: string): Promise<string> {
  const { peerPid } = await get<Shown>(who, path)
  return path.replace(/[^/]+$/, peerPid ?? '')
}

/** The states that it has been in, oldest first. */
export async function statesOf(who: Participant, path: string): Promise<string[]> {
  const { items } = await get<{ items: readonly Happened[] }>(who, `${path}/history`)
  return items.flatMap(({ state }) => state ?? [])
}

/** Asks until what is shown is as it should be. Throws after half a minute. */
export async function until(who: Participant, path: string, holds: (shown: Shown) => boolean): Promise<Shown> {
  const deadline = performance.now() + 30_000
  for (;;) {
    const shown = await get<Shown>(who, path)
    if (holds(shown)) return shown
    if (performance.now() > deadline) throw new Error(`${who.name} still sees at ${path}: ${JSON.stringify(shown)}`)
    await new Promise(resolve => setTimeout(resolve, 15))
  }
}
