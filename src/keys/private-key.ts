import { createPrivateKey, type KeyObject } from 'node:crypto'
import type { Secret } from '../config/types.ts'
import { KontorError } from '../errors.ts'
import { type Algorithm, modulusLength } from './algorithms.ts'
import { type LocalSigner, localSigner } from './signer.ts'

/** Reads a private key that an operator brings, for one of these algorithms. Throws `configuration`; nothing of the key is shown. */
export function readPrivateKey(pem: Secret, allowed: readonly Algorithm[]): LocalSigner {
  const signer = signerOf(parse(pem))
  if (signer === undefined || !allowed.includes(signer.algorithm))
    throw unusable(`is for none of ${allowed.join(', ')}: bring an RSA key (PS256) or one on P-256 (ES256)`)
  const bits = signer.privateKey.asymmetricKeyDetails?.modulusLength ?? Infinity
  if (bits < modulusLength) throw unusable(`has ${bits} bits: an RSA key must have ${modulusLength} or more`)
  return signer
}

function parse(pem: Secret): KeyObject {
  try {
    return createPrivateKey(pem.reveal())
  } catch {
    // The cause would show pieces of the key.
    throw unusable('cannot be read: it must be PEM (PKCS #8, or PKCS #1 or SEC 1), and not encrypted')
  }
}

function signerOf(key: KeyObject): LocalSigner | undefined {
  try {
    return localSigner(key)
  } catch {
    return undefined
  }
}

const unusable = (why: string) => new KontorError('configuration', 500, `The private key ${why}.`)
