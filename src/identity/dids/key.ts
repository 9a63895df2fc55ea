import type { DIDDocument, DIDResolver } from 'did-resolver'
import { parseJson } from '../../http/index.ts'
import { Rejection } from '../rejection.ts'
import { decodeMultikey } from './multikey.ts'
import { relationships } from './types.ts'

/** A document that follows from the DID alone: one key for every use. */
function documentOf(did: string, fragment: string, publicKeyJwk: object): DIDDocument {
  const id = `${did}#${fragment}`
  const method = { id, type: 'JsonWebKey2020', controller: did, publicKeyJwk: publicKeyJwk as { kty: string } }
  return { id: did, verificationMethod: [method], ...Object.fromEntries(relationships.map(use => [use, [id]])) }
}

const found = (didDocument: DIDDocument) => ({ didResolutionMetadata: {}, didDocumentMetadata: {}, didDocument })

const malformed = (did: string, cause: unknown): Rejection =>
  new Rejection('did-malformed', `There is no usable key in the ${did.slice(0, 8)}… DID.`, cause)

/** `did:key`: the key's bytes are the DID. Keys on P-256, P-384 and Ed25519. */
export const keyMethod: DIDResolver = async (did, { id }) => {
  try {
    return found(documentOf(did, id, decodeMultikey(id)))
  } catch (error) {
    throw malformed(did, error)
  }
}

/** `did:jwk`: the key's JWK is the DID. */
export const jwkMethod: DIDResolver = async (did, { id }) => {
  try {
    const jwk = parseJson(Buffer.from(id, 'base64url').toString('utf8'), 4)
    if (typeof jwk !== 'object' || jwk === null || 'd' in jwk) throw new Error('no public key')
    return found(documentOf(did, '0', jwk))
  } catch (error) {
    throw malformed(did, error)
  }
}
