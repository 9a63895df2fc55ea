import { randomUUID } from 'node:crypto'
import type { FindOffer, PublishedOffer } from '../catalog/index.ts'
import type { Queryable, Transaction } from '../db/index.ts'
import { invalid, KontorError, notFound, wrongState } from '../errors.ts'
import { type Agreement, hasDuties, hasRules, sameTerms, termsOf } from '../policy/index.ts'
import type { Claims, Deed, Role, Rules } from '../process/index.ts'
import { DUTIES } from './obligations/index.ts'
import { agree, type ContractChanged, finalize } from './store.ts'
import { table } from './table.ts'
import type {
  Negotiation,
  NegotiationData,
  NegotiationDecider,
  NegotiationStep,
  NegotiationWorld,
  Round,
  TargetedOffer,
} from './types.ts'

/** More rounds than people need, fewer than would fill a database. */
const MOST_ROUNDS = 100

/** Is told of a negotiation that has led to an agreement whose data is wanted at once. */
export type DataWanted = (tx: Transaction, negotiation: Pick<Negotiation, 'id' | 'counterparty'>) => Promise<void>

/** What the runner has to know of contract negotiations. */
export function createRules(given: {
  participantId: string
  findOffer: FindOffer
  deciders: readonly NegotiationDecider[]
  contractChanged?: ContractChanged | undefined
  dataWanted?: DataWanted | undefined
}): Rules<Negotiation, NegotiationStep, NegotiationWorld> {
  const { participantId, findOffer, deciders, contractChanged, dataWanted } = given

  /** The offer of ours that a consumer's request is about. In a first request it must be one we make. */
  async function lookUp(
    on: Queryable,
    { role, counterparty, data, state }: Negotiation,
    step: NegotiationStep,
    _task: string | null,
    claims: Claims,
  ): Promise<NegotiationWorld> {
    if (role !== 'provider' || step.message !== 'request') return { published: undefined, claims }
    const [first] = data.offers
    const offer = state === null || !first ? step.offer : first.offer
    const published = await findOffer(on, offer['@id'], { id: counterparty, claims })
    if (published && published.datasetId !== step.offer.target)
      throw invalid(`The offer is for another dataset than its target.`, {
        faults: [{ path: '/offer/target', message: `must be ${JSON.stringify(published.datasetId)}` }],
      })
    if (state === null && !published) throw notFound('offer', offer['@id'])
    if (state === null && published?.outdated && !sameTerms(published.offer, step.offer))
      throw new KontorError('outdated-offer', 400, 'The terms of this offer have changed: ask for the catalogue again.')
    return { published, claims }
  }

  function apply(
    process: Negotiation,
    step: NegotiationStep,
    by: Role,
    world: NegotiationWorld,
    now: Date,
  ): NegotiationData {
    const { data } = process
    if (step.message === 'request' || step.message === 'offer')
      return withOffer(data, spelledOut(step.offer, world.published), by, now)
    if (step.message !== 'agree' || !step.agreement) return data
    if (by !== process.role) checkAgreement(process, step.agreement, participantId)
    return { ...data, agreement: step.agreement }
  }

  return {
    kind: 'negotiation',
    table,
    deciders,
    lookUp,
    apply,
    terminate: reason => ({ message: 'terminate', reason: [reason] }),
    reasonOf: step => (step.message === 'terminate' ? step.reason.join('; ') || 'no reason given' : null),
    prepare: (process, step, now) => {
      if (step.message !== 'agree') return step
      // Of others we take a second agreement; we ourselves have not forgotten the first.
      if (process.state === 'AGREED') throw wrongState('The negotiation is AGREED already.')
      return step.agreement ? step : { ...step, agreement: agreementFrom(process, participantId, now) }
    },
    reached: (process, states) => {
      const { counterparty, data } = process
      const { agreement } = data
      const final = states.includes('FINALIZED')
      const deeds: Deed[] = []
      if (states.includes('AGREED') && agreement) deeds.push(agree(process, agreement, final))
      else if (final) deeds.push(finalize(process))
      if (final && contractChanged && agreement)
        deeds.push(tx => contractChanged(tx, { id: agreement['@id'], counterparty }))
      if (final && dataWanted && data.thenTransfer !== undefined) deeds.push(tx => dataWanted(tx, process))
      return deeds
    },
    lanes: ({ state, data }) => (state === 'FINALIZED' && data.agreement && hasDuties(data.agreement) ? [DUTIES] : []),
  }
}

/** The latest round of a negotiation. */
export const latest = ({ offers }: NegotiationData): Round | undefined => offers.at(-1)

/** An offer may be asked for by its id alone (DSP 2025-1, "either the `offer` or `offer.@id`"): then its terms are those published. */
function spelledOut(offer: TargetedOffer, published: PublishedOffer | undefined): TargetedOffer {
  return hasRules(offer) || !published ? offer : { ...published.offer, ...offer }
}

function withOffer(data: NegotiationData, offer: TargetedOffer, by: Role, now: Date): NegotiationData {
  if (offer.target !== data.datasetId)
    throw invalid('A negotiation is about one dataset.', {
      faults: [{ path: '/offer/target', message: `must stay ${JSON.stringify(data.datasetId)}` }],
    })
  if (data.offers.length >= MOST_ROUNDS)
    throw wrongState(`After ${MOST_ROUNDS} offers this negotiation takes no more: accept the latest, or terminate.`)
  return { ...data, offers: [...data.offers, { by, offer, at: now.toISOString() }] }
}

/** The agreement that follows from the latest offer: its terms unchanged, extension properties included. */
function agreementFrom({ data, counterparty }: Negotiation, participantId: string, now: Date): Agreement {
  const round = latest(data)
  if (!round) throw wrongState('There is no offer to agree to.')
  return {
    ...termsOf(round.offer),
    '@id': `urn:uuid:${randomUUID()}`,
    '@type': 'Agreement',
    target: data.datasetId,
    assigner: participantId,
    assignee: counterparty,
    timestamp: now.toISOString(),
  }
}

/** A provider may only agree to what was on the table, between the two of us (DSP 2025-1, Contract Agreement Message). */
function checkAgreement({ data, counterparty }: Negotiation, agreement: Agreement, participantId: string): void {
  const round = latest(data)
  const faults = [
    agreement.target !== data.datasetId && {
      path: '/agreement/target',
      message: `must be ${JSON.stringify(data.datasetId)}`,
    },
    agreement.assigner !== counterparty && {
      path: '/agreement/assigner',
      message: `must be ${JSON.stringify(counterparty)}`,
    },
    agreement.assignee !== participantId && {
      path: '/agreement/assignee',
      message: `must be ${JSON.stringify(participantId)}`,
    },
    !(round && sameTerms(round.offer, agreement)) && {
      path: '/agreement',
      message: 'must have the permissions, prohibitions and obligations of the latest offer',
    },
  ].filter(fault => fault !== false)
  if (faults.length > 0) throw invalid('This agreement is not what was negotiated.', { faults })
}
