import { json, type Queryable } from '../db/index.ts'
import type { WrapperName } from './wrapper.ts'

/** A data key as it is kept. */
export interface WrappedKey {
  readonly id: string
  readonly wrapper: WrapperName
  readonly wrapped: Readonly<Record<string, string>>
}

/** All data keys, the newest first: that one seals. */
export function readDataKeys(db: Queryable): Promise<WrappedKey[]> {
  return db.query<WrappedKey>('select id, wrapper, wrapped from data_key order by created_at desc, id')
}

/** Keeps a new one. */
export async function addDataKey(db: Queryable, { id, wrapper, wrapped }: WrappedKey, now: Date): Promise<void> {
  await db.query('insert into data_key (id, wrapper, wrapped, created_at) values ($1, $2, $3, $4)', [
    id,
    wrapper,
    json(wrapped),
    now,
  ])
}

/** Keeps the same key, wrapped in another way. */
export async function rewrapDataKey(db: Queryable, { id, wrapper, wrapped }: WrappedKey): Promise<void> {
  await db.query('update data_key set wrapper = $2, wrapped = $3 where id = $1', [id, wrapper, json(wrapped)])
}

/** Holds off other replicas that want to change data keys, until the transaction ends. */
export async function lockDataKeys(tx: Queryable): Promise<void> {
  await tx.query(`select pg_advisory_xact_lock(hashtext('data_key'))`)
}
