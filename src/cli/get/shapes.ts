import type { Policy } from '../../policy/index.ts'

/** What the management API tells of things, as far as people are shown it. */

/** A message of ours under way. */
export interface Delivery {
  readonly since: string
  readonly attempts: number
  readonly nextAttempt: string
  readonly deadline: string
  readonly lastError: string | null
}

/** Something else to be done that has failed. */
export interface Failing {
  readonly lane: string
  readonly since: string
  readonly attempts: number
  readonly lastError: string
  readonly nextAttempt: string
}

/** An attempt to bring an event to a program. */
export interface Attempt {
  readonly at: string
  readonly event: string
  readonly type: string
  readonly ms: number
  readonly status: number | null
  readonly error: string | null
  readonly nextAttempt: string | null
}

/** Somebody who is told what happens to a process. */
export interface Callback {
  readonly url: string
  readonly events: readonly string[]
  readonly pending: number
  readonly delivery: {
    readonly attempts: number
    readonly lastError: string | null
    readonly nextAttempt: string | null
    readonly deadline: string
  } | null
}

/** What negotiations and transfers have in common. */
export interface Process {
  readonly id: string
  readonly role: 'consumer' | 'provider'
  /** Null until the first message is acknowledged. */
  readonly state: string | null
  readonly counterparty: string
  readonly dataset: string
  readonly agreementId: string | null
  readonly waiting: { readonly whom: string; readonly since: string; readonly reasons: readonly string[] } | null
  readonly sending: readonly string[]
  readonly error: string | null
  readonly createdAt: string
  readonly updatedAt: string
}

export type Negotiation = Process

export interface NegotiationDetails extends Process {
  readonly address: string
  readonly peerPid: string | null
  readonly offers: readonly {
    readonly by: string
    readonly at: string
    readonly offer: Policy & { readonly '@id'?: string }
  }[]
  readonly needs: Policy | null
  readonly agreement: Policy | null
  readonly delivery: Delivery | null
  readonly failing: readonly Failing[]
  readonly callbacks: readonly Callback[]
}

export interface Transfer extends Process {
  readonly format: string
  readonly suspendedBy: string | null
  readonly hasEdr: boolean
}

export interface TransferDetails extends Transfer {
  readonly address: string
  readonly peerPid: string | null
  readonly destination: string | null
  readonly delivery: Delivery | null
  readonly failing: readonly Failing[]
  readonly callbacks: readonly Callback[]
}

export interface Agreement {
  readonly id: string
  readonly role: 'consumer' | 'provider'
  readonly counterparty: string
  readonly dataset: string
  readonly negotiationId: string
  readonly agreedAt: string
  readonly finalizedAt: string | null
  readonly retiredAt: string | null
  readonly retiredReason: string | null
}

export interface AgreementDetails extends Agreement {
  readonly digest: string
  readonly policyHash: string | null
  readonly agreement: Policy
}

export interface Obligation {
  readonly id: string
  readonly state: string
  readonly role: string
  readonly agreement: string
  readonly action: string
  readonly due: string | null
}

export interface ObligationDetails extends Obligation {
  readonly counterparty: string
  readonly kind: string
  readonly path: string
  readonly rule: unknown
  readonly remindedAt: string | null
  readonly performedAt: string | null
  readonly performedBy: string | null
  readonly breachedAt: string | null
  readonly breachedBy: string | null
}

/** Where events are brought to. */
export interface Webhook {
  readonly id: string
  readonly url: string
  readonly types: readonly string[] | null
  readonly subject: string | null
  readonly process: string | null
  readonly enabled: boolean
  readonly disabledReason: string | null
  readonly place: number
  readonly deliveredAt: string | null
  readonly delivery: {
    readonly attempts: number
    readonly failingSince: string | null
    readonly lastError: string | null
    readonly nextAttempt: string | null
    readonly deadline: string | null
  }
  readonly createdAt: string
}

/** A participant whose catalogue is kept here. */
export interface FederatedPeer {
  readonly id: string
  readonly address: string | null
  readonly datasets: number
  readonly crawledAt: string | null
  readonly changedAt: string | null
  readonly triedAt: string | null
  readonly stale: boolean
  readonly attempts: number
  readonly lastError: string | null
  readonly nextAttempt: string | null
}

/** In the EDC's words. */
export interface Dataset {
  readonly '@id': string
  readonly properties?: Readonly<Record<string, unknown>>
  readonly dataAddress?: Readonly<Record<string, unknown>>
}

export interface PolicyDefinition {
  readonly '@id': string
  readonly createdAt?: number
  readonly policy?: unknown
}

export interface Criterion {
  readonly operandLeft: unknown
  readonly operator: string
  readonly operandRight: unknown
}

export interface Offer {
  readonly '@id': string
  readonly accessPolicyId: string
  readonly contractPolicyId: string
  readonly boundsPolicyId?: string
  readonly assetsSelector?: Criterion | readonly Criterion[]
}

/** One happening of a process's history. */
export interface Moment {
  /** Of several processes, which. */
  readonly source?: { readonly kind: string; readonly id: string }
  readonly seq: number
  readonly at: string
  readonly actor: string
  readonly event: string
  readonly message?: string | null
  readonly state?: string | null
  readonly detail?: unknown
}

/** A participant, and where it receives messages. */
export interface FoundPeer {
  readonly id: string
  readonly address: string
}
