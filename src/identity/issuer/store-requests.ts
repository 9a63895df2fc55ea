import type { Queryable } from '../../db/index.ts'
import type { IssuanceRequest, Page } from './types.ts'

const columns = `id, holder, holder_pid as "holderPid", definitions, state, reason, decided_by as "decidedBy", access,
  delivered_at as "deliveredAt", error, created_at as "createdAt", updated_at as "updatedAt"`

/** Writes a new request down. */
export async function insertRequest(tx: Queryable, request: IssuanceRequest): Promise<void> {
  const { id, holder, holderPid, definitions, state, decidedBy, access, createdAt } = request
  await tx.query(
    `insert into issuance_request (id, holder, holder_pid, definitions, state, decided_by, access, created_at, updated_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $8)`,
    [id, holder, holderPid, definitions, state, decidedBy, access, createdAt],
  )
}

/** The request as it stands. */
export async function findRequest(db: Queryable, id: string): Promise<IssuanceRequest | undefined> {
  const [row] = await db.query<IssuanceRequest>(`select ${columns} from issuance_request where id = $1`, [id])
  return row
}

/** The request, held until the transaction ends. */
export async function lockRequest(tx: Queryable, id: string): Promise<IssuanceRequest | undefined> {
  const [row] = await tx.query<IssuanceRequest>(`select ${columns} from issuance_request where id = $1 for update`, [
    id,
  ])
  return row
}

/** One by which a holder has asked for the same already and not yet got it: who repeats a request whose answer was lost makes no second. */
export async function findOpenRequest(
  tx: Queryable,
  { holder, holderPid, definitions }: Pick<IssuanceRequest, 'holder' | 'holderPid' | 'definitions'>,
): Promise<string | undefined> {
  // Two repetitions at once: the second waits here.
  await tx.query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [`issuance ${holder}`])
  const [row] = await tx.query<{ id: string }>(
    `select id from issuance_request where holder = $1 and holder_pid = $2 and definitions = $3 and delivered_at is null
       and error is null and state <> 'REJECTED' limit 1`,
    [holder, holderPid, definitions],
  )
  return row?.id
}

/** How many requests of a holder are open: it has neither what it asked for nor a refusal, and we have not given up. */
export async function countOpen(tx: Queryable, holder: string): Promise<number> {
  const [row] = await tx.query<{ count: number }>(
    `select count(*)::int as count from issuance_request where holder = $1 and delivered_at is null and error is null
       and state <> 'REJECTED'`,
    [holder],
  )
  return row?.count ?? 0
}

/** How many requests wait for a person, of holders that are not among the known ones. */
export async function countWaitingOfOthers(tx: Queryable, known: readonly string[]): Promise<number> {
  const [row] = await tx.query<{ count: number }>(
    `select count(*)::int as count from issuance_request where state = 'WAITING' and holder <> all($1)`,
    [known],
  )
  return row?.count ?? 0
}

/** Requests, the latest first. */
export function listRequests(
  db: Queryable,
  { state, holder, limit, offset }: Page & { state?: string | undefined; holder?: string | undefined },
): Promise<IssuanceRequest[]> {
  return db.query<IssuanceRequest>(
    `select ${columns} from issuance_request where ($1::text is null or state = $1) and ($2::text is null or holder = $2)
     order by created_at desc, id limit $3 offset $4`,
    [state ?? null, holder ?? null, limit, offset],
  )
}

/** It is decided. */
export async function decideRequest(
  tx: Queryable,
  { id, state, reason }: { id: string; state: 'APPROVED' | 'REJECTED'; reason: string | null },
  now: Date,
): Promise<void> {
  await tx.query(
    `update issuance_request set state = $2, reason = $3, decided_by = 'operator', error = null, updated_at = $4 where id = $1`,
    [id, state, reason, now],
  )
}

/** The holder has what it asked for, or knows that it will not get it: its token is forgotten, and the claims with it. */
export async function markDelivered(tx: Queryable, id: string, now: Date): Promise<void> {
  await tx.query('update issuance_request set delivered_at = $2, access = null, updated_at = $2 where id = $1', [
    id,
    now,
  ])
  await tx.query('update issued_credential set claims = null where request_id = $1', [id])
}

/** Delivery was given up. */
export async function markUndeliverable(tx: Queryable, id: string, error: string, now: Date): Promise<void> {
  await tx.query('update issuance_request set error = left($2, 2000), updated_at = $3 where id = $1', [id, error, now])
}

/** It is to be delivered once more. */
export async function clearError(tx: Queryable, id: string, now: Date): Promise<void> {
  await tx.query('update issuance_request set error = null, updated_at = $2 where id = $1', [id, now])
}
