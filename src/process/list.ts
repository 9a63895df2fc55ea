import type { Parameter, Queryable } from '../db/types.ts'
import { type Condition, conditionSql, millis, type Searched, seconds, text } from './conditions.ts'
import { asProcess, columns, type Kind, type ProcessRow } from './store.ts'
import type { Process } from './types.ts'

/** The states in which processes of any kind end: what the table has in the column `outcome`. */
export const outcomes: readonly string[] = ['FINALIZED', 'COMPLETED', 'TERMINATED']

/** What processes can be looked for by. A new one is a new row here. */
const searched = {
  id: text('id'),
  role: text('role'),
  /** The state, and behind `>` the last step of ours under way: `REQUESTED`, `INITIAL>request`, `STARTED>suspend`. */
  standing: text(`coalesce(state, 'INITIAL') || coalesce('>' || (sending -> -1 -> 'step' ->> 'message'), '')`),
  counterparty: text('counterparty'),
  address: text('address'),
  peerPid: text('peer_pid'),
  datasetId: text('dataset_id'),
  format: text(`data ->> 'format'`),
  error: text('error'),
  destinationType: text(`data -> 'destination' ->> 'endpointType'`),
  createdAt: millis('created_at'),
  updatedAt: millis('updated_at'),
  edrReceivedAt: millis(`(data -> 'edr' ->> 'receivedAt')::timestamptz`),
} as const

/** What they can be looked for by of the agreement that a negotiation led to, or a transfer is made under. */
const ofAgreement = {
  agreementId: text('id'),
  agreedDatasetId: text('dataset_id'),
  negotiationId: text('negotiation_id'),
  provider: text(`agreement ->> 'assigner'`),
  consumer: text(`agreement ->> 'assignee'`),
  agreedAt: seconds('agreed_at'),
} as const

/** What processes can be looked for by. Times are ms since 1970, that of the agreement is seconds. */
export type ProcessField = keyof typeof searched | keyof typeof ofAgreement

/** What a list is sorted by that has no index; those that have no such field come last. */
export interface Sorting {
  readonly field: ProcessField
  /** The values that it can have, in their order; without it their own order counts. */
  readonly among?: readonly string[]
}

/** What a list of processes may be narrowed to. */
export interface ProcessQuery {
  readonly offset?: number
  readonly limit?: number
  /** Where the page before ended: its last process. With it a list goes on as fast as it began, however long it is; by creation only. */
  readonly after?: Pick<Process, 'id' | 'createdAt'> | undefined
  readonly role?: string
  readonly state?: string
  readonly counterparty?: string
  /** For each field the values it may have; an empty list finds nothing. */
  readonly any?: { readonly [F in ProcessField]?: readonly string[] }
  /** What must hold besides. */
  readonly where?: readonly Condition<ProcessField>[]
  /** Only those whose data has a property of that name. */
  readonly has?: string
  readonly sort?: 'created' | 'updated' | Sorting
  readonly order?: 'asc' | 'desc'
}

/** A statement's conditions and their parameters, as they are put together. */
interface Narrowed {
  readonly conditions: string[]
  readonly parameters: Parameter[]
}

/**
 * Processes by age, the latest first unless asked otherwise. Only what is asked for stands in the statement: a plan that is made once
 * for all questions could use no index for any.
 */
export async function listProcesses<P extends Process>(db: Queryable, kind: Kind, query: ProcessQuery): Promise<P[]> {
  const narrowed = narrow(kind, query)
  const page = [place(narrowed, query.limit ?? 50), place(narrowed, query.offset ?? 0)] as const
  const sql = statement(kind, narrowed, query, page)
  const rows = await db.query<ProcessRow>(sql, narrowed.parameters)
  return rows.flatMap(row => asProcess<P>(row) ?? [])
}

type Page = readonly [limit: string, offset: string]

function statement(kind: Kind, narrowed: Narrowed, query: ProcessQuery, page: Page): string {
  if (typeof query.sort === 'object') return byField(kind, narrowed, { ...query, sort: query.sort }, page)
  return query.sort === 'updated' ? byChange(narrowed, query, page) : byCreation(narrowed, query, page)
}

function byField(
  kind: Kind,
  narrowed: Narrowed,
  { sort: { field, among }, order }: ProcessQuery & { readonly sort: Sorting },
  [limit, offset]: Page,
): string {
  const { sql, type } = searched[field as keyof typeof searched] ?? ofItsAgreement(kind, field)
  const value = among ? `array_position(${place(narrowed, among)}::text[], ${sql})` : sql
  const by = type === 'text' && !among ? `(${value}) collate "C"` : value
  return `select ${columns} from process where ${narrowed.conditions.join(' and ')}
    order by ${by} ${order === 'asc' ? 'asc' : 'desc'} nulls last, id limit ${limit} offset ${offset}`
}

/** A field of the agreement that a negotiation led to, or a transfer is made under. */
function ofItsAgreement(kind: Kind, field: ProcessField): Searched {
  const { sql, type } = ofAgreement[field as keyof typeof ofAgreement]
  const its =
    kind === 'negotiation'
      ? 'negotiation_id = process.id'
      : '(agreement.id, agreement.role) = (process.agreement_id, process.role)'
  return { sql: `(select ${sql} from agreement where ${its})`, type }
}

function byCreation(
  { conditions }: Narrowed,
  { order }: ProcessQuery,
  [limit, offset]: readonly [string, string],
): string {
  return `select ${columns} from process where ${conditions.join(' and ')}
    order by created_at ${order === 'asc' ? 'asc' : 'desc'}, id limit ${limit} offset ${offset}`
}

/**
 * What lives changes with every message, so no index has the time of its last change: these few are sorted. Of the many that have
 * ended an index has it.
 */
function byChange(
  { conditions }: Narrowed,
  { order }: ProcessQuery,
  [limit, offset]: readonly [string, string],
): string {
  const direction = order === 'asc' ? 'asc' : 'desc'
  const part = (more: string, by: string) =>
    `(select * from process where ${[...conditions, more].join(' and ')}
      order by ${by} ${direction}, id limit ${limit}::bigint + ${offset}::bigint)`
  return `select ${columns} from (${part('outcome is null', 'updated_at')} union all ${part('outcome is not null', 'ended_at')}) as found
    order by updated_at ${direction}, id limit ${limit} offset ${offset}`
}

/** Takes a value for the statement, and gives the place where it stands. */
function place({ parameters }: Narrowed, value: Parameter): string {
  return `$${parameters.push(value)}`
}

function narrow(kind: Kind, query: ProcessQuery): Narrowed {
  const narrowed: Narrowed = { conditions: [], parameters: [] }
  const { conditions } = narrowed
  const demand = (condition: string, value: Parameter) =>
    conditions.push(condition.replace('?', place(narrowed, value)))
  demand('kind = ?', kind)
  if (query.role !== undefined) demand('role = ?', query.role)
  if (query.state !== undefined) inStates(narrowed, [query.state])
  if (query.counterparty !== undefined) demand('counterparty = ?', query.counterparty)
  if (query.has !== undefined) conditions.push(`jsonb_exists(data, ${place(narrowed, query.has)})`)
  for (const [field, values] of Object.entries(query.any ?? {}) as [ProcessField, readonly string[]][])
    conditions.push(demanded(narrowed, kind, { field, operator: 'in', values }))
  for (const condition of query.where ?? []) conditions.push(demanded(narrowed, kind, condition))
  if (query.after) beyond(narrowed, query.after, query.order)
  return narrowed
}

function demanded(narrowed: Narrowed, kind: Kind, condition: Condition<ProcessField>): string {
  const { field, operator, values } = condition
  const put = (value: Parameter) => place(narrowed, value)
  if (field in ofAgreement) return demandedOfAgreement(kind, condition, put)
  if (field === 'standing' && operator === 'in')
    inStates(
      narrowed,
      values.map(standing => String(standing).replace(/>.*/, '')),
    )
  return conditionSql(searched[field as keyof typeof searched], condition, put)
}

/** A transfer knows the id of its agreement, and an index has it; all else is asked of the agreement. */
function demandedOfAgreement(
  kind: Kind,
  condition: Condition<ProcessField>,
  put: (value: Parameter) => string,
): string {
  const { field } = condition
  if (kind === 'transfer' && field === 'agreementId') return conditionSql(text('agreement_id'), condition, put)
  const agreed = conditionSql(ofAgreement[field as keyof typeof ofAgreement], condition, put)
  return kind === 'negotiation'
    ? `id in (select negotiation_id from agreement where ${agreed})`
    : `(agreement_id, role) in (select id, role from agreement where ${agreed})`
}

/** Says the same of the state twice where an index knows it: by the outcome, or by there being none. */
function inStates(narrowed: Narrowed, states: readonly string[]): void {
  const { conditions } = narrowed
  conditions.push(`coalesce(state, 'INITIAL') = any(${place(narrowed, states)}::text[])`)
  if (states.every(state => outcomes.includes(state)))
    conditions.push(states.length === 1 ? `outcome = ${place(narrowed, states[0] ?? '')}` : 'outcome is not null')
  else if (!states.some(state => outcomes.includes(state))) conditions.push('outcome is null')
}

function beyond(
  narrowed: Narrowed,
  { createdAt, id }: Pick<Process, 'id' | 'createdAt'>,
  order: ProcessQuery['order'],
): void {
  const further = order === 'asc' ? '>' : '<'
  const [at, name] = [place(narrowed, createdAt), place(narrowed, id)]
  // The first condition is for the index, the second for those of the same moment.
  narrowed.conditions.push(`created_at ${further}= ${at} and (created_at ${further} ${at} or id > ${name})`)
}

/** How many processes of a kind are in each role and state; for the metrics. Only those that live are counted anew. */
export function countByState(db: Queryable, kind: Kind): Promise<{ role: string; state: string; count: number }[]> {
  return db.query(
    `select role, coalesce(state, 'INITIAL') as state, count(*)::int as count
     from process where kind = $1 and outcome is null group by 1, 2
     union all
     select role, outcome, sum(count)::int from process_count where kind = $1 group by 1, 2 having sum(count) > 0`,
    [kind],
  )
}
