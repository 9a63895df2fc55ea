import { type Condition, type Operator, operators, type ProcessField, type ProcessQuery } from '../../process/index.ts'
import { choose, equalities, type Named } from './named.ts'
import { refused } from './node.ts'
import type { Criterion, Query } from './query.ts'
import { EDC, shorten } from './words.ts'

/**
 * What one kind of list can be filtered by, in EDC's words: a field of the house, compared as a text unless it is a number. Where it can
 * have but a few values, these are told; `always` says that all have the same one.
 */
export type Fields<Field extends string> = Readonly<Record<string, FieldOf<Field>>>

type FieldOf<Field extends string> =
  | { readonly field: Field }
  | { readonly field: Field; readonly isNumber: true }
  | { readonly field: Field; readonly among: readonly Named<string>[] }
  | { readonly always: string }

/** EDC's `type` of a process. */
const roles: readonly Named<string>[] = [
  { name: 'CONSUMER', means: ['consumer'] },
  { name: 'PROVIDER', means: ['provider'] },
]

/** What negotiations and transfers alike can be found by. */
// biome-ignore format: a table is read by its columns
export const processFields: Fields<ProcessField> = {
  id:                   { field: 'id'                        },
  type:                 { field: 'role', among: roles        },
  counterPartyId:       { field: 'counterparty'              },
  counterPartyAddress:  { field: 'address'                   },
  correlationId:        { field: 'peerPid'                   },
  errorDetail:          { field: 'error'                     },
  createdAt:            { field: 'createdAt', isNumber: true },
  stateTimestamp:       { field: 'updatedAt', isNumber: true },
  updatedAt:            { field: 'updatedAt', isNumber: true },
  assetId:              { field: 'datasetId'                 },
}

/** The conditions of a query, all of which must hold. Throws `invalid` for what cannot be filtered by. */
export const readConditions = <Field extends string>(
  criteria: readonly Criterion[],
  fields: Fields<Field | 'id'>,
): readonly Condition<Field | 'id'>[] => criteria.flatMap(criterion => readCondition(criterion, fields))

function readCondition<Field extends string>(
  { left: given, operator: said, right }: Criterion,
  fields: Fields<Field | 'id'>,
): readonly Condition<Field | 'id'>[] {
  const left = wordOf(given)
  const operator = said.toLowerCase()
  const entry: FieldOf<Field | 'id'> | undefined = Object.hasOwn(fields, left) ? fields[left] : undefined
  if (!entry) throw cannotFilter(`filtering by '${left}' is not possible; possible: ${Object.keys(fields).join(', ')}`)
  if (!isOperator(operator)) throw cannotFilter(`the operator must be one of ${operators.join(' ')}`)
  if (!equalities.has(operator) && right.length !== 1)
    throw cannotFilter(`'${operator}' compares '${left}' with exactly one value`)
  if (!right.every(isScalar)) throw noSuchValue(left)
  if ('always' in entry) return choose([{ name: entry.always, means: [true] }], operator, right)?.length ? [] : [none]
  return [{ field: entry.field, ...compare(entry, operator, right, left) }]
}

/** Finds nothing. */
const none: Condition<'id'> = { field: 'id', operator: 'in', values: [] }

function compare(
  entry: Exclude<FieldOf<string>, { always: string }>,
  operator: Operator,
  right: readonly Scalar[],
  left: string,
): Pick<Condition, 'operator' | 'values'> {
  if ('among' in entry) {
    const values = choose(entry.among, operator, right)
    if (!values) throw noSuchValue(left)
    return { operator: 'in', values }
  }
  const isNumber = 'isNumber' in entry && !textual.has(operator)
  return { operator, values: isNumber ? right.map(value => numberOf(value, left)) : right.map(String) }
}

const isOperator = (name: string): name is Operator => operators.some(operator => operator === name)

type Scalar = string | number | boolean

const isScalar = (value: unknown): value is Scalar => ['string', 'number', 'boolean'].includes(typeof value)

const textual: ReadonlySet<Operator> = new Set(['like', 'ilike', 'contains'])

function numberOf(value: Scalar, left: string): number {
  const number = typeof value === 'string' && value.trim() === '' ? Number.NaN : Number(value)
  if (!Number.isFinite(number)) throw noSuchValue(left)
  return number
}

/** EDC's word for a field, from the dress it came in: an IRI, a prefix, quotation marks. */
export const wordOf = (name: string): string => shorten(name.replace(/^'(.*)'$/, '$1').replace(/^edc:/, EDC))

const cannotFilter = (message: string) => refused({ path: `${EDC}filterExpression`, message })

const noSuchValue = (left: string) => cannotFilter(`operandRight is nothing that '${left}' can be`)

/** EDC's words for the times that a list of processes is sorted by, long as it may be. */
const times: ReadonlyMap<string, 'created' | 'updated'> = new Map([
  ['createdAt', 'created'],
  ['stateTimestamp', 'updated'],
  ['updatedAt', 'updated'],
])

/** What a list is to be sorted by; states by their numbers. Throws `invalid` for what it cannot be sorted by. */
function readSort(sortField: string, fields: Fields<ProcessField>): NonNullable<ProcessQuery['sort']> {
  const word = wordOf(sortField)
  const time = times.get(word)
  if (time !== undefined) return time
  const entry: FieldOf<ProcessField> | undefined = Object.hasOwn(fields, word) ? fields[word] : undefined
  if (!entry || 'always' in entry) throw cannotSort(Object.keys(fields))
  const named = namedIn(entry)
  if (named === undefined) return { field: entry.field }
  const inOrder = named.toSorted((one, other) => (one.code ?? 0) - (other.code ?? 0))
  return { field: entry.field, among: inOrder.flatMap(({ means }) => means) }
}

const namedIn = (entry: FieldOf<string>): readonly Named<string>[] | undefined =>
  'among' in entry ? entry.among : undefined

/** A query over processes, as the store takes it. Without a wish for order the latest come first. */
export function toProcessQuery(query: Query, fields: Fields<ProcessField>): ProcessQuery {
  const { offset, limit, sortField, order } = query
  return {
    offset,
    limit,
    sort: readSort(sortField ?? 'createdAt', fields),
    order: order ?? (sortField ? 'asc' : 'desc'),
    where: readConditions(query.criteria, fields),
  }
}

/** The refusal of a sort field. */
export const cannotSort = (possible: readonly string[]) =>
  refused({ path: `${EDC}sortField`, message: `sorting is possible by ${possible.join(', ')} only` })
