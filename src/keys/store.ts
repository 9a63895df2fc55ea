import type { JsonWebKey } from 'node:crypto'
import type { Database, Queryable } from '../db/index.ts'
import { json } from '../db/index.ts'

/** A signing key as it is kept. */
export interface StoredKey {
  readonly kid: string
  readonly privateKey: JsonWebKey
  /** Since when it signs no more. */
  readonly retiredAt: Date | null
}

/** All keys of a purpose, the newest first. */
export function readKeys(db: Queryable, purpose: string): Promise<StoredKey[]> {
  return db.query<StoredKey>(
    `select kid, private_key as "privateKey", retired_at as "retiredAt"
     from signing_key where purpose = $1 order by created_at desc, kid`,
    [purpose],
  )
}

/** Gives a purpose its first key, unless it has one: of replicas that start at once, one makes it. */
export function ensureKey(
  db: Database,
  purpose: string,
  make: () => Pick<StoredKey, 'kid' | 'privateKey'>,
  now: Date,
): Promise<void> {
  return db.transaction(async tx => {
    await tx.query('select pg_advisory_xact_lock(hashtext($1))', [`signing_key ${purpose}`])
    const keys = await readKeys(tx, purpose)
    if (keys.some(({ retiredAt }) => retiredAt === null)) return
    const { kid, privateKey } = make()
    await tx.query('insert into signing_key (kid, purpose, private_key, created_at) values ($1, $2, $3, $4)', [
      kid,
      purpose,
      json(privateKey),
      now,
    ])
  })
}
