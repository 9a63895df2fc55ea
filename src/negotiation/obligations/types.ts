import type { Role } from '../../process/index.ts'

/** How a duty stands: not in effect yet, to be done, done, or not done in time. */
export type ObligationState = 'inactive' | 'pending' | 'fulfilled' | 'violated'

/** Something that an agreement demands to be done: a duty in its place, as it stands at present. */
export interface Duty {
  /** JSON pointer into the agreement: `/permission/0/duty/0`. */
  readonly path: string
  /** An obligation stands by itself, a duty comes before a permission; remedy and consequence follow from a breach. */
  readonly kind: 'obligation' | 'duty' | 'remedy' | 'consequence'
  readonly action: string
  /** As it stands in the agreement. */
  readonly rule: unknown
  readonly state: ObligationState
  /** By when it must be done. */
  readonly due: Date | null
}

/** A duty as it is kept, with what was stated of its being done. */
export interface Obligation extends Duty {
  readonly id: string
  readonly agreementId: string
  /** Our side of the agreement. */
  readonly role: Role
  readonly counterparty: string
  readonly negotiationId: string
  readonly remindedAt: Date | null
  readonly performedAt: Date | null
  readonly performedBy: string | null
  /** What shows that it was done, in whatever form it was given. */
  readonly evidence: unknown
  /** When, as somebody has stated, it was missed; of a remedy when the prohibition was broken that it makes up for. */
  readonly breachedAt: Date | null
  readonly breachedBy: string | null
  readonly breachEvidence: unknown
  readonly createdAt: Date
  readonly updatedAt: Date
}

/** What is told of obligations. */
export interface ObligationEvents {
  obligationChanged(event: {
    readonly obligation: string
    readonly agreement: string
    readonly role: Role
    readonly counterparty: string
    readonly action: string
    /** How it stands now; `due` is a reminder that it is to be done soon. */
    readonly state: ObligationState | 'due'
    readonly due: Date | null
  }): void
}
