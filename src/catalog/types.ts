import type { Queryable } from '../db/index.ts'
import type { Counterparty } from '../dsp/index.ts'
import type { Offer, Policy } from '../policy/index.ts'
import type { SourceAddress } from '../signaling/index.ts'

/**
 * A dataset as we keep it. `properties` are JSON-LD: full IRIs of any vocabulary to values. They may be given with usual
 * prefixes (`dct:title`) or as plain words, which are meant in the EDC's namespace, and are kept by their full names.
 */
export interface Dataset {
  readonly id: string
  readonly properties: Readonly<Record<string, unknown>>
  /** Where its data lies; secret to the provider. */
  readonly source: SourceAddress
  readonly createdAt: Date
}

/** A policy that publications refer to. */
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
  /** A policy that says what else would be accepted: a counter-offer that stays within it is agreed to. */
  readonly boundsPolicyId?: string | null
  /** All must hold; empty means every dataset. */
  readonly selector: readonly Criterion[]
  readonly createdAt: Date
}

/** Another catalogue that ours points to, whoever asks. */
export interface NestedCatalog {
  readonly id: string
  readonly participantId: string
  /** The DSP base URL to which its requests go. */
  readonly endpointUrl: string
  readonly createdAt: Date
}

/** Which of many, in which order. */
export interface Query {
  /** How many are passed over; default 0. */
  readonly offset?: number
  /** How many at most; default 50. */
  readonly limit?: number
  /** `id` (the default), `createdAt`, or a property's name. */
  readonly sortField?: string
  /** Default `asc`. */
  readonly sortOrder?: 'asc' | 'desc'
  /** All must hold. */
  readonly filter?: readonly Criterion[]
}

/** An offer that stands in our catalogue, looked up by its id for one counterparty. */
export interface PublishedOffer {
  /** With the terms as they are now, and the id that names these. */
  readonly offer: Offer
  readonly datasetId: string
  /** What else would be accepted by itself, if the publication says so. */
  readonly bounds?: Policy | undefined
  /** Formats in which the dataset can be had. */
  readonly formats: readonly string[]
  /** The id asked for names other terms than these: they have changed since it was given out. */
  readonly outdated: boolean
}

/**
 * Finds what an offer id of ours stands for, if that dataset is still published so, can be had, and may be seen by that
 * counterparty. Runs inside the caller's transaction.
 */
export type FindOffer = (
  tx: Queryable,
  offerId: string,
  counterparty: Counterparty,
) => Promise<PublishedOffer | undefined>

/** A dataset's source as it may be kept, so that whoever reads the database finds no secret in it. What is sealed stays as it is. */
export type SealSource = (source: SourceAddress, datasetId: string) => SourceAddress

/** The transfer formats in which data at a source can be had: the data planes know. */
export type FormatsOf = (source: SourceAddress) => readonly string[]

/** Where datasets are described elsewhere, too: a URL and the IRI of the type of what is there, by the dataset's id. */
export type DescriptionsOf = (
  ids: readonly string[],
) => Promise<ReadonlyMap<string, { readonly url: string; readonly type: string }>>

/** Whether a contract or a negotiation binds us to a dataset, so that it must not go. Runs inside the caller's transaction. */
export type IsBound = (tx: Queryable, datasetId: string) => Promise<boolean>
