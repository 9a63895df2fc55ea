import type { Queryable } from '../../db/index.ts'
import type { WalletCredential } from './types.ts'

const columns = `digest, id, types, issuer, profile, request_id as "requestId", valid_from as "validFrom",
  valid_until as "validUntil", received_at as "receivedAt"`

/** A credential with its sealed token. */
export type Sealed = WalletCredential & { readonly sealed: Buffer }

/** Puts a credential into the wallet, unless it is there; true if it was not. */
export async function insertCredential(tx: Queryable, credential: Sealed): Promise<boolean> {
  const { digest, id, types, issuer, profile, sealed, requestId, validFrom, validUntil, receivedAt } = credential
  const rows = await tx.query(
    `insert into wallet_credential (digest, id, types, issuer, profile, sealed, request_id, valid_from, valid_until, received_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) on conflict do nothing returning 1 as new`,
    [digest, id, types, issuer, profile, sealed, requestId, validFrom, validUntil, receivedAt],
  )
  return rows.length > 0
}

/** Credentials that have not ended, with their tokens, the latest first. */
export const readCurrent = (db: Queryable, now: Date): Promise<Sealed[]> =>
  db.query<Sealed>(
    `select ${columns}, sealed from wallet_credential where valid_until is null or valid_until > $1
     order by received_at desc, valid_from desc nulls last, digest limit 1000`,
    [now],
  )

/** Credentials, the latest first. */
export const listWallet = (
  db: Queryable,
  {
    type,
    issuer,
    limit,
    offset,
  }: { type?: string | undefined; issuer?: string | undefined; limit: number; offset: number },
): Promise<WalletCredential[]> =>
  db.query<WalletCredential>(
    `select ${columns} from wallet_credential where ($1::text is null or $1 = any(types)) and ($2::text is null or issuer = $2)
     order by received_at desc, digest limit $3 offset $4`,
    [type ?? null, issuer ?? null, limit, offset],
  )

/** One credential with its token. */
export async function findCredential(db: Queryable, digest: string): Promise<Sealed | undefined> {
  const [row] = await db.query<Sealed>(`select ${columns}, sealed from wallet_credential where digest = $1`, [digest])
  return row
}

/** Throws a credential away; true if it was there. */
export async function deleteCredential(db: Queryable, digest: string): Promise<boolean> {
  return (await db.query('delete from wallet_credential where digest = $1 returning 1 as gone', [digest])).length > 0
}

/** Throws away what ended before some time, of one issuer. */
export async function deleteEnded(tx: Queryable, issuer: string, before: Date): Promise<void> {
  await tx.query('delete from wallet_credential where issuer = $1 and valid_until < $2', [issuer, before])
}

/** How many credentials there are of one issuer. */
export async function countOf(tx: Queryable, issuer: string): Promise<number> {
  const [row] = await tx.query<{ count: number }>(
    'select count(*)::int as count from wallet_credential where issuer = $1',
    [issuer],
  )
  return row?.count ?? 0
}

/** Whether credentials with all these ids have come for a request. */
export async function isAnswered(db: Queryable, request: string, ids: readonly string[]): Promise<boolean> {
  const [row] = await db.query<{ all: boolean }>(
    'select array(select id from wallet_credential where request_id = $1) @> $2::text[] as all',
    [request, ids],
  )
  return row?.all ?? false
}

/** When the first of the credentials that answer a request ends; undefined if none does. */
export async function firstEnd(db: Queryable, requestId: string): Promise<{ from: Date; until: Date } | undefined> {
  const [row] = await db.query<{ from: Date; until: Date }>(
    `select coalesce(valid_from, received_at) as from, valid_until as until from wallet_credential
     where request_id = $1 and valid_until is not null order by valid_until limit 1`,
    [requestId],
  )
  return row
}
