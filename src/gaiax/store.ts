import type { Queryable, Transaction } from '../db/index.ts'
import type { CredentialState, Draft, GaiaXCredential, Source } from './types.ts'

const columns = `id, version, type, subject, about, jwt, content, kid, valid_from as "validFrom", valid_until as "validUntil",
  state, source, case when status_list is null then null else jsonb_build_object('list', status_list, 'index', status_index) end
  as status, created_at as "createdAt"`

/** Which credentials; what is left out does not matter. */
export interface CredentialQuery {
  readonly type?: string
  readonly about?: string
  readonly source?: Source
  /** Default: `active`. */
  readonly state?: CredentialState
  readonly limit?: number
}

/** Whoever decides what becomes of a credential decides it alone, until the transaction ends. */
export async function lockCredential(tx: Transaction, id: string): Promise<void> {
  await tx.query('select pg_advisory_xact_lock(hashtext($1))', [`gaiax_credential ${id}`])
}

/** Keeps a credential. There is one active version of each; the former one stays as history. Gives the new version. */
export async function putCredential(tx: Transaction, draft: Draft, now: Date): Promise<GaiaXCredential> {
  const { id, type, subject, about, jwt, content, kid, validFrom, validUntil, source, status } = draft
  await lockCredential(tx, id)
  await tx.query(
    `update gaiax_credential set state = 'superseded', changed_at = $2 where id = $1 and state = 'active'`,
    [id, now],
  )
  const [row] = await tx.query<GaiaXCredential>(
    `insert into gaiax_credential
       (id, version, type, subject, about, jwt, content, kid, valid_from, valid_until, state, source, status_list, status_index,
        created_at, changed_at)
     select $1, coalesce(max(version), 0) + 1, $2, $3, $4, $5, $6, $7, $8, $9, 'active', $10, $11, $12, $13, $13
     from gaiax_credential where id = $1 returning ${columns}`,
    [
      id,
      type,
      subject,
      about ?? null,
      jwt,
      content ?? null,
      kid ?? null,
      validFrom,
      validUntil,
      source,
      status?.list ?? null,
      status?.index ?? null,
      now,
    ],
  )
  if (row === undefined) throw new Error(`nothing was kept of ${id}`)
  return row
}

/** The active version of a credential. */
export async function findCredential(db: Queryable, id: string): Promise<GaiaXCredential | undefined> {
  const [row] = await db.query<GaiaXCredential>(
    `select ${columns} from gaiax_credential where id = $1 and state = 'active'`,
    [id],
  )
  return row
}

/** Credentials, by type and id. Those of agreements, of which there may be a great many, only if asked for by their type. */
export function listCredentials(db: Queryable, query: CredentialQuery = {}): Promise<GaiaXCredential[]> {
  const { type, about, source, state = 'active', limit = 1_000 } = query
  return db.query<GaiaXCredential>(
    `select ${columns} from gaiax_credential where state = $1 and (type = $2 or ($2::text is null and type <> 'DataUsageAgreement'))
       and ($3::text is null or about = $3) and ($4::text is null or source = $4)
     order by type, id, version limit $5`,
    [state, type ?? null, about ?? null, source ?? null, limit],
  )
}

/** The last part of the URL of a dataset's data product: the proposal of whoever described it first. */
export async function nameOfProduct(db: Queryable, dataset: string, proposal: string): Promise<string> {
  await db.query('insert into gaiax_product (dataset, name) values ($1, $2) on conflict do nothing', [
    dataset,
    proposal,
  ])
  const [row] = await db.query<{ name: string }>('select name from gaiax_product where dataset = $1', [dataset])
  return row?.name ?? proposal
}

/** The URLs of credentials of a type, by what they are about. */
export async function urlsAbout(
  db: Queryable,
  type: string,
  about: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const rows = await db.query<{ about: string; id: string }>(
    `select about, id from gaiax_credential where type = $1 and about = any($2) and state = 'active'`,
    [type, about],
  )
  return new Map(rows.map(({ about, id }) => [about, id]))
}

/** What credentials of a type are about, after one, in order. */
export async function listAbout(db: Queryable, type: string, after: string | null, limit: number): Promise<string[]> {
  const rows = await db.query<{ about: string }>(
    `select about from gaiax_credential where type = $1 and about is not null and state = 'active' and ($2::text is null or about > $2)
     order by about limit $3`,
    [type, after, limit],
  )
  return rows.map(({ about }) => about)
}

/** Ends a credential for ever; gives what it was, unless it had ended before. */
export async function endCredential(tx: Transaction, id: string, now: Date): Promise<GaiaXCredential | undefined> {
  const [row] = await tx.query<GaiaXCredential>(
    `update gaiax_credential set state = 'revoked', changed_at = $2 where id = $1 and state = 'active' returning ${columns}`,
    [id, now],
  )
  return row
}

/** Whether something was at that address and is no more. */
export async function wasRevoked(db: Queryable, id: string): Promise<boolean> {
  return (
    (await db.query(`select 1 as one from gaiax_credential where id = $1 and state = 'revoked' limit 1`, [id])).length >
    0
  )
}

/** Keeps the certificate chain of a key of ours. */
export async function putChain(db: Queryable, kid: string, chain: string, now: Date): Promise<void> {
  await db.query(
    `insert into gaiax_certificate (kid, chain, added_at) values ($1, $2, $3)
     on conflict (kid) do update set chain = excluded.chain, added_at = excluded.added_at
     where gaiax_certificate.chain <> excluded.chain`,
    [kid, chain, now],
  )
}

/** The certificate chain of a key of ours. */
export async function findChain(db: Queryable, kid: string): Promise<string | undefined> {
  const [row] = await db.query<{ chain: string }>('select chain from gaiax_certificate where kid = $1', [kid])
  return row?.chain
}
