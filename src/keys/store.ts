import { json, type Queryable } from '../db/index.ts'
import type { Algorithm } from './algorithms.ts'
import type { PublicJwk } from './public-key.ts'
import type { Term } from './standing.ts'

/** Who has the private key, and signs with it. */
export type KeeperName = 'database' | 'kms' | 'vault'

/** Where a private key is: sealed in the row, or somewhere else under a name of its own. */
export interface Kept {
  readonly keeper: KeeperName
  readonly sealed: Buffer | null
  readonly reference: string | null
}

/** A signing key as its row has it. */
export interface StoredKey extends Kept, Term {
  readonly kid: string
  readonly purpose: string
  readonly algorithm: Algorithm
  readonly publicJwk: PublicJwk
  readonly createdAt: Date
}

const columns = `kid, purpose, algorithm, public_key as "publicJwk", keeper, sealed, reference, active_at as "activeAt",
  retired_at as "retiredAt", lifetime, created_at as "createdAt"`

/** All keys of a purpose, the newest first. */
export function readKeys(db: Queryable, purpose: string): Promise<StoredKey[]> {
  return db.query<StoredKey>(
    `select ${columns} from signing_key where purpose = $1 order by created_at desc, retired_at desc nulls first, kid`,
    [purpose],
  )
}

/** All keys, by purpose. */
export function readAllKeys(db: Queryable): Promise<StoredKey[]> {
  return db.query<StoredKey>(
    `select ${columns} from signing_key order by purpose, created_at desc, retired_at desc nulls first, kid`,
  )
}

/** Keeps a new key, and tells the replicas. */
export async function addKey(tx: Queryable, key: StoredKey): Promise<void> {
  await tx.query(
    `insert into signing_key
       (kid, purpose, algorithm, public_key, keeper, sealed, reference, active_at, retired_at, lifetime, created_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
    [
      key.kid,
      key.purpose,
      key.algorithm,
      json(key.publicJwk),
      key.keeper,
      key.sealed,
      key.reference,
      key.activeAt,
      key.retiredAt,
      key.lifetime,
      key.createdAt,
    ],
  )
  await tellReplicas(tx, key.purpose)
}

/** Ends the signing of all keys of a purpose at a moment. */
export async function retireKeys(tx: Queryable, purpose: string, at: Date): Promise<void> {
  await tx.query(
    'update signing_key set retired_at = $2 where purpose = $1 and (retired_at is null or retired_at > $2)',
    [purpose, at],
  )
}

/** Withdraws all keys of a purpose: from now on nothing that they have signed is worth anything. */
export async function withdrawKeys(tx: Queryable, purpose: string, now: Date): Promise<void> {
  await tx.query(
    `update signing_key set retired_at = least(retired_at, $2), lifetime = 0, sealed = null, private_key = null
     where purpose = $1`,
    [purpose, now],
  )
}

/** Remembers how long what a purpose's keys sign is valid: for a key that ends, the longest that it ever was. */
export async function extendLifetime(db: Queryable, purpose: string, lifetime: number, now: Date): Promise<void> {
  await db.query(
    `update signing_key set lifetime = $2
     where purpose = $1 and lifetime < $2 and (retired_at is null or retired_at > $3)`,
    [purpose, lifetime, now],
  )
}

/** Forgets private keys that no longer sign. A replica whose clock is slow may still want them: hence `before`. */
export async function forgetPrivateKeys(db: Queryable, before: Date): Promise<void> {
  await db.query('update signing_key set sealed = null where sealed is not null and retired_at < $1', [before])
}

/** Holds off other replicas that want to change the keys of a purpose, until the transaction ends. */
export async function lockKeys(tx: Queryable, purpose: string): Promise<void> {
  await tx.query('select pg_advisory_xact_lock(hashtext($1))', [`signing_key ${purpose}`])
}

/** The channel on which replicas hear of changed keys; the payload is the purpose. */
export const channel = 'signing_key'

const tellReplicas = (tx: Queryable, purpose: string) => tx.query('select pg_notify($1, $2)', [channel, purpose])
