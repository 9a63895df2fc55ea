import { json } from '../db/index.ts'
import type { Parameter, Queryable } from '../db/types.ts'
import { type Fact, factsAsRows, insertFacts } from '../events/index.ts'
import type { Entry } from './journal.ts'
import type { Process, Role } from './types.ts'

export type Kind = 'negotiation' | 'transfer'

/** Work in a lane of the outbox, as asked for in a transaction. */
export interface Wake {
  readonly lane: string
  readonly due: Date
  /** The replica that will do it as soon as it is committed; null leaves it to whoever finds it due. */
  readonly owner: number | null
  /** Take it away from the replica that has it: what that one is doing has been overtaken. */
  readonly steal: boolean
  readonly payload: unknown
}

/** Work in a lane as it stands after the commit. */
export interface Woken {
  readonly lane: string
  readonly due: Date
  readonly owner: number | null
  /** The version of the process that asked for it. */
  readonly wakes: number
  readonly payload: unknown
}

/** A statement that writes something beside a process, in one with it. In it `changed` has a row if the process is written, and must be asked. */
export interface Beside {
  readonly sql: string
  readonly parameters: readonly Parameter[]
}

/** What is written with a process. */
export interface Writing {
  readonly entries: readonly Entry[]
  readonly wakes: readonly Wake[]
  /** Lanes in which nothing is left to do. */
  readonly quiet: readonly string[]
  /** What others may want to hear of. */
  readonly facts?: readonly Fact[]
  /** What else is written in the same statement. */
  readonly beside?: readonly Beside[]
  /** It happens again by itself should the database server crash before it is on disk: the disk is not waited for. */
  readonly repeats?: boolean
}

/** A row of the table, by its columns. */
export interface ProcessRow extends Record<string, unknown> {
  id: string
}

/** A row as the process it is: see `asProcess`. */
export const columns = `id, role, state, counterparty, peer_pid as "peerPid", address, data, sending, seen, visits, waiting, error,
  version, journal_seq as "journalSeq", journal_hash as "journalHash", created_at as "createdAt", updated_at as "updatedAt"`

// A row has exactly the shape of a Process: the column list above names each of its properties.
export const asProcess = <P extends Process>(row: ProcessRow | undefined): P | undefined => row as P | undefined

/** The process, held until the end of the transaction. */
export async function lockProcess<P extends Process>(tx: Queryable, kind: Kind, id: string): Promise<P | undefined> {
  const [row] = await tx.query<ProcessRow>(`select ${columns} from process where id = $1 and kind = $2 for update`, [
    id,
    kind,
  ])
  return asProcess<P>(row)
}

/** The process as it stands. */
export async function findProcess<P extends Process>(db: Queryable, kind: Kind, id: string): Promise<P | undefined> {
  const [row] = await db.query<ProcessRow>(`select ${columns} from process where id = $1 and kind = $2`, [id, kind])
  return asProcess<P>(row)
}

/** The process that a counterparty calls by this id. */
export async function findByPeer<P extends Process>(
  db: Queryable,
  kind: Kind,
  process: Pick<Process, 'role' | 'counterparty'>,
  peerPid: string,
): Promise<P | undefined> {
  const [row] = await db.query<ProcessRow>(
    `select ${columns} from process where kind = $1 and role = $2 and counterparty = $3 and peer_pid = $4`,
    [kind, process.role, process.counterparty, peerPid],
  )
  return asProcess<P>(row)
}

/** Counts the processes with a counterparty that have not ended yet, no more than `most`; each by the place of its parameter. */
const countSql = ({
  kind,
  role,
  counterparty,
  most,
}: Readonly<Record<'kind' | 'role' | 'counterparty' | 'most', string>>) =>
  `select count(*)::int as count from (
     select from process where kind = ${kind} and role = ${role} and counterparty = ${counterparty} and outcome is null limit ${most}
   ) as open`

/** How many processes with a counterparty have not ended yet; no more than `most` are counted. */
export async function countOpen(
  db: Queryable,
  kind: Kind,
  { role, counterparty }: Pick<Process, 'role' | 'counterparty'>,
  most: number,
): Promise<number> {
  const [row] = await db.query<{ count: number }>(
    countSql({ kind: '$1', role: '$2', counterparty: '$3', most: '$4' }),
    [kind, role, counterparty, most],
  )
  return row?.count ?? 0
}

/** What is written with a process, in one statement with it: nothing, unless `changed` has a row, which is the process. */
const writeRest = `
  noted as (
    insert into journal (process_id, seq, at, actor, event, message, state, digest, detail, hash)
    select $1, e.* from jsonb_to_recordset($2) as e
      (seq int, at timestamptz, actor text, event text, message text, state text, digest text, detail jsonb, hash text)
    where exists (select from changed)
  ),
  told as (${insertFacts('$6')} where exists (select from changed)),
  quieted as (delete from outbox where process_id = $1 and lane = any($4) and exists (select from changed)),
  woken as (
    insert into outbox (process_id, lane, counterparty, due, owner, payload, created_at, wakes)
    select $1, w.lane, $5, w.due, w.owner, w.payload, w.at, w.wakes from jsonb_to_recordset($3) as w
      (lane text, due timestamptz, owner int, payload jsonb, at timestamptz, wakes int)
    where exists (select from changed)
    on conflict (process_id, lane) do update set
      due = excluded.due, wakes = excluded.wakes, attempts = 0, error = null, payload = excluded.payload,
      created_at = excluded.created_at,
      owner = case when outbox.owner is null or (select bool_or(steal) from jsonb_to_recordset($3) as w (lane text, steal bool)
        where w.lane = outbox.lane) then excluded.owner else outbox.owner end
    returning lane, due, owner, wakes, payload
  )
  select lane, due, owner, wakes, payload from changed left join woken on true`

/** Their statements as parts of a greater one, whose parameters theirs are added to. */
const besides = (all: readonly Beside[], parameters: Parameter[]): string =>
  all
    .map(({ sql, parameters: own }, index) => {
      const before = parameters.length
      parameters.push(...own)
      return `beside${index} as (${sql.replace(/\$(\d+)/g, (_, place) => `$${before + Number(place)}`)}),`
    })
    .join('\n')

/** What insertion and update have in common: `$1` to `$6` for the rest, `$7` to `$18` for the process. */
const parametersOf = (p: Process, { entries, wakes, quiet, facts = [] }: Writing): Parameter[] => [
  p.id,
  json(entries),
  json(wakes.map(wake => ({ ...wake, at: p.updatedAt, wakes: p.version }))),
  quiet,
  p.counterparty,
  factsAsRows(facts, p.updatedAt),
  p.state,
  p.peerPid,
  p.address,
  json(p.data),
  json(p.sending),
  p.seen,
  json(p.visits),
  p.waiting && json(p.waiting),
  p.error,
  p.version,
  p.journalSeq,
  p.journalHash,
]

/** The statement's answer: a row for each lane with work, one of nulls if there is none, and no row at all if nothing was written. */
type Written = { readonly [K in keyof Woken]: Woken[K] | null }

/** Writes a process by that statement, whose own parameters come behind `$18`, and the rest with it. */
async function writeWhole(
  on: Queryable,
  changed: string,
  p: Process,
  writing: Writing,
  own: readonly Parameter[],
): Promise<Woken[] | undefined> {
  const parameters = [...parametersOf(p, writing), ...own]
  const beside = besides(writing.beside ?? [], parameters)
  const rows = await on.query<Written & object>(`with changed as (${changed}), ${beside} ${writeRest}`, parameters)
  return rows.length === 0 ? undefined : rows.filter((row): row is Woken => row.lane !== null)
}

/**
 * Writes a new process, its journal and its work in one statement. Undefined, and nothing is written, if the counterparty's id is taken, or it
 * has `most` of that kind open with us in that role.
 */
export function insertProcess(
  on: Queryable,
  kind: Kind,
  p: Process,
  writing: Writing,
  most = Number.POSITIVE_INFINITY,
): Promise<Woken[] | undefined> {
  return writeWhole(
    on,
    `insert into process (id, counterparty, state, peer_pid, address, data, sending, seen, visits, waiting, error,
       version, journal_seq, journal_hash, kind, role, created_at, updated_at)
     select $1, $5, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $21
     where $22::bigint is null or $22 > (${countSql({ kind: '$19', role: '$20', counterparty: '$5', most: '$22' })})
     on conflict (kind, role, counterparty, peer_pid) do nothing returning id`,
    p,
    writing,
    [kind, p.role, p.createdAt, Number.isFinite(most) ? most : null],
  )
}

/**
 * Writes a changed process, its journal and its work in one statement. Undefined, and nothing is written, unless it stands there in the
 * version before this one.
 */
export function updateProcess(on: Queryable, p: Process, writing: Writing): Promise<Woken[] | undefined> {
  return writeWhole(
    on,
    `update process set state = $7, peer_pid = $8, address = $9, data = $10, sending = $11, seen = $12, visits = $13,
       waiting = $14, error = $15, version = $16, journal_seq = $17, journal_hash = $18, updated_at = $19
     where id = $1 and version = $16 - 1
       and set_config('synchronous_commit', coalesce($20, current_setting('synchronous_commit')), true) is not null
     returning id`,
    p,
    writing,
    [p.updatedAt, writing.repeats ? 'off' : null],
  )
}

/** An entry of a journal as it was hashed. */
export const entryColumns = `seq, to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as at, actor, event, message, state, digest,
  detail, hash`

/** The journal of a process, oldest first. */
export function listJournal(db: Queryable, processId: string): Promise<Entry[]> {
  return db.query<Entry & object>(`select ${entryColumns} from journal where process_id = $1 order by seq`, [processId])
}

/** An entry of one of several journals, and whose it is. */
export interface SourcedEntry extends Entry {
  readonly source: { readonly kind: Kind; readonly id: string }
}

/** What happened to the negotiation of an agreement and to the transfers under it, as one line of time, oldest first. */
export function listAgreementJournal(
  db: Queryable,
  { id, negotiationId, role }: { readonly id: string; readonly negotiationId: string; readonly role: Role },
  { limit, offset }: { readonly limit: number; readonly offset: number },
): Promise<SourcedEntry[]> {
  return db.query<SourcedEntry & object>(
    `select json_build_object('kind', (select kind from process where id = process_id), 'id', process_id) as source, ${entryColumns}
     from journal
     where process_id = $1
       or process_id in (select id from process where kind = 'transfer' and agreement_id = $2 and role = $3)
     order by journal.at, process_id, seq limit $4 offset $5`,
    [negotiationId, id, role, limit, offset],
  )
}
