export { type AddressSeal, createAddressSeal } from './address-seal.ts'
export { MASK } from './masks.ts'
export { type SealingBatch, sealBatch } from './seal-batch.ts'
export { createSourceSeal, isPlain, isSealed, type SourceSeal, shownValue } from './source-seal.ts'

/** The DSP data address: where and how data is fetched (pull) or delivered (push). DSP 2025-1, data-address-schema. */
export interface DataAddress {
  readonly '@type': 'DataAddress'
  readonly endpointType: string
  readonly endpoint?: string
  readonly endpointProperties?: readonly EndpointProperty[]
}

export interface EndpointProperty {
  readonly '@type': 'EndpointProperty'
  readonly name: string
  readonly value: string
}

/** A data address as it is kept: what opens something is hidden in it, and beside it the whole is sealed. */
export interface KeptAddress extends DataAddress {
  /** Absent in what former versions have kept. */
  readonly '@sealed'?: string
}

/** Where a dataset's data lies, as the provider keeps it: never leaves the provider. `type` decides which data plane serves it. */
export interface SourceAddress {
  readonly type: string
  readonly [property: string]: unknown
}

/** One agreed movement of data, as the control plane tells it to a data plane (Data Plane Signaling 1.0, DataFlowStartMessage). */
export interface DataFlow {
  /** The provider's transfer process id. */
  readonly id: string
  readonly counterparty: string
  readonly agreementId: string
  readonly datasetId: string
  readonly format: string
  readonly source: SourceAddress
  /** Where to push, for push formats; it may be sealed, for the transfer. */
  readonly destination: KeptAddress | undefined
}

/** What the data plane says of a flow by itself; it says it again, later, if this throws. */
export interface FlowListener {
  completed(flowId: string): Promise<void>
  failed(flowId: string, reason: string): Promise<void>
}

/**
 * What the control plane asks of a data plane. Every call may be repeated and must then have the same effect;
 * an unknown flow is no error for `suspend` and `terminate`.
 */
export interface DataPlane {
  /** The transfer formats in which data at such a source can be had. */
  formatsOf(source: SourceAddress): readonly string[]
  /** Whether sources of that type are known here. Others may be kept; nobody can have them. */
  knows(type: string): boolean
  /** What is wrong with a source address, in sentences; nothing means it is fine. */
  faultsOf(source: SourceAddress): readonly string[]
  /** A source address as it may be kept, so that whoever reads the database finds no keys in it. */
  seal(source: SourceAddress, datasetId: string): SourceAddress
  /** The same source as it was given. */
  unseal(source: SourceAddress, datasetId: string): Promise<SourceAddress>
  /** Opens the flow, or opens it again after a suspension. Pull formats answer with the address to fetch from, with a fresh token. */
  start(flow: DataFlow): Promise<DataAddress | undefined>
  suspend(flowId: string, reason: string): Promise<void>
  terminate(flowId: string, reason: string): Promise<void>
}
