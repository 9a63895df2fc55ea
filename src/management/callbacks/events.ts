import type { EventType, Fact, ProcessFact } from '../../events/index.ts'

/** An event in the EDC's words: its name, by which it is chosen, and the type of what is told of it. */
export interface EdcEvent {
  readonly name: string
  readonly type: string
}

/** What the EDC calls what happens to a negotiation or a transfer. */
// biome-ignore format: a table is read by its columns
const events: { readonly [T in EventType]?: readonly EdcEvent[] } = {
  'negotiation.requested':  [ { name: 'contract.negotiation.requested',  type: 'ContractNegotiationRequested'  } ],
  'negotiation.offered':    [ { name: 'contract.negotiation.offered',    type: 'ContractNegotiationOffered'    } ],
  'negotiation.accepted':   [ { name: 'contract.negotiation.accepted',   type: 'ContractNegotiationAccepted'   } ],
  'negotiation.agreed':     [ { name: 'contract.negotiation.agreed',     type: 'ContractNegotiationAgreed'     } ],
  'negotiation.verified':   [ { name: 'contract.negotiation.verified',   type: 'ContractNegotiationVerified'   } ],
  'negotiation.finalized':  [ { name: 'contract.negotiation.finalized',  type: 'ContractNegotiationFinalized'  } ],
  'negotiation.terminated': [ { name: 'contract.negotiation.terminated', type: 'ContractNegotiationTerminated' } ],
  'transfer.requested':     [ { name: 'transfer.process.requested',      type: 'TransferProcessRequested'      } ],
  'transfer.started':       [ { name: 'transfer.process.started',        type: 'TransferProcessStarted'        } ],
  'transfer.suspended':     [ { name: 'transfer.process.suspended',      type: 'TransferProcessSuspended'      } ],
  'transfer.completed':     [ { name: 'transfer.process.completed',      type: 'TransferProcessCompleted'      } ],
  'transfer.terminated':    [ { name: 'transfer.process.terminated',     type: 'TransferProcessTerminated'     } ],
}

/** Before anything is said there is the wish of an operator. */
// biome-ignore format: a table is read by its columns
const beginnings: { readonly [T in EventType]?: EdcEvent } = {
  'negotiation.commanded':  { name: 'contract.negotiation.initiated',    type: 'ContractNegotiationInitiated'  },
  'transfer.commanded':     { name: 'transfer.process.initiated',        type: 'TransferProcessInitiated'      },
}

/** The EDC's name for that has another ending than its type. */
const resumed: EdcEvent = { name: 'transfer.process.resuming', type: 'TransferProcessResumed' }

/** What has happened, in the EDC's words: nothing where it has none. */
export function edcEvents(fact: Pick<Fact, 'type' | 'data'>): readonly EdcEvent[] {
  const beginning = beginnings[fact.type]
  // Types of processes have data of that shape: see the table of all events.
  const { journal, cause } = fact.data as ProcessFact
  if (beginning) return journal?.seq === 1 ? [beginning] : []
  const found = events[fact.type] ?? []
  // What we have started ourselves as consumer was started before, and had been suspended.
  return fact.type === 'transfer.started' && cause === 'acknowledged' ? [resumed, ...found] : found
}
