import type { Test } from 'tap'
import type { Role } from '../../../src/process/index.ts'
import type { Subject } from './connector.ts'
import type { Peer } from './peer.ts'

/** A JSON object. */
export type Json = Readonly<Record<string, unknown>>

/** One message of a protocol, from both sides. */
export interface Word {
  readonly type: string
  /** Behind the process's id. */
  readonly path: string
  /** The state in which it leaves the process. */
  readonly state: string
  /** Whether the kit answers it with the process or with nothing. */
  readonly answered: boolean
  /** What the peer's message carries. */
  readonly says: (talk: Talk) => Json
  /** What the connector's message must carry, to the last property. It may look into it for what the connector was free to choose. */
  readonly carries: (talk: Talk, body: Json) => Json
}

/** One of the two protocols in which a process goes from state to state. */
export interface Protocol {
  readonly collection: 'negotiations' | 'transfers'
  readonly process: 'ContractNegotiation' | 'TransferProcess'
  readonly error: 'ContractNegotiationError' | 'TransferError'
  readonly words: { readonly [word: string]: Word }
}

/** An exchange as it goes on. */
export interface Talk {
  readonly t: Test
  readonly subject: Subject
  readonly peer: Peer
  readonly testId: string
  /** The connector's. */
  readonly role: Role
  /** The connector's id of the process, once it has told. */
  pid: string | undefined
  /** The peer's. */
  readonly peerPid: string
  state: string
  /** What was said by either side, in order. */
  readonly said: { readonly type: string; readonly carried: Json }[]
}
