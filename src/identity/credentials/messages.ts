import { readFileSync } from 'node:fs'
import { createSchemas, isJsonObject, type Parse } from '../../jsonld/index.ts'
import { inPackage } from '../../package-files.ts'

/** The context that every message of the Decentralized Claims Protocol 1.0 names. */
export const DCP_CONTEXT = 'https://w3id.org/dspace-dcp/v1.0/dcp.jsonld'

/** A kind of credential that an issuer issues, or offers; of an offer often only the id is told (DCP 1.0, CredentialObject). */
export interface CredentialObject {
  readonly id: string
  readonly type?: 'CredentialObject'
  readonly credentialType?: string
  readonly credentialSchema?: string
  readonly offerReason?: string
  readonly bindingMethods?: readonly string[]
  readonly profile?: string
  readonly issuancePolicy?: object
}

/** One condition on what stands at a place of a credential (Presentation Exchange 2.1.1, Input Descriptor). */
export interface Field {
  readonly id?: string
  /** JSONPaths; the first that leads to something counts. */
  readonly path: readonly string[]
  readonly filter?: Readonly<Record<string, unknown>>
  readonly optional?: boolean
}

/** The formats that are wanted, by their names in the claim format registry. */
export type Format = Readonly<Record<string, { readonly alg?: unknown }>>

/** What one of the credentials asked for must be like. */
export interface Descriptor {
  readonly id: string
  readonly format?: Format
  readonly constraints: {
    readonly fields?: readonly Field[]
    readonly limit_disclosure?: 'required' | 'preferred'
    readonly subject_is_issuer?: 'required' | 'preferred'
  }
}

/** Which credentials are to be presented (Presentation Exchange 2.1.1, as far as it is understood here). */
export interface PresentationDefinition {
  readonly id: string
  readonly format?: Format
  readonly input_descriptors: readonly Descriptor[]
}

/** A credential on its way from issuer to holder. */
export interface CredentialContainer {
  readonly credentialType: string
  /** A compact JWS. */
  readonly payload: string
  /** The profile it is of. */
  readonly format: string
}

/** The messages and answers of DCP 1.0 that we read, with the fields that mean something to us. */
export interface Messages {
  readonly PresentationQueryMessage:
    | { readonly scope: readonly string[]; readonly presentationDefinition?: undefined }
    | { readonly scope?: undefined; readonly presentationDefinition: PresentationDefinition }
  readonly PresentationResponseMessage: { readonly presentation: readonly (string | object)[] }
  readonly CredentialMessage: {
    readonly issuerPid: string
    readonly holderPid: string
    readonly status: 'ISSUED' | 'REJECTED'
    readonly rejectionReason?: string
    readonly credentials?: readonly CredentialContainer[]
  }
  readonly CredentialOfferMessage: { readonly issuer: string; readonly credentials: readonly CredentialObject[] }
  readonly CredentialRequestMessage: {
    readonly holderPid: string
    readonly credentials: readonly { readonly id: string }[]
  }
  readonly CredentialStatus: {
    readonly issuerPid: string
    readonly holderPid: string
    readonly status: 'RECEIVED' | 'REJECTED' | 'ISSUED'
  }
  readonly IssuerMetadata: { readonly issuer: string; readonly credentialsSupported?: readonly CredentialObject[] }
}

/** The name of a message, as its `type` says it. */
export type MessageName = keyof Messages

const schemaFile = inPackage('contexts/dcp/1.0/messages.schema.json')
const parsers = new Map<string, Parse<unknown>>()

/**
 * Understands a message or an answer of DCP. Throws `invalid` (400) with faults. Its context protects all terms, so that further contexts
 * change nothing and no JSON-LD processing is needed; what is `null` counts as not there, as many peers write it so.
 */
export function parseMessage<N extends MessageName>(name: N, body: unknown): Messages[N] {
  if (parsers.size === 0) readSchema()
  // The schema and the interface are the same thing in two spellings.
  return parsers.get(name)?.(withoutNulls(body)) as Messages[N]
}

/** Each type's part of it is compiled when the first of its kind comes. */
function readSchema(): void {
  const schema: { $id: string; $defs: object } = JSON.parse(readFileSync(schemaFile, 'utf8'))
  const schemas = createSchemas([schema])
  for (const name of Object.keys(schema.$defs))
    parsers.set(name, schemas.compile({ $ref: `${schema.$id}#/$defs/${name}` }, name))
}

const withoutNulls = (body: unknown): unknown =>
  isJsonObject(body) ? Object.fromEntries(Object.entries(body).filter(([, value]) => value !== null)) : body

/** A message of ours, with its context and type in front. */
export const message = <N extends MessageName>(type: N, fields: Messages[N] & object): object => ({
  '@context': [DCP_CONTEXT],
  type,
  ...fields,
})
