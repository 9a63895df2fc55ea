import { describePolicy } from '../../policy/index.ts'
import type { Callback, Delivery, Failing, Moment, NegotiationDetails, TransferDetails } from '../get/shapes.ts'
import { lastReport, timeline } from './history.ts'
import { type Next, nextForNegotiation, nextForTransfer } from './next.ts'
import { type Fact, facts, lines, often, seconds, section, when } from './text.ts'

/** A negotiation for people: how it stands, what was offered, what happened, and what can be done now. */
export function negotiationText(negotiation: NegotiationDetails, history: readonly Moment[], now: Date): string {
  return [
    facts([
      ['Negotiation', negotiation.id],
      ...standing(negotiation, now),
      ['Agreement', negotiation.agreementId],
      ...delivery(negotiation, now),
      ...waiting(negotiation, now),
    ]),
    section('Failing', failingText(negotiation.failing, now)),
    section('Callbacks', callbacksText(negotiation.callbacks, now)),
    section('Offers', negotiation.offers.map(offerText).join('')),
    section('Policy', lastReport(history)),
    section('History', timeline(history)),
    nextText(nextForNegotiation(negotiation)),
  ].join('')
}

/** A transfer for people. */
export function transferText(transfer: TransferDetails, history: readonly Moment[], now: Date): string {
  return [
    facts([
      ['Transfer', transfer.id],
      ...standing(transfer, now),
      ['Agreement', transfer.agreementId],
      ['Format', transfer.format],
      ['Suspended by', transfer.suspendedBy],
      ['Destination', transfer.destination],
      ...delivery(transfer, now),
      ...waiting(transfer, now),
    ]),
    section('Failing', failingText(transfer.failing, now)),
    section('Callbacks', callbacksText(transfer.callbacks, now)),
    section('Policy', lastReport(history)),
    section('History', timeline(history)),
    nextText(nextForTransfer(transfer)),
  ].join('')
}

type Common = Pick<
  NegotiationDetails & TransferDetails,
  | 'state'
  | 'role'
  | 'counterparty'
  | 'address'
  | 'peerPid'
  | 'dataset'
  | 'createdAt'
  | 'updatedAt'
  | 'error'
  | 'sending'
>

const standing = (process: Common, now: Date): readonly Fact[] => [
  ['State', `${process.state ?? 'INITIAL'} (we are the ${process.role})`],
  ['With', `${process.counterparty} at ${process.address}`],
  ['Its id there', process.peerPid],
  ['Dataset', process.dataset],
  ['Begun', when(process.createdAt, now)],
  ['Changed', when(process.updatedAt, now)],
  ['Error', process.error],
]

/** Why it does not move: the message under way, its last error, its next try, and when it is given up. */
function delivery(process: { sending: readonly string[]; delivery: Delivery | null }, now: Date): readonly Fact[] {
  const under = process.delivery
  if (!under) return [['Sending', process.sending.join(', ')]]
  return [
    [
      'Sending',
      `${process.sending.join(', ')}, since ${seconds(under.since)}${under.attempts > 0 ? `, tried ${often(under.attempts)}` : ''}`,
    ],
    ['Last error', under.lastError],
    ['Next try', when(under.nextAttempt, now)],
    ['Given up', when(under.deadline, now)],
  ]
}

const waiting = ({ waiting }: Pick<NegotiationDetails, 'waiting'>, now: Date): readonly Fact[] => [
  ['Waits for', waiting && [`a ${waiting.whom}, since ${when(waiting.since, now)}`, ...waiting.reasons].join('\n')],
]

/** What else is to be done and has failed. */
const failingText = (failing: readonly Failing[], now: Date): string =>
  lines(
    failing.flatMap(({ lane, since, attempts, lastError, nextAttempt }) => [
      `${lane}, since ${seconds(since)}, tried ${often(attempts)}: ${lastError}`,
      `  next try ${when(nextAttempt, now)}`,
    ]),
  )

/** Who is told what happens, and how it stands with that. */
const callbacksText = (callbacks: readonly Callback[], now: Date): string =>
  lines(callbacks.flatMap(callback => [`${callback.url}: ${callback.events.join(', ')}`, ...callText(callback, now)]))

function callText({ pending, delivery }: Callback, now: Date): readonly string[] {
  if (!delivery) return []
  const { attempts, lastError, nextAttempt, deadline } = delivery
  return [
    `  ${pending} to be told${attempts > 0 ? `, tried ${often(attempts)}` : ''}${lastError ? `: ${lastError}` : ''}`,
    ...(nextAttempt ? [`  next try ${when(nextAttempt, now)}, given up ${when(deadline, now)}`] : []),
  ]
}

function offerText({ by, at, offer }: NegotiationDetails['offers'][number], index: number): string {
  const terms = describePolicy(offer).map(sentence => `     ${sentence}\n`)
  return `  ${index + 1}. by the ${by}, ${seconds(at)}${offer['@id'] ? `, ${offer['@id']}` : ''}\n${terms.join('')}`
}

/** What can be done, as commands to paste. */
export const nextText = (next: readonly Next[]): string => section('What you can do next', facts(next, '  '))
