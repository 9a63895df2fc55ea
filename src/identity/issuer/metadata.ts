import type { CredentialDefinition } from '../../config/types.ts'
import { type CredentialObject, message } from '../credentials/messages.ts'

/** How a definition is described to holders (DCP 1.0, CredentialObject); `base` is the issuer service's URL. */
export const objectOf = (
  { id, type, profile, schema }: CredentialDefinition,
  base: string,
  offerReason = 'issue',
): CredentialObject => ({
  id,
  type: 'CredentialObject',
  credentialType: type,
  credentialSchema: schema ?? `${base}/schemas/${encodeURIComponent(id)}`,
  offerReason,
  bindingMethods: ['did:web'],
  profile,
  // Nothing has to be presented first: whoever is entitled is in our configuration.
  issuancePolicy: { id, input_descriptors: [] },
})

/** What an issuer issues (DCP 1.0, Issuer Metadata API). */
export const metadataOf = (issuer: string, definitions: readonly CredentialDefinition[], base: string): object =>
  message('IssuerMetadata', { issuer, credentialsSupported: definitions.map(each => objectOf(each, base)) })

/** The schema of what credentials of a definition say of their subject, for definitions that name none of their own. */
export const schemaOf = ({ type, claims }: CredentialDefinition, url: string): object => ({
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  $id: url,
  title: type,
  type: 'object',
  properties: {
    credentialSubject: {
      type: 'object',
      properties: { id: { type: 'string' }, ...Object.fromEntries(Object.keys(claims).map(claim => [claim, {}])) },
      required: ['id', ...Object.keys(claims)],
    },
  },
})
