import { json, type Queryable } from '../../db/index.ts'
import type { IssuedCredential, Page } from './types.ts'

const columns = `id, request_id as "requestId", definition, type, profile, holder, claims, schema, status, state, reason,
  valid_from as "validFrom", valid_until as "validUntil", changed_at as "changedAt"`

/** Writes down what is issued. */
export async function insertCredential(tx: Queryable, credential: IssuedCredential): Promise<void> {
  const { id, requestId, definition, type, profile, holder, claims, schema, status, validFrom, validUntil } = credential
  await tx.query(
    `insert into issued_credential (id, request_id, definition, type, profile, holder, claims, schema, status, state, valid_from,
       valid_until, changed_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, 'ACTIVE', $10, $11, $10)`,
    [id, requestId, definition, type, profile, holder, claims, schema, json(status), validFrom, validUntil],
  )
}

/** What was issued for a request. */
export const credentialsOf = (db: Queryable, requestId: string): Promise<IssuedCredential[]> =>
  db.query<IssuedCredential>(`select ${columns} from issued_credential where request_id = $1 order by definition`, [
    requestId,
  ])

/** The credential as it stands. */
export async function findCredential(db: Queryable, id: string): Promise<IssuedCredential | undefined> {
  const [row] = await db.query<IssuedCredential>(`select ${columns} from issued_credential where id = $1`, [id])
  return row
}

/** The credential, held until the transaction ends. */
export async function lockCredential(tx: Queryable, id: string): Promise<IssuedCredential | undefined> {
  const [row] = await tx.query<IssuedCredential>(`select ${columns} from issued_credential where id = $1 for update`, [
    id,
  ])
  return row
}

/** Its status has changed. */
export async function changeCredential(
  tx: Queryable,
  { id, state, reason }: Pick<IssuedCredential, 'id' | 'state' | 'reason'>,
  now: Date,
): Promise<void> {
  await tx.query('update issued_credential set state = $2, reason = $3, changed_at = $4 where id = $1', [
    id,
    state,
    reason,
    now,
  ])
}

/** Issued credentials, the latest first. */
export function listCredentials(
  db: Queryable,
  { state, holder, limit, offset }: Page & { state?: string | undefined; holder?: string | undefined },
): Promise<IssuedCredential[]> {
  return db.query<IssuedCredential>(
    `select ${columns} from issued_credential where ($1::text is null or state = $1) and ($2::text is null or holder = $2)
     order by valid_from desc, id limit $3 offset $4`,
    [state ?? null, holder ?? null, limit, offset],
  )
}
