import { createPublicKey, type KeyObject, verify } from 'node:crypto'
import { invalid, unavailable } from '../errors.ts'
import { kinds, modulusLength } from './algorithms.ts'
import { type PublicJwk, publicJwkOf } from './public-key.ts'
import type { Signer } from './signer.ts'

/** Asks a keeper for the signature of some bytes, as JOSE has it; nothing when what it answered is none. */
export type AskSignature = (bytes: Uint8Array) => Promise<Uint8Array | undefined>

/**
 * Signs with a key that is somewhere else. Each signature is verified before it is used: a keeper that hashes, pads or spells in its own
 * way, or signs by another version of the key, is found out here and not by a peer.
 */
export function remoteSigner(publicJwk: PublicJwk, ask: AskSignature): Signer {
  const { digest, options } = kinds[publicJwk.alg]
  const key = { key: createPublicKey({ key: { ...publicJwk }, format: 'jwk' }), ...options }
  return {
    kid: publicJwk.kid,
    algorithm: publicJwk.alg,
    publicJwk,
    async sign(bytes) {
      const signature = await ask(bytes)
      if (signature !== undefined && verify(digest, bytes, key, signature)) return signature
      throw unavailable(`The keeper of the key ${publicJwk.kid} gave a signature that is not one by ${publicJwk.alg}.`)
    },
  }
}

/** The public half of a key that a keeper has. Throws `invalid` for one that we do not sign with. */
export function keptPublicKey(read: () => KeyObject): PublicJwk {
  const key = attempt(read)
  if (key === undefined) throw invalid('The keeper has no public key under that name.')
  if ((key.asymmetricKeyDetails?.modulusLength ?? modulusLength) < modulusLength)
    throw invalid(`RSA keys that sign must have ${modulusLength} bits or more.`)
  return publicJwkOf(key)
}

function attempt(read: () => KeyObject): KeyObject | undefined {
  try {
    return read()
  } catch {
    return undefined
  }
}
