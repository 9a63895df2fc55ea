import type { DoctorQuestion, PeersGiven } from './types.ts'
import type { Versions } from './versions.ts'

/** What is known of a peer while it is examined; each check adds what it has found out. */
export interface Patient {
  readonly question: DoctorQuestion
  /** Its root or protocol URL, as far as it is known. */
  address?: string
  /** Who it is; only if that is said by the operator, or proven. */
  id?: string
  /** Where its host lies. */
  addresses?: readonly string[]
  versions?: Versions
  /** Where it receives messages. */
  protocolUrl?: string
  /** The terms under which a dataset is to be had. */
  terms?: readonly object[]
  /** Checks that found something ill. */
  readonly ill: Set<string>
}

/** All that a check may use. */
export type Given = PeersGiven
