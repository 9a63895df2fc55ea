import type { Counterparty } from '../dsp/types.ts'
import type { Offer, Policy } from '../policy/types.ts'
import type { SourceAddress } from '../signaling/index.ts'

/** A dataset as we keep it. `properties` are JSON-LD: compact IRIs or full IRIs of any vocabulary to values. */
export interface Dataset {
  readonly id: string
  readonly properties: Readonly<Record<string, unknown>>
  /** Where its data lies; secret to the provider. */
  readonly source: SourceAddress
  readonly createdAt: Date
}

export interface PolicyDefinition {
  readonly id: string
  readonly policy: Policy
  readonly createdAt: Date
}

/** One condition on datasets: `operandLeft` is `id` or a property's name. */
export interface Criterion {
  readonly operandLeft: string
  readonly operator: string
  readonly operandRight: unknown
}

/** What puts datasets on offer (EDC: contract definition): who may see them, and under which policy they may be had. */
export interface Publication {
  readonly id: string
  readonly accessPolicyId: string
  readonly contractPolicyId: string
  /** All must hold; empty means every dataset. */
  readonly selector: readonly Criterion[]
  readonly createdAt: Date
}

/** An offer that stands in our catalogue, looked up by its id for one counterparty. */
export interface PublishedOffer {
  readonly offer: Offer
  readonly datasetId: string
  /** Formats in which the dataset can be had. */
  readonly formats: readonly string[]
}

/** Finds what an offer id of ours stands for, if it stands and that counterparty may see it. Runs inside the caller's transaction. */
export type FindOffer = (
  tx: import('../db/types.ts').Queryable,
  offerId: string,
  counterparty: Counterparty,
) => Promise<PublishedOffer | undefined>
