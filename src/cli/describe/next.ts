import type { NegotiationDetails, TransferDetails } from '../get/shapes.ts'

/** A command that can be given now, and what it is for. */
export type Next = readonly [command: string, purpose: string]

/** When a message of ours has been on its way for as many attempts, somebody should look what is wrong. */
const TROUBLE = 1

type Standing = Pick<NegotiationDetails, 'counterparty' | 'address' | 'delivery'>

/** A peer that cannot be reached, or does not answer: the doctor. */
const toDoctor = ({ counterparty, address }: Standing, why: string): Next => [
  `kontor doctor ${quoted(counterparty)} --address ${quoted(address)}`,
  why,
]

/** An id as a shell takes it. */
export const quoted = (text: string): string =>
  /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`

const inTrouble = ({ delivery }: Standing): boolean => (delivery?.attempts ?? 0) >= TROUBLE

/** What can be done about a negotiation. */
export function nextForNegotiation(negotiation: NegotiationDetails): readonly Next[] {
  const { id, role, state, agreementId, waiting, offers, sending } = negotiation
  const say = (verb: string, purpose: string): Next => [`kontor negotiation ${verb} ${quoted(id)}`, purpose]
  if (state === 'FINALIZED' && role === 'consumer' && agreementId)
    return [[`kontor transfer ${quoted(agreementId)} --to FILE`, 'fetch the data under the agreement']]
  if (state === 'FINALIZED') return [[`kontor describe agreement ${quoted(agreementId ?? '')}`, 'see what was agreed']]
  if (state === 'TERMINATED')
    return role === 'consumer'
      ? [[`kontor negotiate ${quoted(negotiation.counterparty)} ${quoted(negotiation.dataset)}`, 'try again']]
      : []
  const end = say('terminate', 'end it')
  if (inTrouble(negotiation)) return [toDoctor(negotiation, 'find out what is wrong, and on whose side'), end]
  const theirs = offers.at(-1)?.by !== role
  if (waiting || (theirs && sending.length === 0 && (state === 'OFFERED' || state === 'REQUESTED')))
    return [
      say('accept', 'say yes to the latest offer'),
      [`kontor negotiation counter ${quoted(id)} --offer FILE`, 'answer with other terms'],
      say('terminate', 'say no'),
    ]
  return [toDoctor(negotiation, 'nothing moves? see whether the other side can be reached, and can reach you'), end]
}

/** What can be done about a transfer. */
export function nextForTransfer(transfer: TransferDetails): readonly Next[] {
  const { id, role, state, hasEdr, agreementId } = transfer
  const say = (verb: string, purpose: string): Next => [`kontor transfer ${verb} ${quoted(id)}`, purpose]
  const end = say('terminate', 'end it')
  if (state === 'TERMINATED' || state === 'COMPLETED')
    return role === 'consumer' ? [[`kontor transfer ${quoted(agreementId ?? '')}`, 'ask for the data again']] : []
  if (inTrouble(transfer)) return [toDoctor(transfer, 'find out what is wrong, and on whose side'), end]
  if (state === 'SUSPENDED') return [say('resume', 'let data flow again'), end]
  if (state === 'STARTED')
    return [
      ...(role === 'consumer' && hasEdr ? ([[`kontor fetch ${quoted(id)}`, 'download the data']] as const) : []),
      say('suspend', 'halt it'),
      end,
    ]
  return [toDoctor(transfer, 'nothing moves? see whether the other side can be reached, and can reach you'), end]
}
