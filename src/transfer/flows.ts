import { KontorError } from '../errors.ts'
import type { Answer, Lane, Sending } from '../process/index.ts'
import type { DataAddress, DataFlow, DataPlane, SourceAddress } from '../signaling/index.ts'
import type { Transfer, TransferStep } from './types.ts'

/** A dataset's source, or nothing if the dataset is gone. */
export type SourceOf = (datasetId: string) => Promise<SourceAddress | undefined>

/** Puts a step of a transfer on the wire. */
export type Deliver = (process: Transfer, sending: Sending<TransferStep>) => Promise<Answer>

/** Where data comes from, and who moves it. */
interface Around {
  readonly sourceOf: SourceOf
  readonly plane: DataPlane
}

/** Whether a step of ours opens the flow: a provider's start. */
export const opensFlow = ({ role }: Pick<Transfer, 'role'>, { message }: TransferStep): boolean =>
  role === 'provider' && message === 'start'

/** What came of preparing the data plane for a message. */
export type Opened =
  | { readonly kind: 'ready'; readonly dataAddress?: DataAddress | undefined }
  | { readonly kind: 'impossible'; readonly reason: string }

/** Opens the flow that a provider's start message announces; other messages need nothing. */
export async function openFlow(transfer: Transfer, step: TransferStep, { sourceOf, plane }: Around): Promise<Opened> {
  if (!opensFlow(transfer, step)) return { kind: 'ready' }
  const source = await sourceOf(transfer.data.datasetId)
  if (!source) return { kind: 'impossible', reason: 'the dataset is no longer there' }
  try {
    return { kind: 'ready', dataAddress: await plane.start(flowOf(transfer, source)) }
  } catch (error) {
    // What the data plane refuses on purpose will not get better; anything else may.
    if (error instanceof KontorError && error.status < 500) return { kind: 'impossible', reason: error.message }
    throw error
  }
}

function flowOf({ id, counterparty, data }: Transfer, source: SourceAddress): DataFlow {
  const { agreementId, datasetId, format, destination } = data
  return { id, counterparty, agreementId, datasetId, format, source, destination }
}

/**
 * The work of the lane `flow` (provider): makes the data plane do what the transfer's state says. It looks at the state
 * as it is now, not at what woke it, so repeating or skipping a call does no harm.
 */
export const flowLane =
  ({ find, ...around }: Around & { find: (id: string) => Promise<Transfer | undefined> }): Lane =>
  async task => {
    const transfer = await find(task.process.id)
    if (transfer) await alignFlow(transfer, around)
  }

/** Makes the data plane do what the transfer's state says. */
export async function alignFlow(transfer: Transfer, { sourceOf, plane }: Around): Promise<void> {
  switch (wanted(transfer)) {
    case 'running': {
      const source = await sourceOf(transfer.data.datasetId)
      if (source) await plane.start(flowOf(transfer, source))
      return
    }
    case 'suspended':
      return plane.suspend(transfer.id, 'the transfer is suspended')
    case 'ended':
      return plane.terminate(transfer.id, transfer.error ?? 'the transfer has ended')
    case 'unopened':
      return
  }
}

/** Data stops when we decide so, not when the counterparty has acknowledged it: steps of ours under way count. */
function wanted({ state, sending }: Transfer): 'running' | 'suspended' | 'ended' | 'unopened' {
  const ours = sending.map(({ step }) => step.message)
  if (state === 'TERMINATED' || state === 'COMPLETED' || ours.includes('terminate') || ours.includes('complete'))
    return 'ended'
  if (ours.includes('suspend') || (state === 'SUSPENDED' && !ours.includes('start'))) return 'suspended'
  return state === 'STARTED' ? 'running' : 'unopened'
}
