import type { Keyring } from '../../src/keys/index.ts'
import { readPublicKey } from '../../src/keys/index.ts'
import { freshSigner } from './keys.ts'

/** A keyring with one fresh key, in memory. */
export function freshKeyring(): Keyring {
  const signer = freshSigner('ES256')
  const key = readPublicKey(signer.publicJwk)
  return {
    current: () => signer,
    find: async kid => (kid === signer.kid ? key : undefined),
    publicKeys: async () => [signer.publicJwk],
  }
}
