import type { PublicJwk } from '../../keys/index.ts'
import type { Relationship } from './types.ts'

/** Keys of ours, and what others may verify by them. */
export interface OwnKeys {
  readonly keys: readonly PublicJwk[]
  readonly uses: readonly Relationship[]
}

/** A service of ours: the fragment of its id, its type, and its URL. */
export type OwnService = readonly [fragment: string, type: string, url: string]

/** The DID URL of a key of ours: what `kid` says in everything that others verify. */
export const keyUrl = (did: string, kid: string): string => `${did}#${kid}`

/**
 * Our DID document. Relationships refer to keys, keys and services have no properties beyond the standard's: parsers in the field
 * refuse embedded keys and whatever else is allowed.
 */
export function ownDocument(did: string, keyrings: readonly OwnKeys[], services: readonly OwnService[]): object {
  const named = (use: Relationship): string[] =>
    keyrings.filter(({ uses }) => uses.includes(use)).flatMap(({ keys }) => keys.map(({ kid }) => keyUrl(did, kid)))
  return {
    '@context': [
      'https://www.w3.org/ns/did/v1',
      'https://w3id.org/security/suites/jws-2020/v1',
      'https://w3id.org/dspace-dcp/v1.0/dcp.jsonld',
    ],
    id: did,
    verificationMethod: keyrings
      .flatMap(({ keys }) => keys)
      .map(publicKeyJwk => ({
        id: keyUrl(did, publicKeyJwk.kid),
        type: 'JsonWebKey2020',
        controller: did,
        publicKeyJwk,
      })),
    authentication: named('authentication'),
    assertionMethod: named('assertionMethod'),
    capabilityInvocation: named('capabilityInvocation'),
    service: services.map(([fragment, type, serviceEndpoint]) => ({ id: `${did}#${fragment}`, type, serviceEndpoint })),
  }
}
