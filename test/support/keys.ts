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

const nowhere: Pick<KeySettings, 'kms' | 'vault'> = {
  kms: { url: undefined, region: 'us-east-1', accessKey: undefined, secretKey: undefined, wrappingKey: undefined },
  vault: { url: undefined, token: undefined, mount: 'transit' },
}

/** What the configuration of a test says about keys: a passphrase would cost half a second. */
export const keySettings = (
  changes: Partial<Config['keys']> = {},
  elsewhere: Partial<typeof nowhere> = {},
): KeySettings => ({
  keys: {
    passphrase: undefined,
    secret: new Secret('a secret for the keys of tests'),
    keeper: 'database',
    algorithm: 'ES256',
    ...changes,
  },
  ...nowhere,
  ...elsewhere,
})

/** The keys of a test's database. */
export const testKeys = (
  db: Database,
  now: () => Date = () => new Date(),
  changes: Partial<Config['keys']> = {},
): Promise<Keys> => openKeys({ db, settings: keySettings(changes), now })
