import { type Database, json, type Parameter, type Queryable, type Transaction } from '../db/index.ts'
import { type Agreement, termsDigest } from '../policy/index.ts'
import { type Archive, type Beside, type Condition, conditionSql, type Role, seconds, text } from '../process/index.ts'
import type { Negotiation, NegotiationStep } from './types.ts'

/** An agreement as we keep it, with the negotiation it came from. */
export interface AgreementRecord {
  readonly id: string
  readonly role: Role
  readonly negotiationId: string
  readonly counterparty: string
  readonly datasetId: string
  readonly agreement: Agreement
  readonly agreedAt: Date
  /** Null until the negotiation is FINALIZED; before that the agreement allows nothing. */
  readonly finalizedAt: Date | null
  /** SHA-256, hex, of its terms in canonical form; null for agreements from before it was kept. */
  readonly digest: string | null
  /** SHA-256, hex, of the whole as an RDF graph in canonical form; null as long as nobody has asked for it. */
  readonly policyHash: string | null
  /** When it came to an end before its time, and why; null as long as it counts. */
  readonly retiredAt: Date | null
  readonly retiredReason: string | null
}

/** Does what follows, in the same transaction, when an agreement counts from now on, counts no more, or counts again. */
export type ContractChanged = (
  tx: Transaction,
  agreement: Pick<AgreementRecord, 'id' | 'counterparty'>,
) => Promise<void>

const columns = `id, role, negotiation_id as "negotiationId", counterparty, dataset_id as "datasetId", agreement,
  agreed_at as "agreedAt", finalized_at as "finalizedAt", digest, policy_hash as "policyHash", retired_at as "retiredAt", retired_reason as "retiredReason"`

/** The constraint that stands against an agreement whose id names another one already. */
export const NAMED_TWICE = 'agreement_pkey'

/** Keeps the agreement of a negotiation that has reached AGREED, in place of an earlier one; `final` if it counts from now on. */
export function agree(negotiation: Negotiation, agreement: Agreement, final: boolean): Beside {
  const { id, role, counterparty, data, updatedAt } = negotiation
  return {
    sql: `insert into agreement (id, role, negotiation_id, counterparty, dataset_id, agreement, agreed_at, digest, finalized_at)
      select $1, $2, $3, $4, $5, $6, $7, $8, $9 from changed
      on conflict (negotiation_id) do update set id = excluded.id, dataset_id = excluded.dataset_id, agreement = excluded.agreement,
        agreed_at = excluded.agreed_at, digest = excluded.digest, finalized_at = excluded.finalized_at, policy_hash = null`,
    parameters: [
      agreement['@id'],
      role,
      id,
      counterparty,
      data.datasetId,
      json(agreement),
      updatedAt,
      termsDigest(agreement),
      final ? updatedAt : null,
    ],
  }
}

/** From now on the agreement counts. */
export const finalize = ({ id, updatedAt }: Negotiation): Beside => ({
  sql: 'update agreement set finalized_at = $2 from changed where negotiation_id = $1',
  parameters: [id, updatedAt],
})

/** Keeps the hash of the agreement of a negotiation; of several that were made at once, all are the same. */
export async function keepHash(db: Queryable, negotiationId: string, hash: string): Promise<void> {
  await db.query('update agreement set policy_hash = $2 where negotiation_id = $1', [negotiationId, hash])
}

/** From now on the agreement of a negotiation allows nothing any more. False if that is so already, or it never counted. */
export async function retire(tx: Queryable, negotiationId: string, reason: string, at: Date): Promise<boolean> {
  const retired = await tx.query(
    `update agreement set retired_at = $2, retired_reason = $3
     where negotiation_id = $1 and retired_at is null and finalized_at is not null returning id`,
    [negotiationId, at, reason],
  )
  return retired.length > 0
}

/** A retired agreement counts again. False if it counts already. */
export async function reinstate(tx: Queryable, negotiationId: string): Promise<boolean> {
  const reinstated = await tx.query(
    `update agreement set retired_at = null, retired_reason = null
     where negotiation_id = $1 and retired_at is not null returning id`,
    [negotiationId],
  )
  return reinstated.length > 0
}

/** The agreement of that id in which we have that role. */
export async function findAgreement(db: Queryable, id: string, role?: Role): Promise<AgreementRecord | undefined> {
  const [row] = await db.query<AgreementRecord & object>(
    `select ${columns} from agreement where id = $1 and ($2::text is null or role = $2)`,
    [id, role ?? null],
  )
  return row
}

/** Whether our word that an agreement is final is on its way to the consumer, or has arrived there and is not booked yet. */
export async function isBeingFinalized(db: Queryable, { negotiationId }: AgreementRecord): Promise<boolean> {
  const word: Extract<NegotiationStep['message'], 'finalize'> = 'finalize'
  const rows = await db.query(`select from process where id = $1 and sending -> 0 -> 'step' ->> 'message' = $2`, [
    negotiationId,
    word,
  ])
  return rows.length > 0
}

/** The agreement that a negotiation led to. */
export async function findAgreementOf(db: Queryable, negotiationId: string): Promise<AgreementRecord | undefined> {
  const [row] = await db.query<AgreementRecord & object>(`select ${columns} from agreement where negotiation_id = $1`, [
    negotiationId,
  ])
  return row
}

/** What agreements can be looked for by. */
const searched = {
  id: text('id'),
  role: text('role'),
  negotiationId: text('negotiation_id'),
  counterparty: text('counterparty'),
  datasetId: text('dataset_id'),
  provider: text(`agreement ->> 'assigner'`),
  consumer: text(`agreement ->> 'assignee'`),
  agreedAt: seconds('agreed_at'),
  retiredAt: seconds('retired_at'),
  retiredReason: text('retired_reason'),
} as const

/** What agreements can be looked for by. Times are full seconds since 1970. */
export type AgreementField = keyof typeof searched

/** What a list of agreements may be narrowed to. */
export interface AgreementQuery {
  readonly offset?: number
  readonly limit?: number
  /** Where the page before ended. */
  readonly after?: { readonly id: string; readonly createdAt: Date } | undefined
  /** For each field the values it may have; an empty list finds nothing. */
  readonly any?: { readonly [F in AgreementField]?: readonly string[] }
  /** What must hold besides. */
  readonly where?: readonly Condition<AgreementField>[]
  /** Only those that were retired, or only those that were not. */
  readonly retired?: boolean
  /** Another field than the time of the agreement, for which there is no index. */
  readonly sort?: AgreementField | undefined
  readonly order?: 'asc' | 'desc'
}

function orderBy(field: AgreementField = 'agreedAt'): string {
  if (field === 'agreedAt') return 'agreed_at'
  const { sql, type } = searched[field]
  return type === 'text' ? `(${sql}) collate "C"` : sql
}

/** Finalised agreements by age, the latest first unless asked otherwise. Only what is asked for stands in the statement, so that its plan can use an index. */
export function listAgreements(db: Queryable, query: AgreementQuery = {}): Promise<AgreementRecord[]> {
  const { after, any = {}, where = [], limit = 50, offset = 0, retired } = query
  const parameters: Parameter[] = [limit, offset]
  const place = (value: Parameter) => `$${parameters.push(value)}`
  const oneOf = (Object.entries(any) as [AgreementField, readonly string[]][]).map(
    ([field, values]): Condition<AgreementField> => ({ field, operator: 'in', values }),
  )
  const conditions = [...oneOf, ...where].map(each => conditionSql(searched[each.field], each, place))
  if (retired !== undefined) conditions.push(`retired_at is ${retired ? 'not ' : ''}null`)
  const [order, further] = query.order === 'asc' ? ['asc', '>'] : ['desc', '<']
  if (after) {
    const [at, id] = [place(after.createdAt), place(after.id)]
    // The first condition is for the index, the second for those of the same moment.
    conditions.push(`agreed_at ${further}= ${at} and (agreed_at ${further} ${at} or id > ${id})`)
  }
  return db.query<AgreementRecord & object>(
    `select ${columns} from agreement where ${['finalized_at is not null', ...conditions].join(' and ')}
     order by ${orderBy(query.sort)} ${order}, id limit $1 offset $2`,
    parameters,
  )
}

/** Deletes what else there is of agreements, and gives what of it belongs into the archive, by id of the negotiation. */
export type ForgetAgreements = (
  tx: Queryable,
  agreements: readonly AgreementRecord[],
) => Promise<ReadonlyMap<string, object>>

/**
 * Deletes agreements that were made before a time, and files them away before; at most so many, the oldest first. The answer is how many
 * they were. One stays as long as its negotiation is kept, or data flows under it.
 */
export function deleteAgreements(
  db: Database,
  given: { before: Date; limit: number; archive: Archive | undefined; forget: ForgetAgreements; now: Date },
): Promise<number> {
  const { before, limit, archive, forget, now } = given
  return db.transaction(async tx => {
    const records = await tx.query<AgreementRecord & object>(
      `select ${columns} from agreement a where agreed_at < $1
         and not exists (select from process p where p.id = a.negotiation_id)
         and not exists (select from process t where t.kind = 'transfer' and t.agreement_id = a.id and t.outcome is null)
       order by agreed_at limit $2 for update skip locked`,
      [before, limit],
    )
    if (records.length === 0) return 0
    const more = await forget(tx, records)
    const lines = records.map(record => ({ kind: 'agreement', ...record, ...more.get(record.negotiationId) }))
    await archive?.('agreements', lines, now)
    await tx.query('delete from agreement where negotiation_id = any($1)', [records.map(each => each.negotiationId)])
    return records.length
  })
}

/** Whether a dataset is spoken for: under an agreement, or in a negotiation that has not ended. */
export async function isBound(db: Queryable, datasetId: string): Promise<boolean> {
  const [row] = await db.query<{ bound: boolean }>(
    `select exists (select from agreement where dataset_id = $1 and role = 'provider')
       or exists (select from process where kind = 'negotiation' and role = 'provider' and dataset_id = $1
         and outcome is null) as bound`,
    [datasetId],
  )
  return row?.bound ?? false
}
