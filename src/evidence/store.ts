import type { Queryable } from '../db/index.ts'
import type { Role } from '../process/index.ts'
import type { Moved } from './bundle.ts'

/** The transfers under an agreement, the first ones first, and how many there are in all. */
export async function findTransfers(
  db: Queryable,
  agreementId: string,
  role: Role,
  most: number,
): Promise<{ readonly ids: readonly string[]; readonly count: number }> {
  const rows = await db.query<{ id: string; count: number }>(
    `select id, (count(*) over ())::int as count from process where kind = 'transfer' and agreement_id = $1 and role = $2
     order by created_at, id limit $3`,
    [agreementId, role, most],
  )
  return { ids: rows.map(({ id }) => id), count: rows[0]?.count ?? 0 }
}

/** What our data plane let out for a transfer; nothing if it served none. */
export async function findServed(db: Queryable, transferId: string): Promise<Moved['served']> {
  const [row] = await db.query<{ requests: number; bytes: number; at: Date | null }>(
    'select requests, bytes, accessed_at as at from data_flow where id = $1',
    [transferId],
  )
  return row ? { requests: row.requests, bytes: row.bytes, lastAt: row.at?.toISOString() ?? null } : null
}

/** What was counted of an agreement's use. */
export async function findCounted(
  db: Queryable,
  agreementId: string,
): Promise<{ accesses: number; bytes: number } | null> {
  const [row] = await db.query<{ accesses: number; bytes: number }>(
    'select begun as accesses, bytes from agreement_usage where agreement_id = $1',
    [agreementId],
  )
  return row ?? null
}

/** What people did to things of those ids, as the audit has it: entries of its chain. */
export function findAudit(db: Queryable, ids: readonly string[]): Promise<object[]> {
  return db.query(
    `select seq, to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as at, request, event, actor, caller, method, route,
       object, status, code, before, hash
     from audit where request in (select request from audit where object = any($1)) order by seq`,
    [ids],
  )
}
