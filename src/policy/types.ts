/** An ODRL policy in the compacted form of the DSP context: arrays where the context says sets, terms without prefix. */
export interface Policy {
  readonly '@id'?: string
  readonly '@type'?: 'Set' | 'Offer' | 'Agreement'
  readonly profile?: string | readonly string[]
  readonly target?: string
  readonly assigner?: string
  readonly assignee?: string
  readonly permission?: readonly Rule[]
  readonly prohibition?: readonly Rule[]
  readonly obligation?: readonly Rule[]
  readonly [extension: string]: unknown
}

/** A policy as it is offered; `@id` names the offer. */
export interface Offer extends Policy {
  readonly '@id': string
  readonly '@type': 'Offer'
}

/** What both sides have agreed to. */
export interface Agreement extends Policy {
  readonly '@id': string
  readonly '@type': 'Agreement'
  readonly target: string
  readonly assigner: string
  readonly assignee: string
  /** xsd:dateTime. */
  readonly timestamp: string
}

export interface Rule {
  readonly action: string
  readonly constraint?: readonly Constraint[]
  readonly duty?: readonly Rule[]
  readonly [extension: string]: unknown
}

type Constraint = AtomicConstraint | LogicalConstraint

interface AtomicConstraint {
  readonly leftOperand: string
  readonly operator: string
  readonly rightOperand: unknown
}

interface LogicalConstraint {
  readonly and?: readonly Constraint[]
  readonly or?: readonly Constraint[]
  readonly xone?: readonly Constraint[]
  readonly andSequence?: readonly Constraint[]
}

/** Where in the life of a contract a policy is asked: each access is judged anew. */
export type Stage = 'catalog' | 'negotiation' | 'transfer' | 'access'

/** Who asks, and what is attested about it. */
export interface Participant {
  readonly id: string
  readonly claims: Readonly<Record<string, unknown>>
}

/** What is asked of a policy: may this participant do this? */
export interface PolicyRequest {
  /** ODRL action, term or IRI: `use`. */
  readonly action: string
  readonly participant: Participant
  /** Where the question comes up; absent for a policy judged by itself, to which everything must be known. */
  readonly stage?: Stage
}

/** The state of the world that a policy is judged in. Pure data: the engine knows neither clock nor database. */
export interface PolicyState {
  readonly now: Date
  /** When the contract was agreed; absent before. */
  readonly agreedAt?: Date
}

/** What an operand's values are found in: the question, and the world it is asked in. */
export type Facts = PolicyRequest & PolicyState

/** What judging comes to. `unknown` is what this connector cannot judge: it never opens a door. */
export type Verdict = 'holds' | 'fails' | 'unknown'

/** How one atomic constraint was judged. */
export interface ConstraintLine {
  /** The kind of rule it stands in. */
  readonly rule: 'permission' | 'prohibition'
  readonly leftOperand: string
  /** What the left operand stood for; empty if that was unknown, or if there was nothing. */
  readonly leftValues: readonly string[]
  readonly operator: string
  readonly rightOperand: readonly unknown[]
  readonly verdict: Verdict
  readonly sentence: string
}

/** Why a decision fell as it did. */
export interface Report {
  readonly permitted: boolean
  /** One sentence for each rule that decided. */
  readonly reasons: readonly string[]
  /** Every constraint that was looked at, in the order of prohibitions and permissions. */
  readonly lines: readonly ConstraintLine[]
}
