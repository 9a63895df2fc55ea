import type { Database } from '../db/index.ts'
import { conflict, invalid } from '../errors.ts'
import type { Algorithm } from './algorithms.ts'
import type { FreshKey, Keeper } from './keeper.ts'
import { standingOf } from './standing.ts'
import { addKey, type KeeperName, lockKeys, readKeys, retireKeys, type StoredKey, withdrawKeys } from './store.ts'

/** What a new key is to be. */
export interface Order {
  readonly purpose: string
  readonly algorithm: Algorithm
  readonly keeper: Keeper
  readonly keeperName: KeeperName
  /** The keeper's name of a key that is there already, instead of a new one. */
  readonly existing?: string | undefined
  /** Public for so long before it signs, ms. */
  readonly lead: number
  /** Whether what the former keys have signed is worth nothing from now on: somebody else may have signed with them. */
  readonly withdraw: boolean
}

/** Gives a purpose its first key, unless it has one that signs or will: of replicas that start at once, one makes it. */
export function ensureKey(
  db: Database,
  order: Omit<Order, 'lead' | 'withdraw'>,
  now: Date,
): Promise<StoredKey | undefined> {
  return db.transaction(async tx => {
    await lockKeys(tx, order.purpose)
    const keys = await readKeys(tx, order.purpose)
    if (keys.some(key => key.retiredAt === null)) return undefined
    const key = toStored(await fetchKey(order), order, now, now, 0)
    await addKey(tx, key)
    return key
  })
}

/** Makes a key that somebody has brought the one that signs for a purpose; the others retire. It does nothing if it is that already. */
export function adoptKey(
  db: Database,
  { purpose, fresh }: { purpose: string; fresh: FreshKey },
  now: Date,
): Promise<void> {
  return db.transaction(async tx => {
    await lockKeys(tx, purpose)
    const former = await readKeys(tx, purpose)
    const known = former.find(({ kid }) => kid === fresh.signer.kid)
    if (known !== undefined && known.retiredAt === null) return
    if (known !== undefined)
      throw conflict(`The key ${known.kid} for ${purpose} has retired, and does not come back: bring a new one.`)
    await retireKeys(tx, purpose, now)
    await addKey(tx, toStored(fresh, { purpose }, now, now, Math.max(0, ...former.map(({ lifetime }) => lifetime))))
  })
}

/** Gives a purpose a new key, in whose favour the others retire. */
export function rotateKey(db: Database, order: Order, now: Date): Promise<StoredKey> {
  return db.transaction(async tx => {
    await lockKeys(tx, order.purpose)
    const former = await readKeys(tx, order.purpose)
    // Where nothing signs, or may any longer, there is nothing to wait for.
    const waits = !order.withdraw && former.some(key => standingOf(key, now) === 'active')
    const activeAt = new Date(now.getTime() + (waits ? order.lead : 0))
    const fresh = await fetchKey(order)
    if (former.some(({ kid }) => kid === fresh.signer.kid))
      throw conflict(`The key ${fresh.signer.kid} is in use already.`)
    if (order.withdraw) await withdrawKeys(tx, order.purpose, now)
    else await retireKeys(tx, order.purpose, activeAt)
    const key = toStored(fresh, order, activeAt, now, Math.max(0, ...former.map(({ lifetime }) => lifetime)))
    await addKey(tx, key)
    return key
  })
}

async function fetchKey({
  keeper,
  keeperName,
  existing,
  algorithm,
}: Omit<Order, 'lead' | 'withdraw'>): Promise<FreshKey> {
  if (existing === undefined) return keeper.create(algorithm)
  if (keeper.adopt === undefined) throw invalid(`The keeper ${keeperName} has no keys but those it makes.`)
  return keeper.adopt(existing)
}

const toStored = (
  { signer, kept }: FreshKey,
  { purpose }: Pick<Order, 'purpose'>,
  activeAt: Date,
  now: Date,
  lifetime: number,
): StoredKey => ({
  ...kept,
  kid: signer.kid,
  purpose,
  algorithm: signer.algorithm,
  publicJwk: signer.publicJwk,
  activeAt,
  retiredAt: null,
  lifetime,
  createdAt: now,
})
