import type { Agreement, Offer } from '../policy/index.ts'
import type { DataAddress } from '../signaling/index.ts'

/** The JSON-LD context of the Dataspace Protocol 2025-1. Messages in exactly this context need no JSON-LD processing. */
export const DSP_CONTEXT = 'https://w3id.org/dspace/2025/1/context.jsonld'

/** The context that the Eclipse EDC adds to each of its messages; it changes no term of the protocol. */
export const EDC_CONTEXT = 'https://w3id.org/edc/dspace/v0.0.1'

/** What every message and answer of the protocol has. */
interface Envelope<T extends string> {
  readonly '@context': string | readonly unknown[]
  readonly '@type': T
  /** Names the message itself; the same on a repetition. Not everyone sends it. */
  readonly '@id'?: string
  readonly [extension: string]: unknown
}

/** The names of the process on both sides. */
interface Pids {
  readonly consumerPid: string
  readonly providerPid: string
}

/** Why something ended or went wrong: a code of the sender's own, and reasons, mostly texts. */
interface Explanation {
  readonly code?: string
  readonly reason?: readonly unknown[]
}

/** An offer in a message says which dataset it is for. */
type TargetedOffer = Offer & { readonly target: string }

/** A consumer's first request has a `callbackAddress`, a later one a `providerPid`. */
interface ContractRequestMessage extends Envelope<'ContractRequestMessage'> {
  readonly consumerPid: string
  readonly providerPid?: string
  /** An http or https URL. */
  readonly callbackAddress?: string
  readonly offer: TargetedOffer
}

/** A provider's first offer has a `callbackAddress`, a later one a `consumerPid`. */
interface ContractOfferMessage extends Envelope<'ContractOfferMessage'> {
  readonly providerPid: string
  readonly consumerPid?: string
  /** An http or https URL. */
  readonly callbackAddress?: string
  readonly offer: TargetedOffer
}

/** The provider agrees. */
interface ContractAgreementMessage extends Envelope<'ContractAgreementMessage'>, Pids {
  readonly agreement: Agreement
}

/** The consumer confirms the agreement. */
interface ContractAgreementVerificationMessage extends Envelope<'ContractAgreementVerificationMessage'>, Pids {}

/** The consumer accepts an offer, or the provider finalises. */
interface ContractNegotiationEventMessage extends Envelope<'ContractNegotiationEventMessage'>, Pids {
  readonly eventType: 'ACCEPTED' | 'FINALIZED'
}

/** Either side ends the negotiation. */
interface ContractNegotiationTerminationMessage
  extends Envelope<'ContractNegotiationTerminationMessage'>,
    Pids,
    Explanation {}

/** How a negotiation stands. */
interface ContractNegotiation extends Envelope<'ContractNegotiation'>, Pids {
  readonly state: 'REQUESTED' | 'OFFERED' | 'ACCEPTED' | 'AGREED' | 'VERIFIED' | 'FINALIZED' | 'TERMINATED'
}

/** A message of a negotiation was refused. Some peers leave the pids out. */
interface ContractNegotiationError extends Envelope<'ContractNegotiationError'>, Partial<Pids>, Explanation {}

/** The consumer asks for the data of an agreement; for push formats `dataAddress` says where to. */
interface TransferRequestMessage extends Envelope<'TransferRequestMessage'> {
  readonly consumerPid: string
  readonly agreementId: string
  readonly format: string
  /** An http or https URL. */
  readonly callbackAddress: string
  readonly dataAddress?: DataAddress
}

/** The data flows, or flows again; for pull formats `dataAddress` says where from. */
interface TransferStartMessage extends Envelope<'TransferStartMessage'>, Pids {
  readonly dataAddress?: DataAddress
}

/** Either side halts the transfer. */
interface TransferSuspensionMessage extends Envelope<'TransferSuspensionMessage'>, Pids, Explanation {}

/** Either side says that all data has been moved. */
interface TransferCompletionMessage extends Envelope<'TransferCompletionMessage'>, Pids {}

/** Either side ends the transfer. */
interface TransferTerminationMessage extends Envelope<'TransferTerminationMessage'>, Pids, Explanation {}

/** How a transfer stands. */
interface TransferProcess extends Envelope<'TransferProcess'>, Pids {
  readonly state: 'REQUESTED' | 'STARTED' | 'SUSPENDED' | 'COMPLETED' | 'TERMINATED'
}

/** A message of a transfer was refused. Some peers leave the pids out. */
interface TransferError extends Envelope<'TransferError'>, Partial<Pids>, Explanation {}

/** Asks for the catalogue; what a filter means is the provider's affair. */
interface CatalogRequestMessage extends Envelope<'CatalogRequestMessage'> {
  readonly filter?: readonly unknown[]
}

/** Asks for one dataset by its id. */
interface DatasetRequestMessage extends Envelope<'DatasetRequestMessage'> {
  readonly dataset: string
}

/** A catalogue or dataset could not be had. */
interface CatalogError extends Envelope<'CatalogError'>, Explanation {}

/** A provider's catalogue, as it comes over the wire. */
interface Catalog extends Envelope<'Catalog'>, CatalogParts {
  readonly '@id': string
  readonly participantId: string
}

/** A catalogue within a catalogue. */
interface NestedCatalog extends CatalogParts {
  readonly '@id': string
  readonly '@type': 'Catalog'
  readonly [extension: string]: unknown
}

interface CatalogParts {
  readonly dataset?: readonly CatalogDataset[]
  readonly catalog?: readonly NestedCatalog[]
  readonly service?: readonly DataService[]
  readonly distribution?: readonly Distribution[]
}

/** A dataset in a catalogue, with properties of any vocabulary beside the protocol's. */
interface CatalogDataset {
  readonly '@id': string
  readonly hasPolicy: readonly Offer[]
  readonly distribution: readonly Distribution[]
  readonly [extension: string]: unknown
}

/** A dataset that comes alone. */
interface Dataset extends Envelope<'Dataset'>, CatalogDataset {
  readonly '@id': string
}

/** A form in which a dataset can be had. */
interface Distribution {
  readonly format: string
  /** The service, or its id. */
  readonly accessService: string | DataService
  readonly hasPolicy?: readonly Offer[]
  readonly [extension: string]: unknown
}

/** Where contracts are negotiated and transfers requested. */
interface DataService {
  readonly '@id': string
  readonly '@type': 'DataService'
  readonly endpointURL: string
  readonly [extension: string]: unknown
}

/** The versions of the protocol that a peer speaks. It is plain JSON, without context and type. */
export interface VersionResponse {
  readonly protocolVersions: readonly ProtocolVersion[]
}

/** One version, and where below the peer's base address it is spoken. */
interface ProtocolVersion {
  readonly version: string
  readonly path: string
  readonly binding: string
  readonly identifierType?: string
  readonly serviceId?: string
  readonly auth?: Auth
}

/** How participants know each other: a protocol, its version, and what of it is understood. */
export interface Auth {
  readonly protocol: string
  readonly version: string
  readonly profile?: readonly string[]
}

/** Everything that is sent with a context and a type, by its type. */
type Typed =
  | ContractRequestMessage
  | ContractOfferMessage
  | ContractAgreementMessage
  | ContractAgreementVerificationMessage
  | ContractNegotiationEventMessage
  | ContractNegotiationTerminationMessage
  | ContractNegotiation
  | ContractNegotiationError
  | TransferRequestMessage
  | TransferStartMessage
  | TransferSuspensionMessage
  | TransferCompletionMessage
  | TransferTerminationMessage
  | TransferProcess
  | TransferError
  | CatalogRequestMessage
  | DatasetRequestMessage
  | CatalogError
  | Catalog
  | Dataset

/** Every message and answer we can be sent. */
export type MessageType = Typed['@type'] | 'VersionResponse'

/** The message of a type. */
export type MessageOf<T extends MessageType> = T extends Typed['@type']
  ? Extract<Typed, { '@type': T }>
  : VersionResponse

/** Whether an Eclipse EDC, or something built on it, has made the message. */
export const isFromEdc = ({ '@context': context }: Pick<Envelope<string>, '@context'>): boolean =>
  [context].flat().includes(EDC_CONTEXT)
