import type { KeyObject } from 'node:crypto'
import { type Config, Secret } from '../../src/config/index.ts'
import type { Database } from '../../src/db/index.ts'
import { type Algorithm, kinds } from '../../src/keys/algorithms.ts'
import { type KeySettings, type Keys, openKeys, type Signer } from '../../src/keys/index.ts'
import { isLocal, type LocalSigner, localSigner } from '../../src/keys/signer.ts'

/** A signer with a fresh key that is kept nowhere. */
export const freshSigner = (algorithm: Algorithm): LocalSigner => localSigner(kinds[algorithm].generate())

/** The private key behind a signer of this process: to sign what our own functions would not. */
export function privateKeyOf(signer: Signer): KeyObject {
  if (!isLocal(signer)) throw new TypeError('the key is somewhere else')
  return signer.privateKey
}

/** What the configuration of a test says about keys; a short way to the passphrase would take half a second. */
export const keySettings = (changes: Partial<Config['keys']> = {}): KeySettings => ({
  keys: { passphrase: undefined, secret: new Secret('a secret for the keys of tests'), algorithm: 'ES256', ...changes },
})

/** The keys of a test's database. */
export const testKeys = (
  db: Database,
  now: () => Date = () => new Date(),
  changes: Partial<Config['keys']> = {},
): Promise<Keys> => openKeys({ db, settings: keySettings(changes), now })
