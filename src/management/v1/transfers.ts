import { notFound } from '../../errors.ts'
import type { Transfer } from '../../transfer/index.ts'
import type { Given } from '../given.ts'
import { type Endpoint, implement } from './endpoint.ts'
import { pageOf } from './list.ts'
import { transferOperations } from './operations/transfers.ts'
import { because } from './shapes.ts'

/** Transfers in the house's own words, for the console, the lab and people. */
export function transferEndpoints(
  given: Pick<Given, 'transfers' | 'journalOf' | 'pendingOf' | 'troublesOf' | 'callbacks'>,
): Endpoint[] {
  const { transfers, journalOf, pendingOf, troublesOf, callbacks } = given

  async function find(id: string): Promise<Transfer> {
    const transfer = await transfers.find(id)
    if (!transfer) throw notFound('transfer', id)
    return transfer
  }

  /** Where the data can be fetched: as last told, or with a token that is good now. */
  async function edr(id: string, fresh: boolean) {
    const { data } = await find(id)
    if (!data.edr) throw notFound('address to fetch data from for the transfer', id)
    return { transfer: id, dataAddress: await (fresh ? transfers.edrs.fresh(id) : transfers.edrs.last(id)) }
  }

  async function show(transfer: Transfer) {
    const delivery = (await pendingOf([transfer.id])).get(transfer.id) ?? null
    const failing = await troublesOf(transfer.id)
    return { ...whole(transfer), delivery, failing, callbacks: await callbacks.of(transfer) }
  }

  const history = async (id: string) => ({ items: await journalOf((await find(id)).id) })

  // biome-ignore format: a table is read by its columns
  return implement(transferOperations, {
    listTransfers:      call => pageOf(call.input, transfers.list, outline),
    getTransfer:        async ({ id }) => show(await find(id)),
    getTransferHistory: ({ id }) => history(id),
    getTransferEdr:     ({ id, input }) => edr(id, input.fresh === 'true'),
    startTransfer:      async ({ id, actor }) => show(await transfers.start(id, actor)),
    suspendTransfer:    async ({ id, input, actor }) => show(await transfers.suspend(id, because(input), actor)),
    resumeTransfer:     async ({ id, actor }) => show(await transfers.resume(id, actor)),
    completeTransfer:   async ({ id, actor }) => show(await transfers.complete(id, actor)),
    terminateTransfer:  async ({ id, input, actor }) => show(await transfers.terminate(id, because(input), actor)),
  })
}

/** What a list tells of a transfer. Where the data is and how it is opened is secret, and asked for separately. */
function outline({ id, role, state, counterparty, data, sending, error, createdAt, updatedAt }: Transfer) {
  const { datasetId, agreementId, format, suspendedBy = null, edr } = data
  return {
    id,
    role,
    state,
    counterparty,
    dataset: datasetId,
    agreementId,
    format,
    suspendedBy,
    /** Whether there is something to fetch, and where is known. */
    hasEdr: state === 'STARTED' && edr !== undefined,
    sending: sending.map(({ step }) => step.message),
    error,
    createdAt,
    updatedAt,
  }
}

/** All there is to show of a transfer. */
function whole(transfer: Transfer) {
  const { address, peerPid, data, waiting } = transfer
  return { ...outline(transfer), waiting, address, peerPid, destination: data.destination?.endpoint ?? null }
}
