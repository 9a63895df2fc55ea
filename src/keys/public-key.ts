import { createHash, createPublicKey, type JsonWebKey, type KeyObject } from 'node:crypto'
import { invalid } from '../errors.ts'
import { type Algorithm, algorithmFor, kinds } from './algorithms.ts'

/** A public key as others are shown it (RFC 7517): nothing in it is secret. */
export type PublicJwk = Readonly<
  Pick<JsonWebKey, 'crv' | 'x' | 'y' | 'n' | 'e'> & {
    kty: string
    kid: string
    alg: Algorithm
    use: 'sig'
    /** Where the certificate chain of the key is found, if it has one. */
    x5u?: string
  }
>

/** A public key, ready to verify signatures of its one algorithm. */
export interface VerificationKey {
  readonly algorithm: Algorithm
  readonly key: KeyObject
}

/** RFC 7518 §3.5: the smallest modulus that strangers' keys may have, bits. */
const smallestModulus = 2_048

/**
 * Reads a stranger's public key. Throws `invalid`, with the member to blame, for anything else than a key that verifies by one of our
 * algorithms: other curves and types, points that are not on their curve, RSA below 2048 bits, keys that were made for another use.
 * Private members, should they be there, are not looked at.
 */
export function readPublicKey(jwk: unknown): VerificationKey {
  if (typeof jwk !== 'object' || jwk === null) throw unusable('kty', 'is no object')
  const given: Readonly<Record<string, unknown>> = { ...jwk }
  const algorithm = algorithmFor(given.kty, given.crv)
  if (algorithm === undefined) throw unusable('crv', 'is no key on P-256, P-384 or Ed25519, and no RSA key')
  if (given.alg !== undefined && given.alg !== algorithm) throw unusable('alg', `is not meant for ${algorithm}`)
  if (given.use !== undefined && given.use !== 'sig') throw unusable('use', 'is not meant for signatures')
  if (given.key_ops !== undefined && !verifies(given.key_ops)) throw unusable('key_ops', 'is not meant to verify')
  return { algorithm, key: importKey(given, algorithm) }
}

const verifies = (operations: unknown): boolean => Array.isArray(operations) && operations.includes('verify')

function importKey(jwk: Readonly<Record<string, unknown>>, algorithm: Algorithm): KeyObject {
  const parts = Object.fromEntries(members[kinds[algorithm].kty].map(name => [name, jwk[name]]))
  const key = createKey(parts)
  const bits = key.asymmetricKeyDetails?.modulusLength ?? Infinity
  if (bits < smallestModulus) throw unusable('n', `has ${bits} bits; it must have ${smallestModulus} or more`)
  return key
}

function createKey(parts: JsonWebKey): KeyObject {
  try {
    return createPublicKey({ key: parts, format: 'jwk' })
  } catch {
    throw unusable('x', 'is no valid key: a member is missing, malformed, or no point on the curve')
  }
}

const unusable = (path: string, why: string) =>
  invalid(`The public key ${why}.`, { faults: [{ path, message: `The public key ${why}.` }] })

/** The members that make a public key, in the order in which RFC 7638 §3.2 and RFC 8037 §2 hash them. */
const members = {
  EC: ['crv', 'kty', 'x', 'y'],
  OKP: ['crv', 'kty', 'x'],
  RSA: ['e', 'kty', 'n'],
} as const

/** The public half of a key of ours, named by its RFC 7638 thumbprint. */
export function publicJwkOf(key: KeyObject): PublicJwk {
  const jwk = (key.type === 'private' ? createPublicKey(key) : key).export({ format: 'jwk' })
  const algorithm = algorithmFor(jwk.kty, jwk.crv)
  if (algorithm === undefined || jwk.kty === undefined) throw unusable('crv', 'has a type that we do not sign with')
  const parts = Object.fromEntries(members[kinds[algorithm].kty].map(name => [name, jwk[name]]))
  return { ...parts, kty: jwk.kty, kid: thumbprint(parts), alg: algorithm, use: 'sig' }
}

const thumbprint = (parts: object): string => createHash('sha256').update(JSON.stringify(parts)).digest('base64url')
