import type { Queryable } from '../db/types.ts'
import type { Role } from './roles.ts'

/** A key of the management API, without what opens it. */
export interface ApiKey {
  readonly id: string
  readonly name: string
  readonly role: Role
  readonly createdAt: Date
  /** The actor who made it. */
  readonly createdBy: string
  /** Null: it works until it is revoked. */
  readonly expiresAt: Date | null
  readonly revokedAt: Date | null
  readonly revokedBy: string | null
  /** To ten minutes or so; null if it never was. */
  readonly lastUsedAt: Date | null
}

/** A key that works, and by what it is recognised. */
export interface WorkingKey {
  readonly id: string
  readonly name: string
  readonly role: Role
  readonly expiresAt: Date | null
  /** SHA-256 of the whole key. */
  readonly digest: Buffer
}

/** Told with an id when a key was made or revoked. */
export const channel = 'api_key'

const columns = `id, name, role, created_at as "createdAt", created_by as "createdBy", expires_at as "expiresAt",
  revoked_at as "revokedAt", revoked_by as "revokedBy", last_used_at as "lastUsedAt"`

/** Writes a new key down. Throws a duplicate if one of that name works. */
export async function insertKey(
  tx: Queryable,
  key: WorkingKey & { readonly createdAt: Date; readonly createdBy: string },
): Promise<ApiKey> {
  const [row] = await tx.query<ApiKey & object>(
    `insert into api_key (id, name, role, digest, created_at, created_by, expires_at)
     values ($1, $2, $3, $4, $5, $6, $7) returning ${columns}, pg_notify('${channel}', id)`,
    [key.id, key.name, key.role, key.digest, key.createdAt, key.createdBy, key.expiresAt],
  )
  if (!row) throw new Error('a key was not written')
  return asKey(row)
}

/** Revokes a key that is not revoked; undefined if there is none. */
export async function revokeKey(tx: Queryable, id: string, by: string, now: Date): Promise<ApiKey | undefined> {
  const [row] = await tx.query<ApiKey & object>(
    `update api_key set revoked_at = $3, revoked_by = $2 where id = $1 and revoked_at is null
     returning ${columns}, pg_notify('${channel}', id)`,
    [id, by, now],
  )
  return row && asKey(row)
}

/** A key by its id, whether it works or not. */
export async function findKey(db: Queryable, id: string): Promise<ApiKey | undefined> {
  const [row] = await db.query<ApiKey & object>(`select ${columns} from api_key where id = $1`, [id])
  return row
}

/** Keys that work and keys that did, the latest first. */
export function listKeys(
  db: Queryable,
  { limit, offset }: { readonly limit: number; readonly offset: number },
): Promise<ApiKey[]> {
  return db.query<ApiKey & object>(`select ${columns} from api_key order by created_at desc, id limit $1 offset $2`, [
    limit,
    offset,
  ])
}

/** Those that work at that time. */
export function readWorkingKeys(db: Queryable, now: Date): Promise<WorkingKey[]> {
  return db.query<WorkingKey & object>(
    `select id, name, role, digest, expires_at as "expiresAt" from api_key
     where revoked_at is null and (expires_at is null or expires_at > $1)`,
    [now],
  )
}

/** How many work at that time. */
export async function countWorkingKeys(db: Queryable, now: Date): Promise<number> {
  const [row] = await db.query<{ count: number }>(
    `select count(*)::int as count from api_key where revoked_at is null and (expires_at is null or expires_at > $1)`,
    [now],
  )
  return row?.count ?? 0
}

/** Notes that a key was used. */
export async function touchKey(db: Queryable, id: string, now: Date): Promise<void> {
  await db.query('update api_key set last_used_at = $2 where id = $1', [id, now])
}

/** A row of `returning`, which has the notification's column, too. */
const asKey = ({
  id,
  name,
  role,
  createdAt,
  createdBy,
  expiresAt,
  revokedAt,
  revokedBy,
  lastUsedAt,
}: ApiKey): ApiKey => ({
  id,
  name,
  role,
  createdAt,
  createdBy,
  expiresAt,
  revokedAt,
  revokedBy,
  lastUsedAt,
})
