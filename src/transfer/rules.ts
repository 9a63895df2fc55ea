import type { Queryable } from '../db/index.ts'
import { forbidden, invalid, KontorError, unavailable, wrongState } from '../errors.ts'
import { type AgreementRecord, agreementState, findAgreement, isBeingFinalized } from '../negotiation/index.ts'
import { briefly, evaluate, nextBoundary } from '../policy/index.ts'
import type { Claims, LaneWork, Role, Rules } from '../process/index.ts'
import type { SourceAddress } from '../signaling/index.ts'
import { isHold, WATCH } from './monitor.ts'
import { useBy } from './review.ts'
import { table } from './table.ts'
import type { FindSource, Transfer, TransferData, TransferDecider, TransferStep, TransferWorld } from './types.ts'

/** So long a finalisation of ours that is under way is waited for, ms. */
const PATIENCE = 1_000

/** What the runner has to know of transfer processes. */
export function createRules(given: {
  findSource: FindSource
  formatsOf: (source: SourceAddress) => readonly string[]
  deciders: readonly TransferDecider[]
  /** Waits until what is on the wire for a negotiation is answered, for so many ms at most. */
  settled: (negotiationId: string, patience: number) => Promise<void>
}): Rules<Transfer, TransferStep, TransferWorld> {
  const { findSource, formatsOf, deciders, settled } = given

  /** The agreement of that name with them, if it counts. They may know that it is final before we know that they do: that is waited for. */
  async function findFinal(on: Queryable, id: string, counterparty: string): Promise<AgreementRecord | undefined> {
    const found = async (): Promise<{ agreement?: AgreementRecord; pending?: AgreementRecord }> => {
      const agreement = await findAgreement(on, id, 'provider')
      if (agreement?.counterparty !== counterparty) return {}
      if (agreement.finalizedAt) return { agreement }
      if (await isBeingFinalized(on, agreement)) return { pending: agreement }
      // It may have become final between the two looks.
      const again = await findAgreement(on, id, 'provider')
      return again?.finalizedAt ? { agreement: again } : {}
    }
    const first = await found()
    if (!first.pending) return first.agreement
    await settled(first.pending.negotiationId, PATIENCE)
    const second = await found()
    if (second.pending) throw unavailable('The agreement is being finalised: ask again in a moment.', { retryAfter: 1 })
    return second.agreement
  }

  async function lookUp(
    on: Queryable,
    { role, counterparty }: Transfer,
    step: TransferStep,
    _task: string | null,
    claims: Claims,
  ): Promise<TransferWorld> {
    if (role !== 'provider' || step.message !== 'request')
      return { agreement: undefined, standing: {}, formats: [], claims }
    const agreement = await findFinal(on, step.agreementId, counterparty)
    const source = agreement && (await findSource(on, agreement.datasetId))
    const standing = agreement ? await agreementState(on, agreement) : {}
    return { agreement, standing, formats: source ? formatsOf(source) : [], claims }
  }

  return {
    kind: 'transfer',
    table,
    deciders,
    lookUp,
    apply,
    terminate: reason => ({ message: 'terminate', reason: [reason] }),
    reasonOf: step => (step.message === 'terminate' ? step.reason.join('; ') || 'no reason given' : null),
    prepare: (_process, step) => step,
    reached: () => [],
    lanes: ({ role, state, data }, step, by) => [
      ...(role === 'provider' && touchesFlow(step, by) ? ['flow'] : []),
      ...watching(state, data),
    ],
  }
}

/** Our own start opens the flow while it is sent; everything else that moves data or stops it is work for the lane `flow`. */
const touchesFlow = ({ message }: TransferStep, by: Role): boolean =>
  message === 'start' ? by === 'consumer' : message !== 'request'

/** What has started is reviewed when its agreement may come to something else; what has ended, never. */
function watching(state: Transfer['state'], { reviewAt }: TransferData): readonly LaneWork[] {
  if (table.isTerminal(state)) return [{ lane: WATCH, due: null }]
  return state === 'STARTED' && reviewAt !== undefined ? [{ lane: WATCH, due: new Date(reviewAt) }] : []
}

function apply(process: Transfer, step: TransferStep, by: Role, world: TransferWorld, now: Date): TransferData {
  const { data, role, state } = process
  switch (step.message) {
    case 'request':
      return role === 'provider' ? requested(process, step, world, now) : data
    case 'start': {
      if (state === 'SUSPENDED' && data.suspendedBy !== by && !answersOurs(process, by))
        throw wrongState(`The ${data.suspendedBy} has suspended this transfer: only it can resume it.`)
      const { suspendedBy, heldByPolicy, awaitsStart, ...started } = data
      if (step.awaitsStart && role === 'provider') return { ...started, awaitsStart: true }
      if (by !== role && step.dataAddress)
        return { ...started, edr: { dataAddress: step.dataAddress, receivedAt: now.toISOString() } }
      // The access token ended with the suspension; the refresh token gets a new one.
      return started.edr ? { ...started, edr: { ...started.edr, receivedAt: new Date(0).toISOString() } } : started
    }
    case 'suspend':
      return { ...data, suspendedBy: by, ...(by === role && isHold(step) && { heldByPolicy: true as const }) }
    default:
      return withoutEdr(data)
  }
}

/** When a transfer has ended nothing is fetched any more. */
function withoutEdr({ edr: _, ...data }: TransferData): TransferData {
  return data
}

/** Whether it is the provider's answer to a resumption of ours whose acknowledgement is still on its way. */
const answersOurs = ({ role, sending }: Transfer, by: Role): boolean =>
  by !== role && by === 'provider' && sending[0]?.step.message === 'start'

/** Only under a finalised agreement of that very counterparty, as long as its policy holds, in a format on offer. */
function requested(
  { counterparty, data }: Transfer,
  { agreementId, format, dataAddress }: Extract<TransferStep, { message: 'request' }>,
  { agreement, standing, formats, claims }: TransferWorld,
  now: Date,
): TransferData {
  if (!agreement)
    throw new KontorError(
      'unknown-agreement',
      404,
      `There is no agreement ${JSON.stringify(agreementId)} with you that is finalised.`,
    )
  if (!formats.includes(format))
    throw invalid(`The dataset cannot be had as ${JSON.stringify(format)}.`, {
      faults: [{ path: '/format', message: `must be one of ${formats.join(', ') || '(none: the dataset is gone)'}` }],
    })
  if (isPush(format) && !dataAddress)
    throw invalid(`To push as ${format} we must know where to.`, {
      faults: [{ path: '/dataAddress', message: 'is missing' }],
    })
  if (agreement.retiredAt) throw forbidden(`The agreement has been retired: ${agreement.retiredReason}`)
  const participant = { id: counterparty, claims }
  const state = { now, ...standing }
  const report = evaluate(agreement.agreement, useBy({ participant, format }, 'transfer'), state)
  if (!report.permitted) throw forbidden(`The agreement does not permit it: ${briefly(report)}.`)
  const reviewAt = claims.credentials === undefined ? nextBoundary(agreement.agreement, state) : now
  return {
    ...data,
    agreementId,
    format,
    datasetId: agreement.datasetId,
    claims,
    ...(reviewAt && { reviewAt: reviewAt.toISOString() }),
    ...(dataAddress && { destination: dataAddress }),
  }
}

/** Whether the provider delivers (push) or the consumer fetches (pull): formats tell by their names. */
export const isPush = (format: string): boolean => format.endsWith('-PUSH')
