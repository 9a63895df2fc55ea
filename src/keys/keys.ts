import type { Config, Secret } from '../config/types.ts'
import { type Database, isDuplicate } from '../db/index.ts'
import { conflict, invalid } from '../errors.ts'
import type { Algorithm } from './algorithms.ts'
import { databaseKeeper, type Keeper, sealedKey } from './keeper.ts'
import { type Keyring, openKeyring } from './keyring.ts'
import { kmsWrapper } from './kms/wrapper.ts'
import { sealPlainKeys } from './plain.ts'
import { readPrivateKey } from './private-key.ts'
import { type Purpose, purposes } from './purposes.ts'
import { createRemotes, type Remotes } from './remotes.ts'
import { adoptKey, ensureKey, rotateKey } from './rotate.ts'
import { openSafe, rewrapAll, type Safe, type Wrappers } from './safe.ts'
import type { Signer } from './signer.ts'
import { resolvableUntil, type Standing, standingOf } from './standing.ts'
import { forgetPrivateKeys, type KeeperName, readAllKeys, type StoredKey } from './store.ts'
import { passphraseWrapper, secretWrapper } from './wrapper.ts'

/** Signs with a private key (PEM) of an operator's, without keeping it. Throws `configuration` for one that cannot serve that purpose. */
export const signerOf = (purpose: Purpose, pem: Secret): Signer => readPrivateKey(pem, purposes[purpose].algorithms)

/** What the configuration says about keys. */
export type KeySettings = Pick<Config, 'keys' | 'kms' | 'vault'>

/** How a new key differs from what the configuration says. */
export interface Wish {
  readonly algorithm?: Algorithm | undefined
  readonly keeper?: KeeperName | undefined
  /** A key that is there already, by the name the keeper has for it. */
  readonly existing?: string | undefined
  /** How long it is public before it signs, ms. */
  readonly lead?: number | undefined
  /** Former keys are no longer trusted: what they have signed is worth nothing from now on. */
  readonly withdraw?: boolean | undefined
}

/** All keys of a connector. */
export interface Keys {
  /** Encrypts what the database must not be able to tell. */
  readonly safe: Safe
  /**
   * The keys of a purpose; its first one is made if there is none. `lifetime` is the longest life of anything that they sign, ms: so
   * long a key's public half stays resolvable after it has retired.
   */
  readonly ring: (
    purpose: Purpose,
    options: { lifetime: number; algorithm?: Algorithm; elapsed?: () => number },
  ) => Promise<Keyring>
  /**
   * Takes over a private key (PEM) as the one that signs for a purpose; the former ones retire. Taken over already, nothing happens.
   * Throws `configuration` for one that cannot serve.
   */
  readonly adopt: (purpose: Purpose, pem: Secret) => Promise<void>
  /** All keys that there are and were, by purpose, the newest first. None of them shows anything secret. */
  readonly list: () => Promise<readonly KeyEntry[]>
  /** Makes the next key of a purpose; the former ones retire when it begins to sign. */
  readonly rotate: (purpose: Purpose, wish?: Wish) => Promise<KeyEntry>
  /** Ends the connections to keepers elsewhere. */
  close(): void
}

/** A key, without what is secret about it. */
export type KeyEntry = Omit<StoredKey, 'sealed'> & {
  readonly standing: Standing
  /** The end of the last thing that it can have signed; null while it signs. */
  readonly resolvableUntil: Date | null
}

/** A day; see `forgetPrivateKeys`. */
const forgetAfter = 86_400_000

/** Opens the keys of a database. Throws `configuration` when they cannot be decrypted with what the configuration gives. */
export async function openKeys(given: { db: Database; settings: KeySettings; now: () => Date }): Promise<Keys> {
  const remotes = createRemotes(given.settings, given.now)
  try {
    return await assemble({ ...given, remotes })
  } catch (error) {
    remotes.close()
    throw error
  }
}

async function assemble(given: {
  db: Database
  settings: KeySettings
  now: () => Date
  remotes: Remotes
}): Promise<Keys> {
  const { db, settings, now, remotes } = given
  const safe = await openSafe(db, wrappersOf(settings, remotes), now)
  await sealPlainKeys(db, safe)
  await forgetPrivateKeys(db, new Date(now().getTime() - forgetAfter))

  const keepers: Readonly<Partial<Record<KeeperName, Keeper>>> = { ...remotes.keepers, database: databaseKeeper(safe) }

  const order = (purpose: Purpose, { algorithm, keeper: asked, existing }: Wish) => {
    const use = purposes[purpose]
    const wanted = algorithm ?? (use.open ? settings.keys.algorithm : 'ES256')
    if (!use.algorithms.includes(wanted)) throw invalid(`Keys for ${purpose} must be ${use.algorithms.join(', ')}.`)
    const keeperName = asked ?? (use.open ? settings.keys.keeper : 'database')
    if (keeperName !== 'database' && !use.open) throw invalid(`Keys for ${purpose} are kept in the database.`)
    const keeper = keepers[keeperName]
    if (keeper === undefined)
      throw invalid(`There is no keeper ${keeperName}: set ${keeperName}.url, and what belongs to it.`)
    return { purpose, algorithm: wanted, keeper, keeperName, existing }
  }

  return {
    safe,
    async ring(purpose, { lifetime, algorithm, elapsed }) {
      await ensureKey(db, order(purpose, { algorithm }), now())
      return openKeyring({ db, purpose, keepers, lifetime, now, ...(elapsed && { elapsed }) })
    },
    async adopt(purpose, pem) {
      const signer = readPrivateKey(pem, purposes[purpose].algorithms)
      await adoptKey(db, { purpose, fresh: sealedKey(safe, signer) }, now())
    },
    list: async () => (await readAllKeys(db)).map(key => entryOf(key, now())),
    async rotate(purpose, wish = {}) {
      const { lead = purposes[purpose].lead, withdraw = false } = wish
      try {
        return entryOf(await rotateKey(db, { ...order(purpose, wish), lead, withdraw }, now()), now())
      } catch (error) {
        if (isDuplicate(error)) throw conflict('That key signs for another purpose already.')
        throw error
      }
    },
    close: remotes.close,
  }
}

const entryOf = ({ sealed: _, ...key }: StoredKey, at: Date): KeyEntry => ({
  ...key,
  standing: standingOf(key, at),
  resolvableUntil: resolvableUntil(key),
})

/**
 * Wraps the data keys of a database anew, as the configuration says now; `former` is the passphrase that they may be wrapped with still.
 * The answer is how many there are. Running connectors do not notice.
 */
export async function rewrapKeys(given: {
  db: Database
  settings: KeySettings
  now: () => Date
  former?: Secret | undefined
}): Promise<number> {
  const { db, settings, now, former } = given
  const remotes = createRemotes(settings, now)
  try {
    const to = wrappersOf(settings, remotes)
    const known = former === undefined ? to.known : { ...to.known, passphrase: passphraseWrapper(former) }
    return await rewrapAll(db, { ...to, known }, to)
  } finally {
    remotes.close()
  }
}

function wrappersOf({ keys, kms }: KeySettings, { askKms }: Remotes): Wrappers {
  const { passphrase, secret } = keys
  const { wrappingKey } = kms
  return {
    current: wrappingKey !== undefined ? 'kms' : passphrase !== undefined ? 'passphrase' : 'secret',
    known: {
      // It also decrypts when another wrapper has taken its place: what it has encrypted names its key.
      ...(askKms && { kms: kmsWrapper(askKms, wrappingKey ?? '') }),
      ...(passphrase && { passphrase: passphraseWrapper(passphrase) }),
      ...(secret && { secret: secretWrapper(secret) }),
    },
  }
}
