import {
  briefly,
  type CompactReport,
  compact,
  evaluate,
  type Offer,
  type Report,
  sameTerms,
  within,
} from '../policy/index.ts'
import type { Situation } from '../process/index.ts'
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
    const report = judge(basis, process, world, now)
    if (report.permitted) return undefined
    const { reasons } = report
    return {
      kind: 'move',
      step: refusal(`The offer is ${briefly(report)}.`),
      reasons,
      report: compact(report),
    }
  },
}

function judge(basis: Offer, { counterparty }: Negotiation, { claims }: NegotiationWorld, now: Date): Report {
  const participant = { id: counterparty, claims }
  return evaluate(basis, { action: 'use', participant, stage: 'negotiation' }, { now })
}

/** How the policy was judged for whom we agree with (provider). */
function reportFor({ process, world, now }: Situation<Negotiation, NegotiationWorld>): { report?: CompactReport } {
  const basis = process.role === 'provider' ? basisOf(process, world) : undefined
  return basis ? { report: compact(judge(basis, process, world, now)) } : {}
}

/** Terms that are on the table already are agreed to (provider) or accepted (consumer) at once. */
const unchangedOffer: NegotiationDecider = {
  name: 'unchanged-offer',
  decide(situation) {
    const { task, process, world } = situation
    const { role, data } = process
    const round = latest(data)
    if (task !== 'considerOffer' || !round) return undefined
    const ours = data.offers.filter(({ by }) => by === role).at(-1)?.offer
    const known = [ours, world.published?.offer].filter(offer => offer !== undefined)
    const unchanged = known.some(offer => sameTerms(offer, round.offer))
    const message = role === 'provider' ? 'agree' : 'accept'
    return unchanged ? { kind: 'move', step: { message }, ...reportFor(situation) } : undefined
  },
}

/** A counter-offer that stays within what the publication says would be accepted needs nobody's thought. */
const withinBounds: NegotiationDecider = {
  name: 'within-bounds',
  decide(situation) {
    const { task, process, world } = situation
    const { role, data } = process
    const [round, bounds] = [latest(data), world.published?.bounds]
    if (task !== 'considerOffer' || role !== 'provider' || !round || !bounds) return undefined
    if (!within(round.offer, bounds).within) return undefined
    const reasons = ['The terms stay within the bounds of the publication.']
    return { kind: 'move', step: { message: 'agree' }, reasons, ...reportFor(situation) }
  },
}

/** What the provider offers instead of what we have asked for is accepted if it is enough, and demands no more. */
const meetsNeeds: NegotiationDecider = {
  name: 'meets-needs',
  decide({ task, process: { role, data } }) {
    const [round, { needs }] = [latest(data), data]
    if (task !== 'considerOffer' || role !== 'consumer' || !round || !needs) return undefined
    if (!within(needs, round.offer).within) return undefined
    return {
      kind: 'move',
      step: { message: 'accept' },
      reasons: ['The terms are enough, and demand no more than we do.'],
    }
  },
}

/** Why an offer is not taken without thought. */
function beyond({ role, data }: Negotiation, { published }: NegotiationWorld): readonly string[] {
  const [offer, bounds] = [latest(data)?.offer, published?.bounds]
  if (!offer) return []
  if (role === 'provider') return bounds ? within(offer, bounds).beyond.map(each => `Beyond the bounds: ${each}.`) : []
  const { needs } = data
  return needs
    ? within(needs, offer, 'the offer').beyond.map(each => `What we need goes beyond the offer: ${each}.`)
    : []
}

/** Terms that nobody has published are refused, or somebody is asked. */
const changedOffer = (counterOffers: CounterOffers): NegotiationDecider => ({
  name: 'changed-offer',
  decide({ task, process, world }) {
    if (task !== 'considerOffer') return undefined
    if (counterOffers === 'refuse') return { kind: 'move', step: refusal('Changed terms are not negotiated here.') }
    return {
      kind: 'ask',
      whom: counterOffers === 'ask' ? 'person' : 'webhook',
      reasons: ['The terms differ from what was offered.', ...beyond(process, world)],
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
  withinBounds,
  meetsNeeds,
  changedOffer(counterOffers),
  formalities,
]
