import type { KeyObject } from 'node:crypto'
import { type Algorithm, kinds } from '../../src/keys/algorithms.ts'
import type { Signer } from '../../src/keys/index.ts'
import { isLocal, type LocalSigner, localSigner } from '../../src/keys/signer.ts'

/** A signer with a fresh key that is kept nowhere. */
export const freshSigner = (algorithm: Algorithm): LocalSigner => localSigner(kinds[algorithm].generate())

/** The private key behind a signer of this process: to sign what our own functions would not. */
export function privateKeyOf(signer: Signer): KeyObject {
  if (!isLocal(signer)) throw new TypeError('the key is somewhere else')
  return signer.privateKey
}
