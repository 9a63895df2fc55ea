import { evaluate, type Offer, sameTerms } from '../policy/index.ts'
import { latest } from './rules.ts'
import type { Negotiation, NegotiationDecider, NegotiationStep, NegotiationWorld } from './types.ts'

/** What becomes of terms that nobody has published: see the setting `negotiation.counterOffers`. */
export type CounterOffers = 'refuse' | 'ask' | 'webhook'

const refusal = (...reason: string[]): NegotiationStep => ({ message: 'terminate', reason })

/** What a provider negotiates about: an offer it has published, or one that it has made to this consumer alone. */
function basisOf({ data: { offers } }: Negotiation, { published }: NegotiationWorld): Offer | undefined {
  const [first] = offers
  return published?.offer ?? (first?.by === 'provider' ? first.offer : undefined)
}

/** Provider: nobody gets a contract that the policy of its offer does not allow for. */
const policy: NegotiationDecider = {
  name: 'policy',
  decide({ task, process, world, now }) {
    if (task !== 'considerOffer' || process.role !== 'provider') return undefined
    const basis = basisOf(process, world)
    if (!basis) return { kind: 'move', step: refusal('This offer is no longer made: ask for the catalogue again.') }
    const participant = { id: process.counterparty, claims: world.claims }
    const { permitted, reasons } = evaluate(basis, { action: 'use', participant, stage: 'negotiation' }, { now })
    return permitted ? undefined : { kind: 'move', step: refusal(...reasons), reasons }
  },
}

/** Terms that are on the table already are agreed to (provider) or accepted (consumer) at once. */
const unchangedOffer: NegotiationDecider = {
  name: 'unchanged-offer',
  decide({ task, process: { role, data }, world }) {
    const round = latest(data)
    if (task !== 'considerOffer' || !round) return undefined
    const ours = data.offers.filter(({ by }) => by === role).at(-1)?.offer
    const known = [ours, world.published?.offer].filter(offer => offer !== undefined)
    const unchanged = known.some(offer => sameTerms(offer, round.offer))
    return unchanged ? { kind: 'move', step: { message: role === 'provider' ? 'agree' : 'accept' } } : undefined
  },
}

/** Terms that nobody has published are refused, or somebody is asked. */
const changedOffer = (counterOffers: CounterOffers): NegotiationDecider => ({
  name: 'changed-offer',
  decide({ task }) {
    if (task !== 'considerOffer') return undefined
    if (counterOffers === 'refuse') return { kind: 'move', step: refusal('Changed terms are not negotiated here.') }
    return {
      kind: 'ask',
      whom: counterOffers === 'ask' ? 'person' : 'webhook',
      reasons: ['The terms differ from what was offered.'],
    }
  },
})

/** What follows from an agreed offer needs no thought: agree, verify, finalise. */
const formalities: NegotiationDecider = {
  name: 'formalities',
  decide({ task }) {
    if (task === 'sendAgreement') return { kind: 'move', step: { message: 'agree' } }
    if (task === 'sendVerification') return { kind: 'move', step: { message: 'verify' } }
    if (task === 'sendFinalization') return { kind: 'move', step: { message: 'finalize' } }
    return undefined
  },
}

/** The deciders every connector has, in the order in which they are asked. */
export const builtInDeciders = (counterOffers: CounterOffers): readonly NegotiationDecider[] => [
  policy,
  unchangedOffer,
  changedOffer(counterOffers),
  formalities,
]
