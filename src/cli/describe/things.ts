import { describePolicy } from '../../policy/index.ts'
import type {
  AgreementDetails,
  Attempt,
  FederatedPeer,
  Moment,
  Obligation,
  ObligationDetails,
  Webhook,
} from '../get/shapes.ts'
import { written } from '../table.ts'
import { lastReport, timeline } from './history.ts'
import { quoted } from './next.ts'
import { nextText } from './process.ts'
import { facts, lines, often, seconds, section, when } from './text.ts'

/** A transfer as the EDC's list shows it: with what is in its way. */
interface TransferStanding {
  readonly '@id': string
  readonly state: string
  readonly errorDetail?: string
}

/** An agreement with all that hangs on it. */
interface DescribedAgreement extends AgreementDetails {
  readonly history: readonly Moment[]
  readonly obligations: readonly Obligation[]
  readonly transfers: readonly TransferStanding[]
}

/** An agreement for people: what was agreed, what it demands, what runs under it, what happened. */
export function agreementText(agreement: DescribedAgreement, now: Date): string {
  const { id, role, counterparty, dataset, agreedAt, retiredAt, retiredReason, digest, policyHash, negotiationId } =
    agreement
  const next =
    role === 'consumer' && !retiredAt
      ? ([[`kontor transfer ${quoted(id)} --to FILE`, 'fetch the data']] as const)
      : ([[`kontor describe negotiation ${quoted(negotiationId)}`, 'see how it came about']] as const)
  return [
    facts([
      ['Agreement', id],
      ['With', `${counterparty} (we are the ${role})`],
      ['Dataset', dataset],
      ['Agreed', when(agreedAt, now)],
      ['Retired', retiredAt && `${when(retiredAt, now)}: ${retiredReason ?? ''}`],
      ['Digest', digest],
      ['Policy hash', policyHash],
    ]),
    section('Terms', lines(describePolicy(agreement.agreement))),
    section('Obligations', lines(agreement.obligations.map(each => obligationLine(each, now)))),
    section('Transfers', lines(agreement.transfers.map(transferLine))),
    section('Policy', lastReport(agreement.history)),
    section('History', timeline(agreement.history)),
    nextText(next),
  ].join('')
}

const obligationLine = ({ id, action, state, due }: Obligation, now: Date): string =>
  `${id}  ${action}: ${state}${due ? `, due ${when(due, now)}` : ''}`

const transferLine = ({ '@id': id, state, errorDetail }: TransferStanding): string =>
  `${id}  ${state}${errorDetail ? `: ${errorDetail}` : ''}`

/** An obligation for people: what is to be done, until when, and what is known of it. */
export function obligationText(obligation: ObligationDetails, now: Date): string {
  const { id, role, counterparty, agreement, action, kind, path, state, due, rule } = obligation
  const { remindedAt, performedAt, performedBy, breachedAt, breachedBy } = obligation
  const by = (at: string | null, who: string | null) => at && `${when(at, now)}, says ${who ?? 'nobody'}`
  return [
    facts([
      ['Obligation', id],
      ['State', state],
      ['Action', `${action} (${kind} at ${path})`],
      ['Due', due && when(due, now)],
      ['Agreement', agreement],
      ['With', `${counterparty} (we are the ${role})`],
      ['Reminded', remindedAt && when(remindedAt, now)],
      ['Fulfilled', by(performedAt, performedBy)],
      ['Breached', by(breachedAt, breachedBy)],
    ]),
    section('Rule', lines(written('yaml', Object(rule)).trimEnd().split('\n'))),
    nextText([[`kontor describe agreement ${quoted(agreement)}`, 'see what it belongs to, and what happened']]),
  ].join('')
}

/** A webhook for people: what it is told of, what went wrong, and each of the latest attempts. */
export function webhookText(webhook: Webhook & { readonly attempts: readonly Attempt[] }, now: Date): string {
  const { id, url, types, subject, process, enabled, disabledReason, place, deliveredAt, delivery, attempts } = webhook
  const { failingSince, lastError, nextAttempt, deadline } = delivery
  return [
    facts([
      ['Webhook', id],
      ['URL', url],
      ['Events', types?.join(', ') ?? 'all'],
      ['About', subject],
      ['Process', process],
      ['State', enabled ? 'enabled' : `disabled: ${disabledReason ?? 'no reason given'}`],
      ['Place', `behind event ${place}`],
      ['Delivered', deliveredAt && when(deliveredAt, now)],
      ['Failing', failingSince && `since ${when(failingSince, now)}, tried ${delivery.attempts} times`],
      ['Last error', lastError],
      ['Next try', nextAttempt && when(nextAttempt, now)],
      ['Given up', deadline && when(deadline, now)],
    ]),
    section('Attempts', lines(attempts.map(attemptLine))),
  ].join('')
}

function attemptLine({ at, type, event, ms, status, error, nextAttempt }: Attempt): string {
  const next = nextAttempt ? `, next try ${seconds(nextAttempt)}` : ''
  return `${seconds(at)}  ${type.replace('dev.kontor.', '')} ${event}  ${status ?? 'no answer'} in ${ms} ms: ${error ?? 'taken'}${next}`
}

/** A participant whose catalogue is kept, for people. */
export function peerText(peer: FederatedPeer, now: Date): string {
  const { id, address, datasets, crawledAt, changedAt, triedAt, attempts, lastError, nextAttempt } = peer
  const at = (time: string | null) => time && when(time, now)
  const to = address === null ? '' : ` --address ${quoted(address)}`
  return [
    facts([
      ['Peer', id],
      ['Address', address],
      ['Datasets', String(datasets)],
      ['Last had', at(crawledAt) ?? 'never'],
      ['Last changed', at(changedAt)],
      ['Last tried', at(triedAt)],
      ['Failing', attempts > 0 ? `${often(attempts)} in a row` : null],
      ['Last error', lastError],
      ['Next try', at(nextAttempt)],
    ]),
    nextText(
      lastError === null
        ? [[`kontor get catalog ${quoted(id)}${to}`, 'see what it offers us now']]
        : [[`kontor doctor ${quoted(id)}${to}`, 'find out what is wrong, and on whose side']],
    ),
  ].join('')
}
