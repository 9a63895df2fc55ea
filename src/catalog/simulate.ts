import type { Queryable } from '../db/index.ts'
import { evaluate, type Participant, type Report } from '../policy/index.ts'
import { listOffersOf } from './store/offers.ts'

/** How one publication of a dataset would treat one participant: may it see the offer, and could it have a contract? */
export interface Simulated {
  readonly participant: string
  readonly publicationId: string
  readonly access: Report
  readonly contract: Report
}

/** Judges every participant by the policies of every publication of a dataset; nothing if it is not on offer. */
export async function simulate(
  db: Queryable,
  datasetId: string,
  participants: readonly Participant[],
  now: Date,
): Promise<readonly Simulated[]> {
  const offers = await listOffersOf(db, datasetId)
  return participants.flatMap(participant =>
    offers.map(({ publicationId, access, contract }) => ({
      participant: participant.id,
      publicationId,
      access: evaluate(access, { action: 'use', participant, stage: 'catalog' }, { now }),
      contract: evaluate(contract, { action: 'use', participant, stage: 'negotiation' }, { now }),
    })),
  )
}
