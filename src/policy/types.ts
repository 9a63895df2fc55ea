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

/**
 * Where in the life of a contract a policy is asked. At the earlier stages some things cannot be known yet (how often
 * data was fetched), some never by a connector (for what purpose): such a constraint is `deferred` there.
 */
export type Stage = 'catalog' | 'negotiation' | 'transfer' | 'access'

/** Who asks. `claims.groups` are names of groups; `claims.credentials` are verified credentials (`PolicyCredential`). */
export interface Participant {
  readonly id: string
  readonly claims: Readonly<Record<string, unknown>>
}

/** A credential that somebody has verified: issuer, signature, status. Its validity in time is looked at again here. */
export interface PolicyCredential {
  readonly types: readonly string[]
  readonly issuer: string
  readonly subject: Readonly<Record<string, unknown>>
  /** xsd:dateTime. */
  readonly validFrom?: string
  readonly validUntil?: string
}

/** What is asked of a policy: may this participant do this? */
export interface PolicyRequest {
  /** The ids of the request and of its rule, to be repeated in reports. */
  readonly id?: string | undefined
  readonly rule?: string | undefined
  /** ODRL action, term or IRI: `use`. */
  readonly action: string
  readonly participant: Participant
  /** The asset asked for; the policy's own target if absent. */
  readonly target?: string | undefined
  /** Where the question comes up; absent for a policy judged by itself, to which everything must be known. */
  readonly stage?: Stage | undefined
  /** What is stated of this very use, by left operand: `{ purpose: 'https://w3id.org/dpv#Research', format: 'HttpData-PULL' }`. */
  readonly context?: Readonly<Record<string, unknown>> | undefined
}

/** Something that was done, or that can no longer be done, such as a duty. */
export interface Performance {
  /** The id of the rule it belongs to, if that has one; otherwise action, target and party tell. */
  readonly rule?: string
  readonly action?: string
  readonly target?: string
  readonly assignee?: string
  /** `Unperformed` is what was not done and can no longer be done. */
  readonly state: 'Performed' | 'Unperformed' | 'Unknown'
  readonly at?: Date
  /** What is known of it, by left operand, for refinements: `{ payAmount: { '@value': '5.00', unit: 'EUR' } }`. */
  readonly values?: Readonly<Record<string, unknown>>
  /** The id of the report that tells of it. */
  readonly report?: string
}

/** An action that ODRL's vocabulary does not have: which one it is a kind of, and which must not be forbidden for it. */
export interface ActionDefinition {
  readonly includedIn?: readonly string[]
  readonly implies?: readonly string[]
}

type Lists = Readonly<Record<string, readonly string[]>>

/** The state of the world that a policy is judged in. Pure data: the engine knows neither clock nor database. */
export interface PolicyState {
  readonly now: Date
  /** When the contract was agreed; absent before. */
  readonly agreedAt?: Date
  /** When the first use under the contract began, and the latest one. */
  readonly startedAt?: Date
  readonly lastUsedAt?: Date
  /** Uses and bytes under this contract so far, and milliseconds of use, the present use not among them. */
  readonly count?: number
  readonly bytes?: number
  readonly metered?: number
  /** Further facts by left operand, such as `payAmount`. */
  readonly values?: Readonly<Record<string, unknown>>
  readonly performances?: readonly Performance[]
  /** Of parties, assets and values: what they are part of. */
  readonly partOf?: Lists
  /** Of parties, assets and values: what they are (`rdf:type`). */
  readonly types?: Lists
  readonly actions?: Readonly<Record<string, ActionDefinition>>
  /** When named events take place, for the left operand `event`. */
  readonly events?: Readonly<Record<string, { readonly from: Date; readonly to: Date }>>
  /** The values that `rightOperandReference` points to: nothing is fetched. */
  readonly references?: Readonly<Record<string, unknown>>
  /** The policies that others inherit from, by id. */
  readonly policies?: (id: string) => Policy | undefined
}

/** What an operand's values are found in: the question, and the world it is asked in. */
export type Facts = PolicyRequest & PolicyState
