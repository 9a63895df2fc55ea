import { randomUUID } from 'node:crypto'
import type { Process, Role } from './types.ts'

/** What a process is begun with. */
export interface Beginning {
  /** The id that it is to have, by `newProcessId`; without it a new one. */
  readonly id?: string
  readonly role: Role
  readonly counterparty: string
  readonly address: string
  readonly data: unknown
}

/** An id that no process has. */
export const newProcessId = (): string => `urn:uuid:${randomUUID()}`

/** A process in which nothing has happened yet. */
export function beginProcess<P extends Process>(beginning: Beginning, peerPid: string | null, at: Date): P {
  const { id = newProcessId(), role, counterparty, address, data } = beginning
  const process: Process = {
    id,
    role,
    state: null,
    counterparty,
    peerPid,
    address,
    data,
    sending: [],
    seen: [],
    visits: {},
    waiting: null,
    error: null,
    version: 1,
    journalSeq: 0,
    journalHash: '',
    createdAt: at,
    updatedAt: at,
  }
  // A kind narrows the types of state, steps and data, and none of them is there yet but the data it has given.
  return process as P
}
