import { createTable, type Row } from '../process/index.ts'

/** The states of DSP 2025-1; a transfer process without one has not been acknowledged yet. */
export type State = 'REQUESTED' | 'STARTED' | 'SUSPENDED' | 'COMPLETED' | 'TERMINATED'

/** What one side can say. */
export type Message = 'request' | 'start' | 'suspend' | 'complete' | 'terminate'

/** What the receiver of a message has to do, if no decider thinks otherwise. */
export type Task = 'considerRequest' | 'answerResumption'

/**
 * The transfer process, row by row as in the state diagram of the Dataspace Protocol 2025-1; and behind the line one arrow more, which
 * the diagram does not have: the Eclipse EDC answers a consumer that resumes by a start of its own, with a new token.
 */
// biome-ignore format: a table is read by its columns
export const transitions: readonly Row<State, Message, Task>[] = [
  // from        message      sent by     to            its receiver then
  [ null,        'request',   'consumer', 'REQUESTED',  'considerRequest'  ],
  [ 'REQUESTED', 'start',     'provider', 'STARTED',    null               ],
  [ 'REQUESTED', 'terminate', 'consumer', 'TERMINATED', null               ],
  [ 'REQUESTED', 'terminate', 'provider', 'TERMINATED', null               ],
  [ 'STARTED',   'suspend',   'consumer', 'SUSPENDED',  null               ],
  [ 'STARTED',   'suspend',   'provider', 'SUSPENDED',  null               ],
  [ 'STARTED',   'complete',  'consumer', 'COMPLETED',  null               ],
  [ 'STARTED',   'complete',  'provider', 'COMPLETED',  null               ],
  [ 'STARTED',   'terminate', 'consumer', 'TERMINATED', null               ],
  [ 'STARTED',   'terminate', 'provider', 'TERMINATED', null               ],
  [ 'SUSPENDED', 'start',     'consumer', 'STARTED',    'answerResumption' ],
  [ 'SUSPENDED', 'start',     'provider', 'STARTED',    null               ],
  [ 'SUSPENDED', 'terminate', 'consumer', 'TERMINATED', null               ],
  [ 'SUSPENDED', 'terminate', 'provider', 'TERMINATED', null               ],
  // ————————————————————————————————————————————————————————————————————————
  [ 'STARTED',   'start',     'provider', 'STARTED',    null               ],
]

export const table = createTable(transitions)
