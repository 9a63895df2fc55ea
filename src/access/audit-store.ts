import { json } from '../db/index.ts'
import type { Queryable } from '../db/types.ts'
import type { AuditEntry, ChainEnd } from './chain.ts'

/** One request, with how it ended. */
export interface Change {
  /** Its place in the chain. */
  readonly seq: number
  readonly id: string
  readonly at: Date
  readonly actor: string
  readonly method: string
  readonly route: string
  readonly object: string | null
  /** Of the answer; null while it is under way, and for ever if the process died in the middle of it. */
  readonly status: number | null
  readonly code: string | null
  readonly endedAt: Date | null
}

/** Which changes are wanted: all that is given must fit. */
export interface ChangeQuery {
  readonly actor?: string | undefined
  readonly object?: string | undefined
  readonly from?: Date | undefined
  readonly to?: Date | undefined
  /** Those in front of that place in the chain. */
  readonly below?: number | undefined
  readonly limit: number
}

/** Where the chain ends now. */
export async function readEnd(db: Queryable): Promise<ChainEnd> {
  const [end] = await db.query<ChainEnd & object>('select seq, hash from audit_end')
  if (!end) throw new Error('the audit has no end: a row of audit_end is missing')
  return end
}

/**
 * Writes entries behind that end. False, and nothing is written, if another replica was faster. The disk is not waited for: whatever
 * is committed later is on disk later, so no change can survive a crash that its entry does not survive.
 */
export async function appendEntries(db: Queryable, behind: ChainEnd, entries: readonly AuditEntry[]): Promise<boolean> {
  const end = entries.at(-1) ?? behind
  const [row] = await db.query<{ written: number }>(
    `with moved as (
       update audit_end set seq = $3, hash = $4 where seq = $1 and hash = $2 returning 1
     ), written as (
       insert into audit (seq, at, request, event, actor, caller, method, route, object, status, code, before, hash)
       select seq, at, request, event, actor, caller, method, route, object, status, code, before, hash
       from jsonb_to_recordset($5) as e (seq bigint, at timestamptz, request text, event text, actor text, caller text,
         method text, route text, object text, status int, code text, before text, hash text)
       where exists (select from moved) returning 1
     )
     select count(*)::int as written, set_config('synchronous_commit', 'off', true) from written`,
    [behind.seq, behind.hash, end.seq, end.hash, json(entries)],
  )
  return row?.written === entries.length
}

/** Requests, the latest first. */
export function listChanges(db: Queryable, query: ChangeQuery): Promise<Change[]> {
  const { actor, object, from, to, below, limit } = query
  const all = [
    ['b.actor = ', actor],
    ['b.at >= ', from],
    ['b.at < ', to],
    ['b.seq < ', below],
    ['b.request in (select request from audit where object = ', object, ')'],
  ] as const
  const given = all.flatMap(([condition, value, end = '']) => (value === undefined ? [] : [{ condition, value, end }]))
  const conditions = given.map(({ condition, end }, index) => ` and ${condition}$${index + 2}${end}`)
  return db.query<Change & object>(
    `select b.seq, b.request as id, b.at, b.actor, b.method, b.route, coalesce(e.object, b.object) as object,
       coalesce(e.status, b.status) as status, coalesce(e.code, b.code) as code, e.at as "endedAt"
     from audit b left join audit e on e.request = b.request and e.event = 'ended'
     where b.event <> 'ended'${conditions.join('')} order by b.seq desc limit $1`,
    [limit, ...given.map(({ value }) => value)],
  )
}

/** An entry as it was hashed. */
const entryColumns = `seq, to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as at, request, event, actor, caller, method,
  route, object, status, code, before, hash`

/** Entries as they stand in the chain, the oldest first, from behind that place. */
export function readEntries(db: Queryable, above: number, limit: number): Promise<AuditEntry[]> {
  return db.query<AuditEntry & object>(`select ${entryColumns} from audit where seq > $1 order by seq limit $2`, [
    above,
    limit,
  ])
}

/** The oldest entries, none of them younger than that; held until the end of the transaction. */
export async function holdOldEntries(tx: Queryable, before: Date, limit: number): Promise<AuditEntry[]> {
  const oldest = await tx.query<AuditEntry & { young: boolean }>(
    `select ${entryColumns}, at >= $1 as young from audit order by seq limit $2 for update`,
    [before, limit],
  )
  const young = oldest.findIndex(entry => entry.young)
  return oldest.slice(0, young < 0 ? oldest.length : young).map(({ young: _, ...entry }) => entry)
}

/** Deletes the beginning of the chain, up to and with that place. */
export async function deleteEntries(tx: Queryable, upTo: number): Promise<void> {
  await tx.query('delete from audit where seq <= $1', [upTo])
}
