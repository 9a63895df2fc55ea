/** The two sides of every process. */
export type Role = 'consumer' | 'provider'

/** The side that is not this one. */
export const otherRole = (role: Role): Role => (role === 'consumer' ? 'provider' : 'consumer')

/** One move in a process: a protocol message and what it carries. */
export interface Step<Message extends string = string> {
  readonly message: Message
}

/** A step of ours under way; `id` is the `@id` of its message, the same at every attempt. */
export interface Sending<S extends Step = Step> {
  readonly id: string
  readonly step: S
}

/** A decision that somebody else has to make. */
export interface Waiting {
  readonly whom: 'person' | 'webhook'
  readonly since: string
  readonly reasons: readonly string[]
}

/** Somebody whom an operator's program wants to be called when something happens to a process that it has begun. */
export interface Callback {
  readonly url: string
  /** Beginnings of the names of events, in the words of whoever asked for it. */
  readonly events: readonly string[]
  /** Whether whoever asked wanted to be called before the step counts; it is shown again, and no process waits for it. */
  readonly transactional: boolean
  /** A header that it wants to see. */
  readonly header?: string
  /** The name of the secret that stands in that header. */
  readonly secret?: string
}

/** Of what a process is about, that which concerns those who want to be called. */
export interface CalledBack {
  /** In the order in which they were named. */
  readonly callbacks?: readonly Callback[]
}

/** A contract negotiation or transfer process as it is kept: one row, enough to decide the next move. */
export interface Process<State extends string = string, S extends Step = Step, Data = unknown> {
  readonly id: string
  readonly role: Role
  /** Null until the first message is acknowledged. */
  readonly state: State | null
  readonly counterparty: string
  /** The counterparty's id of the same process. */
  readonly peerPid: string | null
  /** Base URL to which the counterparty is sent messages. */
  readonly address: string
  readonly data: Data
  readonly sending: readonly Sending<S>[]
  /** Digests of the counterparty's latest messages. */
  readonly seen: readonly string[]
  /** How often each state was reached. */
  readonly visits: Readonly<Record<string, number>>
  /** Whom we have asked for a decision, or null. */
  readonly waiting: Waiting | null
  /** Why it ended badly, or null. */
  readonly error: string | null
  readonly version: number
  readonly journalSeq: number
  readonly journalHash: string
  readonly createdAt: Date
  readonly updatedAt: Date
}

/** What can be thought about the next move of a process, and why. */
export type Opinion<S extends Step> = {
  readonly reasons?: readonly string[]
  /** What was judged, and how: kept in the journal, so that the decision can be explained. */
  readonly report?: object
} & (
  | Move<S>
  /** Make no move by ourselves; the counterparty or an operator will. */
  | { readonly kind: 'nothing' }
  /** Ask somebody; the answer comes as a command, perhaps days later. */
  | { readonly kind: 'ask'; readonly whom: Waiting['whom'] }
)

/** Make this move, at once or after some milliseconds, if the process is still in the same state then. */
interface Move<S extends Step> {
  readonly kind: 'move'
  readonly step: S
  readonly after?: number
}

/** The moment at which deciders are asked. */
export interface Situation<P extends Process, World> {
  readonly process: P
  /** The table's word for what is to be done now by the one who is asked. */
  readonly task: string | undefined
  /** The counterparty's message was received, or a message of ours acknowledged. */
  readonly cause: 'received' | 'acknowledged'
  readonly message: string
  /** What the room looked up for its deciders. */
  readonly world: World
  readonly now: Date
}

/** Has an opinion on a situation, or none. Pure: it may be asked again after a crash. */
export interface Decider<P extends Process, World, S extends Step> {
  readonly name: string
  decide(situation: Situation<P, World>): Opinion<S> | undefined
}
