import type { Queryable } from '../../db/index.ts'
import type { CredentialRequest } from './types.ts'

const columns = `id, issuer, objects, types, state, status_url as "statusUrl", reason, renews, created_at as "createdAt",
  updated_at as "updatedAt"`

/** Writes a new request down. */
export async function insertRequest(
  tx: Queryable,
  { id, issuer, objects, types, renews }: Pick<CredentialRequest, 'id' | 'issuer' | 'objects' | 'types' | 'renews'>,
  now: Date,
): Promise<void> {
  await tx.query(
    `insert into credential_request (id, issuer, objects, types, state, renews, created_at, updated_at)
     values ($1, $2, $3, $4, 'REQUESTED', $5, $6, $6)`,
    [id, issuer, objects, types, renews, now],
  )
}

/** The request as it stands. */
export async function findRequest(db: Queryable, id: string): Promise<CredentialRequest | undefined> {
  const [row] = await db.query<CredentialRequest>(`select ${columns} from credential_request where id = $1`, [id])
  return row
}

/** The latest request that was to renew an earlier one. */
export async function findRenewal(db: Queryable, renews: string): Promise<CredentialRequest | undefined> {
  const [row] = await db.query<CredentialRequest>(
    `select ${columns} from credential_request where renews = $1 order by created_at desc limit 1`,
    [renews],
  )
  return row
}

/** Whether we have ever asked an issuer for something. */
export async function hasRequestTo(db: Queryable, issuer: string): Promise<boolean> {
  return (await db.query('select 1 as one from credential_request where issuer = $1 limit 1', [issuer])).length > 0
}

/** Requests, the latest first. */
export const listRequests = (
  db: Queryable,
  {
    state,
    issuer,
    limit,
    offset,
  }: { state?: string | undefined; issuer?: string | undefined; limit: number; offset: number },
): Promise<CredentialRequest[]> =>
  db.query<CredentialRequest>(
    `select ${columns} from credential_request where ($1::text is null or state = $1) and ($2::text is null or issuer = $2)
     order by created_at desc, id limit $3 offset $4`,
    [state ?? null, issuer ?? null, limit, offset],
  )

/** What it asks for is looked up. */
export async function setObjects(db: Queryable, id: string, objects: readonly string[], now: Date): Promise<void> {
  await db.query('update credential_request set objects = $2, updated_at = $3 where id = $1', [id, objects, now])
}

/** The issuer has it. It may have answered already: then nothing changes. */
export async function acknowledgeRequest(
  db: Queryable,
  id: string,
  statusUrl: string | null,
  now: Date,
): Promise<void> {
  await db.query(
    `update credential_request set state = case state when 'REQUESTED' then 'RECEIVED' else state end, status_url = $2,
       updated_at = $3 where id = $1`,
    [id, statusUrl, now],
  )
}

/** It has come to an end; what was issued stays issued. True if it was not over before. */
export async function finishRequest(
  tx: Queryable,
  { id, state, reason }: { id: string; state: 'ISSUED' | 'REJECTED' | 'FAILED'; reason: string | null },
  now: Date,
): Promise<boolean> {
  const rows = await tx.query(
    `update credential_request set state = $2, reason = left($3, 2000), updated_at = $4
     where id = $1 and (state in ('REQUESTED', 'RECEIVED') or ($2 = 'ISSUED' and state <> 'ISSUED')) returning 1 as ended`,
    [id, state, reason, now],
  )
  return rows.length > 0
}
