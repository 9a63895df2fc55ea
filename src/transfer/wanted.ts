import { KontorError } from '../errors.ts'
import type { DataWanted, Negotiations } from '../negotiation/index.ts'
import type { Jobs } from '../process/index.ts'
import type { Transfers } from './transfers.ts'

const KIND = 'data-wanted'

/**
 * Asks for the data of an agreement as soon as there is one, where that was wished for when the negotiation began. The wish is written down
 * in the transaction that makes the agreement final.
 */
export const createDataWanted =
  (jobs: Pick<Jobs, 'ask'>): DataWanted =>
  (tx, { id, counterparty }) =>
    jobs.ask(tx, { kind: KIND, key: id, queue: counterparty })

/** Does it. What cannot be asked for any more, such as data under an agreement that was retired meanwhile, is let be. */
export function serveDataWanted(given: {
  jobs: Pick<Jobs, 'serve'>
  negotiations: Pick<Negotiations, 'find'>
  transfers: Pick<Transfers, 'request' | 'list'>
}): void {
  const { jobs, negotiations, transfers } = given

  jobs.serve(KIND, async ({ key }) => {
    const negotiation = await negotiations.find(key)
    const { thenTransfer: format, agreement, callbacks } = negotiation?.data ?? {}
    if (!negotiation || format === undefined || !agreement) return undefined
    const { counterparty, address } = negotiation
    const agreementId = agreement['@id']
    // It was asked for, and that it was got lost.
    const begun = await transfers.list({ role: 'consumer', any: { agreementId: [agreementId] }, limit: 1 })
    if (begun.length > 0) return undefined
    await transfers.request({ counterparty, address, agreementId, format, callbacks }).catch(error => {
      if (!(error instanceof KontorError && error.code === 'invalid')) throw error
    })
    return undefined
  })
}
