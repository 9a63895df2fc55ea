import { createPrivateKey } from 'node:crypto'
import type { Database } from '../db/index.ts'
import { unavailable } from '../errors.ts'
import { type Algorithm, kinds } from './algorithms.ts'
import { type PublicJwk, readPublicKey, type VerificationKey } from './public-key.ts'
import { localSigner, type Signer } from './signer.ts'
import { ensureKey, readKeys, type StoredKey } from './store.ts'

/** The keys of one purpose, shared by all replicas. */
export interface Keyring {
  /** The key to sign with now. Throws `unavailable` when none is left that signs. */
  readonly current: () => Signer
  /** The public key of that name, also of one that no longer signs. */
  readonly find: (kid: string) => Promise<VerificationKey | undefined>
  /** The keys by which others may have to verify: of all that something still valid can be signed with, the newest first. */
  readonly publicKeys: () => Promise<readonly PublicJwk[]>
}

/** How a keyring behaves. */
export interface KeyringOptions {
  /** Dates a new key, and tells when an old one has had its time. */
  readonly now: () => Date
  /** Of a first key; default ES256. Keys that are there already stay as they are. */
  readonly algorithm?: Algorithm
  /** The longest life of anything these keys sign, ms: so long a retired key is among the public ones. */
  readonly lifetime: number
  /** Counts ms. */
  readonly elapsed?: () => number
}

interface Key extends VerificationKey {
  readonly signer: Signer
  readonly retiredAt: Date | null
}

/** How long an unknown `kid` is believed to be unknown, ms: strangers can name as many as they like. */
const patience = 1_000

/** Opens the keys of a purpose, and makes the first one if there is none. */
export async function openKeyring(db: Database, purpose: string, options: KeyringOptions): Promise<Keyring> {
  const { now, algorithm = 'ES256', lifetime, elapsed = () => performance.now() } = options
  await ensureKey(db, purpose, () => generateKey(algorithm), now())
  let keys = await load(db, purpose)
  let loadedAt = elapsed()

  const reload = async () => {
    loadedAt = elapsed()
    keys = await load(db, purpose)
  }

  return {
    current() {
      const newest = [...keys.values()].find(({ retiredAt }) => retiredAt === null)
      if (newest === undefined) throw unavailable(`There is no key for ${purpose} that still signs: make a new one.`)
      return newest.signer
    },
    async find(kid) {
      const known = keys.get(kid)
      // Another replica may have made a new key.
      if (known !== undefined || elapsed() - loadedAt < patience) return known
      await reload()
      return keys.get(kid)
    },
    async publicKeys() {
      if (elapsed() - loadedAt >= patience) await reload()
      const valid = [...keys.values()].filter(
        ({ retiredAt }) => retiredAt === null || retiredAt.getTime() + lifetime > now().getTime(),
      )
      return valid.map(({ signer }) => signer.publicJwk)
    },
  }
}

/** By `kid`, the newest first. */
async function load(db: Database, purpose: string): Promise<ReadonlyMap<string, Key>> {
  const stored = await readKeys(db, purpose)
  return new Map(stored.map(key => [key.kid, open(key)]))
}

function open({ privateKey, retiredAt }: StoredKey): Key {
  const signer = localSigner(createPrivateKey({ key: privateKey, format: 'jwk' }))
  return { ...readPublicKey(signer.publicJwk), signer, retiredAt }
}

function generateKey(algorithm: Algorithm): Pick<StoredKey, 'kid' | 'privateKey'> {
  const { kid, privateKey } = localSigner(kinds[algorithm].generate())
  return { kid, privateKey: privateKey.export({ format: 'jwk' }) }
}
