import type { Value } from './values.ts'

/**
 * How a constraint or another premise comes out. `undetermined` is what cannot be known here: it never opens a door.
 * `deferred` is what is not to be judged at this stage: it neither opens nor closes.
 */
export type Outcome = 'satisfied' | 'unsatisfied' | 'undetermined' | 'deferred'

/** Why a premise is undetermined or deferred: a code for programs, and the name it is about. */
export interface Why {
  readonly code: WhyCode
  readonly about?: string
}

export type WhyCode =
  | 'unknown-operand'
  | 'unknown-operator'
  | 'operator-does-not-fit'
  | 'unreadable-value'
  | 'unknown-unit'
  | 'unknown-reference'
  | 'not-a-constraint'
  | 'unknown-action'
  | 'no-credential'
  | 'no-claim'
  | 'not-stated'
  | 'not-yet'
  | 'not-observable'
  | 'no-class'

/** Why a whole policy is void, or what is wrong with a place of it. */
export interface Problem {
  readonly code:
    | 'unknown-profile'
    | 'unknown-conflict'
    | 'conflict'
    | 'replaced'
    | 'unknown-parent'
    | 'circular-inheritance'
    | 'too-large'
    | 'malformed'
    | WhyCode
  /** JSON pointer into the policy. */
  readonly path: string
  readonly message: string
}

export interface ConstraintReport {
  readonly kind: 'constraint'
  readonly id?: string | undefined
  /** The operand's IRI, or the name as it is written if nobody knows it. */
  readonly leftOperand: string
  /** What the left operand stood for; empty if that was nothing, or unknown. */
  readonly left: readonly Value[]
  readonly operator: string
  readonly right: readonly Value[]
  /** The right operand as it is written. */
  readonly rightOperand: readonly unknown[]
  readonly outcome: Outcome
  readonly why?: Why | undefined
}

export interface LogicalReport {
  readonly kind: 'logical'
  readonly id?: string | undefined
  readonly operand: 'and' | 'or' | 'xone' | 'andSequence'
  readonly parts: readonly ConditionReport[]
  readonly outcome: Outcome
}

export type ConditionReport = ConstraintReport | LogicalReport

/** Whether party, target or action of the request are those of the rule; `parts` are the refinements that were looked at. */
export interface MatchReport {
  readonly kind: 'party' | 'target' | 'action'
  readonly wanted: readonly string[]
  readonly found: string
  readonly parts: readonly ConditionReport[]
  readonly outcome: Outcome
  readonly why?: Why | undefined
}

export type PremiseReport = MatchReport | ConditionReport

export type RuleKind = 'permission' | 'prohibition' | 'obligation' | 'duty' | 'remedy' | 'consequence'

/** How a rule was judged, in the terms of the ODRL compliance report model. */
export interface RuleReport {
  readonly kind: RuleKind
  readonly id?: string | undefined
  /** JSON pointer into the policy: `/permission/0`. */
  readonly path: string
  readonly action: string
  readonly attempt: 'Attempted' | 'NotAttempted'
  readonly activation: 'Active' | 'Inactive'
  readonly performance: 'Performed' | 'Unperformed' | 'Unknown'
  readonly deontic: 'Fulfilled' | 'Violated' | 'NonSet'
  /** What all premises come to together. */
  readonly outcome: Outcome
  readonly premises: readonly PremiseReport[]
  /** Of a permission its duties, of a prohibition its remedies, of a duty its consequences. */
  readonly duties: readonly RuleReport[]
  /** The report in the state of the world that told of the performance. */
  readonly evidence?: string | undefined
}

/** Why a decision fell as it did: plain data, to be kept, shown and explained. */
export interface Report {
  readonly permitted: boolean
  /** One English sentence for each rule or problem that decided; `explain` has more, and French. */
  readonly reasons: readonly string[]
  readonly policy?: string | undefined
  readonly request?: string | undefined
  readonly ruleRequest?: string | undefined
  readonly created: Date
  readonly action: string
  /** How permissions and prohibitions that contradict each other were settled; absent if none did. */
  readonly conflict?: 'perm' | 'prohibit' | 'invalid' | undefined
  /** What makes the whole policy void. */
  readonly problems: readonly Problem[]
  /** Prohibitions, permissions, obligations, each kind in the order of the policy. */
  readonly rules: readonly RuleReport[]
}
