import { type Fault, invalid } from '../errors.ts'
import type { FieldOf } from './fields.ts'
import { contains, is, isIn, isText, like, locate, not, ordered, type Predicate } from './predicates.ts'
import type { Criterion } from './types.ts'

const MOST_CRITERIA = 100

/** The operators of criteria, as the EDC names them, in capitals or not. */
const operators: Readonly<Record<string, Predicate>> = {
  '=': is,
  '!=': not(is),
  in: isIn,
  'not in': not(isIn),
  like: like('s'),
  ilike: like('is'),
  contains,
  '<': ordered('<'),
  '>': ordered('>'),
  '<=': ordered('<='),
  '>=': ordered('>='),
}

/**
 * Conditions as one SQL/JSON path predicate, to be asked of a document by PostgreSQL: `document @@ $1::jsonpath`. One
 * language for both directions, as publications keep theirs: which datasets fit a condition, and which conditions fit a
 * dataset; and the statement's text stays the same whatever is asked. `at` says where the conditions stand, for faults.
 * Throws `invalid` for what is not supported.
 *
 *     compile([{ operandLeft: 'dct:title', operator: '=', operandRight: 'Wind' }], datasetField, '/selector')
 */
export function compile(criteria: readonly Criterion[], fieldOf: FieldOf, at: string): string {
  if (criteria.length > MOST_CRITERIA)
    throw unsupported({ path: at, message: `must not have more than ${MOST_CRITERIA} conditions` })
  if (criteria.length === 0) return 'exists($)'
  return criteria.map((criterion, index) => compileOne(criterion, fieldOf, `${at}/${index}`)).join(' && ')
}

function compileOne({ operandLeft, operator, operandRight }: Criterion, fieldOf: FieldOf, at: string): string {
  const place = pathOf(operandLeft, fieldOf, `${at}/operandLeft`)
  const name = String(operator).toLowerCase()
  const predicate = operators[Object.hasOwn(operators, name) ? name : '']
  if (!predicate)
    throw unsupported({ path: `${at}/operator`, message: `must be one of ${Object.keys(operators).join(' ')}` })
  const compiled = predicate(place, operandRight)
  if (compiled !== undefined) return `(${compiled})`
  throw unsupported({
    path: `${at}/operandRight`,
    message: `must be something that ${operator} can compare with, in bounds`,
  })
}

/** Whether a condition leaves over what has one of some values: an index of values can find that. */
export const isEquality = ({ operator }: Criterion): boolean => ['=', 'in'].includes(operator.toLowerCase())

/** The ids that one of the conditions leaves over, if one does: nothing with another id can fit. */
export function idsIn(criteria: readonly Criterion[], fieldOf: FieldOf): readonly string[] | undefined {
  return criteria
    .filter(criterion => isEquality(criterion) && isId(fieldOf(criterion.operandLeft)))
    .map(({ operandRight }) => [operandRight].flat())
    .find(ids => ids.every(id => typeof id === 'string'))
}

const isId = (field: readonly string[] | undefined): boolean =>
  field?.length === 1 && (field[0] === '@id' || field[0] === 'id')

/** Where a name points to, as SQL/JSON path. Throws `invalid` if it can be no name. */
export function pathOf(name: string, fieldOf: FieldOf, at: string): string {
  const field = isText(name) ? fieldOf(name) : undefined
  if (field && field.length > 0 && field.length < 20) return locate(field)
  throw unsupported({ path: at, message: 'must be `id` or the name of a property' })
}

const unsupported = (fault: Fault) =>
  invalid(`This query is not supported: ${fault.path} ${fault.message}.`, { faults: [fault] })
