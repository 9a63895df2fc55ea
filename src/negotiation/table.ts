import { createTable, type Row } from '../process/index.ts'

/** The states of DSP 2025-1; a negotiation without one has not been acknowledged yet. */
export type State = 'REQUESTED' | 'OFFERED' | 'ACCEPTED' | 'AGREED' | 'VERIFIED' | 'FINALIZED' | 'TERMINATED'

/** What one side can say. `accept` and `finalize` are the two events of ContractNegotiationEventMessage. */
export type Message = 'request' | 'offer' | 'accept' | 'agree' | 'verify' | 'finalize' | 'terminate'

/** What the receiver of a message has to do, if no decider thinks otherwise. */
export type Task = 'considerOffer' | 'sendAgreement' | 'sendVerification' | 'sendFinalization'

/**
 * Contract negotiation, row by row as in the state diagram of the Dataspace Protocol 2025-1.
 * A new rule of the protocol is a new row here, and nothing else. The row behind the line is beyond the diagram: an Eclipse EDC whose
 * memory of having agreed got lost agrees once more, by another agreement, and that one counts.
 */
// biome-ignore format: a table is read by its columns
export const transitions: readonly Row<State, Message, Task>[] = [
  // from        message      sent by     to            its receiver then
  [ null,        'request',   'consumer', 'REQUESTED',  'considerOffer'    ],
  [ null,        'offer',     'provider', 'OFFERED',    'considerOffer'    ],
  [ 'REQUESTED', 'offer',     'provider', 'OFFERED',    'considerOffer'    ],
  [ 'REQUESTED', 'agree',     'provider', 'AGREED',     'sendVerification' ],
  [ 'OFFERED',   'request',   'consumer', 'REQUESTED',  'considerOffer'    ],
  [ 'OFFERED',   'accept',    'consumer', 'ACCEPTED',   'sendAgreement'    ],
  [ 'ACCEPTED',  'agree',     'provider', 'AGREED',     'sendVerification' ],
  [ 'AGREED',    'verify',    'consumer', 'VERIFIED',   'sendFinalization' ],
  [ 'VERIFIED',  'finalize',  'provider', 'FINALIZED',  null               ],
  // "The message MAY be sent at any state": the diagram draws some of these arrows for one side only, the text rules.
  [ 'REQUESTED', 'terminate', 'consumer', 'TERMINATED', null               ],
  [ 'REQUESTED', 'terminate', 'provider', 'TERMINATED', null               ],
  [ 'OFFERED',   'terminate', 'consumer', 'TERMINATED', null               ],
  [ 'OFFERED',   'terminate', 'provider', 'TERMINATED', null               ],
  [ 'ACCEPTED',  'terminate', 'consumer', 'TERMINATED', null               ],
  [ 'ACCEPTED',  'terminate', 'provider', 'TERMINATED', null               ],
  [ 'AGREED',    'terminate', 'consumer', 'TERMINATED', null               ],
  [ 'AGREED',    'terminate', 'provider', 'TERMINATED', null               ],
  [ 'VERIFIED',  'terminate', 'consumer', 'TERMINATED', null               ],
  [ 'VERIFIED',  'terminate', 'provider', 'TERMINATED', null               ],
  // ————————————————————————————————————————————————————————————————————————
  [ 'AGREED',    'agree',     'provider', 'AGREED',     null               ],
]

export const table = createTable(transitions)
