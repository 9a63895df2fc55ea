import type { ProcessField, ProcessQuery } from '../../process/index.ts'
import { refused } from './node.ts'
import type { Criterion, Query } from './query.ts'
import { EDC, shorten } from './words.ts'

/** What one kind of list can be filtered by: the house's field for EDC's word, and how EDC's values are read; undefined if one makes no sense. */
export type Fields<Field extends string> = Readonly<
  Record<string, { readonly field: Field; readonly read?: (value: unknown) => readonly string[] | undefined }>
>

/** Conditions as the stores take them: for each field the values it may have. */
export type AnyOf<Field extends string> = { readonly [F in Field]?: readonly string[] }

/** The conditions of a query; two on the same field must both hold. Throws `invalid` for what cannot be filtered by. */
export function readConditions<Field extends string>(
  criteria: readonly Criterion[],
  fields: Fields<Field>,
): AnyOf<Field> {
  const any: { [F in Field]?: readonly string[] } = {}
  for (const criterion of criteria) {
    const { field, values } = readCondition(criterion, fields)
    const before = any[field]
    any[field] = before ? values.filter(value => before.includes(value)) : values
  }
  return any
}

function readCondition<Field extends string>({ left: given, operator, right }: Criterion, fields: Fields<Field>) {
  const left = wordOf(given)
  const entry = Object.hasOwn(fields, left) ? fields[left] : undefined
  if (!entry) throw cannotFilter(`filtering by '${left}' is not possible; possible: ${Object.keys(fields).join(', ')}`)
  if (operator !== '=' && operator !== 'in')
    throw cannotFilter(`filtering '${left}' with the operator '${operator}' is not possible; possible: =, in`)
  const read = entry.read ?? (value => [String(value)])
  const values = right.map(value => read(value) ?? noSuchValue(left))
  return { field: entry.field, values: values.flat() }
}

/** EDC's word for a field, from the dress it came in: an IRI, a prefix, quotation marks. */
export const wordOf = (name: string): string => shorten(name.replace(/^'(.*)'$/, '$1').replace(/^edc:/, EDC))

const cannotFilter = (message: string) => refused({ path: `${EDC}filterExpression`, message })

function noSuchValue(left: string): never {
  throw cannotFilter(`operandRight is nothing that '${left}' can be`)
}

/** EDC's word for the time that a list of processes can be sorted by. */
const sorts: ReadonlyMap<string, 'created' | 'updated'> = new Map([
  ['createdAt', 'created'],
  ['stateTimestamp', 'updated'],
])

/** A query over processes, as the store takes it. Without a wish for order the latest come first. */
export function toProcessQuery(query: Query, fields: Fields<ProcessField>): ProcessQuery {
  const { offset, limit, sortField, order } = query
  const sort = sorts.get(wordOf(sortField ?? 'createdAt'))
  if (sort === undefined) throw cannotSort([...sorts.keys()])
  return {
    offset,
    limit,
    sort,
    order: order ?? (sortField ? 'asc' : 'desc'),
    any: readConditions(query.criteria, fields),
  }
}

/** The refusal of a sort field. */
export const cannotSort = (possible: readonly string[]) =>
  refused({ path: `${EDC}sortField`, message: `sorting is possible by ${possible.join(', ')} only` })

const roles = new Map([
  ['CONSUMER', ['consumer']],
  ['PROVIDER', ['provider']],
])

/** Reads EDC's `type` of a process. */
export const readRole = (value: unknown): readonly string[] | undefined => roles.get(String(value))
