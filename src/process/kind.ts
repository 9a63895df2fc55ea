import type { Queryable, Transaction } from '../db/types.ts'
import type { Beside, Kind } from './store.ts'
import type { Table } from './table.ts'
import type { Decider, Process, Role, Step } from './types.ts'

/** What is attested about a counterparty, by claim name. */
export type Claims = Readonly<Record<string, unknown>>

/** Work in a lane at another time than at once; null when nothing is left to do there. */
export interface LaneWork {
  readonly lane: string
  readonly due: Date | null
}

/** Something that is written beside a process: in the same statement, or (which costs more) in the same transaction after it. */
export type Deed = Beside | ((tx: Transaction) => Promise<void>)

/** What makes a negotiation a negotiation and a transfer a transfer: the rest is the same and stands in the runner. */
export interface Rules<P extends Process<string, S>, S extends Step, World> {
  readonly kind: Kind
  readonly table: Table<string, string, string>
  /** The step that ends a process, with its reason. */
  terminate(reason: string): S
  /** Why this step ends a process, if that is what it does. */
  reasonOf(step: S): string | null
  /** Looks up what the deciders and `apply` have to know, and changes nothing: a turn may be made again. */
  lookUp(on: Queryable, process: P, step: S, task: string | null, claims: Claims): Promise<World>
  /** Fixes what a step of ours carries at the moment it is put under way: ids, times. */
  prepare(process: P, step: S, now: Date): S
  /** What the process is about after a step. Pure; throws if the step's content cannot be taken. */
  apply(process: P, step: S, by: Role, world: World, now: Date): P['data']
  /** Asked in this order, the first opinion wins. */
  readonly deciders: readonly Decider<P, World, S>[]
  /** What else is to be written when these states have just been reached. */
  reached(process: P, states: readonly string[]): readonly Deed[]
  /** Lanes of the outbox, besides sending, that have work now that a step was taken, or one of ours put under way. */
  lanes(process: P, step: S, by: Role): readonly (string | LaneWork)[]
}
