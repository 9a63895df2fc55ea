import { type KeyObject, sign } from 'node:crypto'
import { promisify } from 'node:util'
import { type Algorithm, kinds } from './algorithms.ts'
import { type PublicJwk, publicJwkOf } from './public-key.ts'

/**
 * Signs with one key, wherever that is kept. `sign` gives the signature as JOSE has it (raw r||s for ECDSA) and throws `unavailable`
 * when the keeper cannot be asked.
 */
export interface Signer {
  /** The RFC 7638 thumbprint of the key. */
  readonly kid: string
  readonly algorithm: Algorithm
  readonly publicJwk: PublicJwk
  readonly sign: (bytes: Uint8Array) => Promise<Uint8Array>
}

/** A signer whose private key is in this process. It stays in this room: others see a `Signer`. */
export interface LocalSigner extends Signer {
  readonly privateKey: KeyObject
}

/** Whether the private key is at hand. */
export const isLocal = (signer: Signer): signer is LocalSigner => 'privateKey' in signer

const signAside = promisify(sign)

/** Signs with a private key at hand. */
export function localSigner(privateKey: KeyObject): LocalSigner {
  const publicJwk = publicJwkOf(privateKey)
  const { digest, options, slow } = kinds[publicJwk.alg]
  const key = { key: privateKey, ...options }
  return {
    kid: publicJwk.kid,
    algorithm: publicJwk.alg,
    publicJwk,
    privateKey,
    sign: async bytes => (slow ? await signAside(digest, bytes, key) : sign(digest, bytes, key)),
  }
}
