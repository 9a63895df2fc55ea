import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto'
import type { Database } from '../db/index.ts'
import { unavailable } from '../errors.ts'
import { ensureKey, readKeys, type StoredKey } from './store.ts'

/** An ES256 key pair (ECDSA on P-256, RFC 7518 §3.4). */
export interface SigningKey {
  /** Its RFC 7638 thumbprint. */
  readonly kid: string
  readonly privateKey: KeyObject
  readonly publicKey: KeyObject
}

/** The keys of one purpose, shared by all replicas. */
export interface Keyring {
  /** The key to sign with now. */
  readonly current: () => SigningKey
  /** The key of that name, also one that no longer signs. */
  readonly find: (kid: string) => Promise<SigningKey | undefined>
}

/** How long an unknown `kid` is believed to be unknown, ms: strangers can name as many as they like. */
const patience = 1_000

/** Opens the keys of a purpose, and makes the first one if there is none. `now` dates a new key, `elapsed` counts ms. */
export async function openKeyring(
  db: Database,
  purpose: string,
  now: () => Date,
  elapsed: () => number = () => performance.now(),
): Promise<Keyring> {
  await ensureKey(db, purpose, generateKey, now())
  let keys = await load(db, purpose)
  let loadedAt = elapsed()

  const reload = async () => {
    loadedAt = elapsed()
    keys = await load(db, purpose)
  }

  return {
    current() {
      if (keys.current === undefined)
        throw unavailable(`There is no key for ${purpose} that still signs: make a new one.`)
      return keys.current
    },
    async find(kid) {
      const known = keys.all.get(kid)
      // Another replica may have made a new key.
      if (known !== undefined || elapsed() - loadedAt < patience) return known
      await reload()
      return keys.all.get(kid)
    },
  }
}

async function load(db: Database, purpose: string) {
  const stored = await readKeys(db, purpose)
  const all = new Map(stored.map(key => [key.kid, open(key)]))
  const newest = stored.find(({ retired }) => !retired)
  return { all, current: newest && all.get(newest.kid) }
}

function open({ kid, privateKey: jwk }: StoredKey): SigningKey {
  const privateKey = createPrivateKey({ key: jwk, format: 'jwk' })
  return { kid, privateKey, publicKey: createPublicKey(privateKey) }
}

function generateKey(): Pick<StoredKey, 'kid' | 'privateKey'> {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  return { kid: thumbprint(publicKey), privateKey: privateKey.export({ format: 'jwk' }) }
}

/** RFC 7638: the SHA-256 of the members that make the key, in the order of their names. */
function thumbprint(key: KeyObject): string {
  const { crv, kty, x, y } = key.export({ format: 'jwk' })
  return createHash('sha256').update(JSON.stringify({ crv, kty, x, y })).digest('base64url')
}
