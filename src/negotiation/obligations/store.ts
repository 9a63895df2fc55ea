import { randomUUID } from 'node:crypto'
import { json, type Queryable } from '../../db/index.ts'
import { type Agreement, type Performance, ruleAt, ruleName } from '../../policy/index.ts'
import type { AgreementRecord } from '../store.ts'
import type { Duty, Obligation } from './types.ts'

const columns = `o.id, o.agreement_id as "agreementId", o.role, a.counterparty, o.negotiation_id as "negotiationId", o.path, o.kind,
  o.action, o.rule, o.state, o.due, o.reminded_at as "remindedAt", o.performed_at as "performedAt", o.performed_by as "performedBy",
  o.evidence, o.breached_at as "breachedAt", o.breached_by as "breachedBy", o.breach_evidence as "breachEvidence", o.created_at as "createdAt", o.updated_at as "updatedAt"`
const joined = 'from obligation o join agreement a on a.id = o.agreement_id and a.role = o.role'

/** The obligations of a negotiation's agreement, in their order in it. */
export function listKept(db: Queryable, negotiationId: string): Promise<Obligation[]> {
  return db.query<Obligation & object>(`select ${columns} ${joined} where o.negotiation_id = $1 order by o.path`, [
    negotiationId,
  ])
}

/** What a list of obligations may be narrowed to. */
export interface ObligationQuery {
  readonly state?: string
  readonly role?: string
  readonly agreement?: string
  readonly counterparty?: string
  readonly offset?: number
  readonly limit?: number
  /** Those behind this one. */
  readonly after?: { readonly id: string; readonly createdAt: Date } | undefined
}

/** Obligations by age, the latest first. */
export function listObligations(db: Queryable, query: ObligationQuery): Promise<Obligation[]> {
  return db.query<Obligation & object>(
    `select ${columns} ${joined}
     where ($1::text is null or o.state = $1) and ($2::text is null or o.role = $2) and ($3::text is null or o.agreement_id = $3)
       and ($4::text is null or a.counterparty = $4)
       and ($7::timestamptz is null or o.created_at < $7 or (o.created_at = $7 and o.id > $8))
     order by o.created_at desc, o.id limit $5 offset $6`,
    [
      query.state ?? null,
      query.role ?? null,
      query.agreement ?? null,
      query.counterparty ?? null,
      query.limit ?? 50,
      query.offset ?? 0,
      query.after?.createdAt ?? null,
      query.after?.id ?? null,
    ],
  )
}

/** The obligation of that id. */
export async function findObligation(db: Queryable, id: string): Promise<Obligation | undefined> {
  const [row] = await db.query<Obligation & object>(`select ${columns} ${joined} where o.id = $1`, [id])
  return row
}

/** Keeps how a duty stands. */
export async function keep(
  tx: Queryable,
  { id, role, negotiationId }: AgreementRecord,
  duty: Duty,
  now: Date,
): Promise<void> {
  await tx.query(
    `insert into obligation (id, agreement_id, role, negotiation_id, path, kind, action, rule, state, due, created_at, updated_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $11)
     on conflict (negotiation_id, path) do update set state = excluded.state, due = excluded.due, updated_at = excluded.updated_at`,
    [
      `urn:uuid:${randomUUID()}`,
      id,
      role,
      negotiationId,
      duty.path,
      duty.kind,
      duty.action,
      json(duty.rule ?? null),
      duty.state,
      duty.due,
      now,
    ],
  )
}

/** Somebody was reminded. */
export async function markReminded(tx: Queryable, id: string, now: Date): Promise<void> {
  await tx.query('update obligation set reminded_at = $2 where id = $1', [id, now])
}

/** What somebody states: when it was, and what shows it. */
interface Statement {
  readonly at: Date
  readonly by: string
  readonly evidence: unknown
}

/** Somebody states that it was done. */
export async function markPerformed(tx: Queryable, id: string, statement: Statement): Promise<void> {
  await tx.query('update obligation set performed_at = $2, performed_by = $3, evidence = $4 where id = $1', [
    id,
    ...parametersOf(statement),
  ])
}

/** Somebody states that it was missed, or the prohibition broken that it makes up for: with it all that makes up for that one. */
export async function markBreached(tx: Queryable, { id, kind, path, negotiationId }: Obligation, statement: Statement) {
  await tx.query(
    `update obligation set breached_at = $2, breached_by = $3, breach_evidence = $4
     where id = $1 or ($5 and negotiation_id = $6 and kind = 'remedy' and starts_with(path, $7))`,
    [id, ...parametersOf(statement), kind === 'remedy', negotiationId, path.replace(/\d+$/, '')],
  )
}

const parametersOf = ({ at, by, evidence }: Statement) =>
  [at, by, evidence === undefined ? null : json(evidence)] as const

/** What was done under an agreement, and what was not, as policies are told it. */
export const performancesOf = (agreement: Agreement, kept: readonly Obligation[]): readonly Performance[] =>
  kept.flatMap(({ id, kind, path, rule, performedAt, breachedAt }) => {
    const told = (place: string, of: unknown, state: Performance['state'], at: Date | null) =>
      at ? [{ rule: ruleName(of, place), state, at, report: id }] : []
    const broken = path.replace(/\/remedy\/\d+$/, '')
    return [
      ...told(path, rule, 'Performed', performedAt),
      ...(kind === 'remedy'
        ? told(broken, ruleAt(agreement, broken), 'Performed', breachedAt)
        : told(path, rule, 'Unperformed', breachedAt)),
    ]
  })
