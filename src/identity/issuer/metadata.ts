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

/**
 * The schema of credentials of a definition that names none of its own. As verifiers read them, a schema for the data model 1.1 is one of
 * the subject (`JsonSchemaValidator2018`), and one for 2.0 is of the whole credential (`JsonSchema`).
 */
export function schemaOf({ type, profile, claims }: CredentialDefinition, url: string): object {
  const names = ['id', ...Object.keys(claims)]
  const subject = {
    type: 'object',
    properties: { ...Object.fromEntries(names.map(name => [name, {}])), id: { type: 'string' } },
    required: names,
  }
  const credential = { type: 'object', properties: { credentialSubject: subject }, required: ['credentialSubject'] }
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    $id: url,
    title: type,
    ...(profile === 'vc11-sl2021/jwt' ? subject : credential),
  }
}
