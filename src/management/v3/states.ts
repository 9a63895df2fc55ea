import type { Negotiation, NegotiationState, NegotiationStep } from '../../negotiation/index.ts'
import type { Transfer, TransferState, TransferStep } from '../../transfer/index.ts'
import type { Named } from './named.ts'

/** EDC's states of a contract negotiation, with the numbers that some clients filter by. */
// biome-ignore format: a table is read by its columns
export const negotiationCodes = {
  INITIAL:     50, REQUESTING:  100, REQUESTED:   200, OFFERING:    300, OFFERED:   400,
  ACCEPTING:  700, ACCEPTED:    800, AGREEING:    825, AGREED:      850, VERIFYING: 1050,
  VERIFIED:  1100, FINALIZING: 1150, FINALIZED:  1200, TERMINATING: 1300, TERMINATED: 1400,
} as const

/**
 * EDC's states of a transfer process, with their numbers. Those of provisioning, and those in which it waits for a data plane of another
 * process, are never reached here: a filter by them finds nothing.
 */
// biome-ignore format: a table is read by its columns
export const transferCodes = {
  INITIAL:    100, PROVISIONING: 200, PROVISIONED: 300, REQUESTING: 400, REQUESTED:  500,
  STARTING:   550, STARTED:      600, SUSPENDING:  650, SUSPENDED:  700, RESUMING:   720,
  RESUMED:    725, COMPLETING:   750, COMPLETED:   800, TERMINATING: 825, TERMINATED: 850,
  DEPROVISIONING: 900, DEPROVISIONED: 1000,
  PREPARATION_REQUESTED: 250, STARTUP_REQUESTED: 570, SUSPENDING_REQUESTED: 675, RESUMING_REQUESTED: 722,
  COMPLETING_REQUESTED: 775, TERMINATING_REQUESTED: 840, DEPROVISIONING_REQUESTED: 950,
} as const

type NegotiationName = keyof typeof negotiationCodes
type TransferName = keyof typeof transferCodes

/** EDC has a state of its own for each message that is on its way. */
// biome-ignore format: a table is read by its columns
const negotiationSending: Readonly<Record<NegotiationStep['message'], NegotiationName>> = {
  request: 'REQUESTING', offer: 'OFFERING', accept: 'ACCEPTING', agree: 'AGREEING',
  verify: 'VERIFYING', finalize: 'FINALIZING', terminate: 'TERMINATING',
}

// biome-ignore format: a table is read by its columns
const transferSending: Readonly<Record<TransferStep['message'], TransferName>> = {
  request: 'REQUESTING', start: 'STARTING', suspend: 'SUSPENDING', complete: 'COMPLETING', terminate: 'TERMINATING',
}

// biome-ignore format: one list
const negotiationStates: readonly NegotiationState[] = [
  'REQUESTED', 'OFFERED', 'ACCEPTED', 'AGREED', 'VERIFIED', 'FINALIZED', 'TERMINATED',
]
const transferStates: readonly TransferState[] = ['REQUESTED', 'STARTED', 'SUSPENDED', 'COMPLETED', 'TERMINATED']

/** How a negotiation stands, in EDC's words: a step of ours under way counts, as it does there. */
export const negotiationState = ({ state, sending }: Pick<Negotiation, 'state' | 'sending'>): NegotiationName =>
  nameOfNegotiation(state, sending.at(-1)?.step.message)

/** How a transfer stands, in EDC's words. */
export const transferState = ({ state, sending }: Pick<Transfer, 'state' | 'sending'>): TransferName =>
  nameOfTransfer(state, sending.at(-1)?.step.message)

const nameOfNegotiation = (state: NegotiationState | null, sending: NegotiationStep['message'] | undefined) =>
  sending ? negotiationSending[sending] : (state ?? 'INITIAL')

function nameOfTransfer(state: TransferState | null, sending: TransferStep['message'] | undefined): TransferName {
  if (state === 'SUSPENDED' && sending === 'start') return 'RESUMING'
  return sending ? transferSending[sending] : (state ?? 'INITIAL')
}

/** EDC's states of a negotiation, and the standings (see `ProcessField`) that each of them is. */
export const namedNegotiations = (): readonly Named<string>[] =>
  named(negotiationCodes, standingsOf(negotiationStates, negotiationSending, nameOfNegotiation))

/** The same for transfers. */
export const namedTransfers = (): readonly Named<string>[] =>
  named(transferCodes, standingsOf(transferStates, transferSending, nameOfTransfer))

const named = (codes: Readonly<Record<string, number>>, all: readonly Standing[]): readonly Named<string>[] =>
  Object.entries(codes).map(([name, code]) => ({
    name,
    code,
    means: all.filter(standing => standing.name === name).map(({ standing }) => standing),
  }))

interface Standing {
  readonly name: string
  readonly standing: string
}

/** Every state with every message, and without one: more than can happen, so that nothing is overlooked. */
function standingsOf<State extends string, Message extends string>(
  states: readonly State[],
  messages: Readonly<Record<Message, string>>,
  nameOf: (state: State | null, sending: Message | undefined) => string,
): readonly Standing[] {
  // The keys of the table are exactly the messages.
  const sent = [undefined, ...(Object.keys(messages) as Message[])]
  return [null, ...states].flatMap(state =>
    sent.map(message => ({
      name: nameOf(state, message),
      standing: `${state ?? 'INITIAL'}${message ? `>${message}` : ''}`,
    })),
  )
}
