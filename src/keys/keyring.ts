import type { Database } from '../db/index.ts'
import { unavailable } from '../errors.ts'
import type { Keeper } from './keeper.ts'
import { type PublicJwk, readPublicKey, type VerificationKey } from './public-key.ts'
import type { Signer } from './signer.ts'
import { currentOf, isResolvable, standingOf } from './standing.ts'
import { channel, extendLifetime, type KeeperName, readKeys, type StoredKey } from './store.ts'

/** The keys of one purpose, shared by all replicas. */
export interface Keyring {
  /** The key to sign with now. Throws `unavailable` when none is left that signs. */
  readonly current: () => Signer
  /** The public key of that name, if something that it has signed can still be valid. */
  readonly find: (kid: string) => Promise<VerificationKey | undefined>
  /** The keys by which others may have to verify, the newest first: also those that will sign soon, or have signed what is still valid. */
  readonly publicKeys: () => Promise<readonly PublicJwk[]>
}

/** What a keyring needs. */
interface Given {
  readonly db: Database
  readonly purpose: string
  readonly keepers: Readonly<Partial<Record<KeeperName, Keeper>>>
  /** The longest life of anything these keys sign, ms. */
  readonly lifetime: number
  readonly now: () => Date
  /** Counts ms. */
  readonly elapsed?: () => number
}

interface Key extends StoredKey {
  readonly verification: VerificationKey
  /** Of those that sign, or will. */
  readonly signer: Signer | undefined
}

/** How long an unknown `kid` is believed to be unknown, ms: strangers can name as many as they like. */
const patience = 1_000

/** Opens the keys of a purpose that has some. It follows what other replicas and the command line do to them. */
export async function openKeyring(given: Given): Promise<Keyring> {
  const { db, purpose, lifetime, now, elapsed = () => performance.now() } = given
  await extendLifetime(db, purpose, lifetime, now())
  let keys: readonly Key[] = []
  let loadedAt = 0

  const reload = async () => {
    loadedAt = elapsed()
    keys = await load(given, keys)
  }
  await reload()
  // Should this fail, the next that asks for a key it does not know, or for all of them, tries again.
  await db.listen(channel, payload => {
    if (payload === purpose || payload === '') reload().catch(() => {})
  })

  const known = (kid: string) => keys.find(key => key.kid === kid && isResolvable(key, now()))?.verification
  return {
    current() {
      const signer = currentOf(keys, now())?.signer
      if (signer === undefined) throw unavailable(`There is no key for ${purpose} that signs: make a new one.`)
      return signer
    },
    async find(kid) {
      const found = known(kid)
      // Another replica may have made a new key.
      if (found !== undefined || elapsed() - loadedAt < patience) return found
      await reload()
      return known(kid)
    },
    async publicKeys() {
      if (elapsed() - loadedAt >= patience) await reload()
      return keys.filter(key => isResolvable(key, now())).map(({ publicJwk }) => publicJwk)
    },
  }
}

/** The keys as they are now; what is opened stays open. */
async function load({ db, purpose, keepers, now }: Given, before: readonly Key[]): Promise<readonly Key[]> {
  const opened = new Map(before.map(({ kid, signer }) => [kid, signer]))
  const stored = await readKeys(db, purpose)
  return Promise.all(
    stored.map(async key => ({
      ...key,
      verification: readPublicKey(key.publicJwk),
      signer: signs(key, now()) ? (opened.get(key.kid) ?? (await open(key, keepers))) : undefined,
    })),
  )
}

const signs = (key: StoredKey, at: Date): boolean => ['active', 'pending'].includes(standingOf(key, at))

function open(key: StoredKey, keepers: Given['keepers']): Promise<Signer> {
  const keeper = keepers[key.keeper]
  if (keeper === undefined)
    throw unavailable(
      `The key ${key.kid} for ${key.purpose} is kept in the ${key.keeper}: set the settings ${key.keeper}.… again.`,
    )
  return keeper.open(key)
}
