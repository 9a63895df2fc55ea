import type { Parameter } from '../db/types.ts'

/** How a field may be compared. `=` and `in` find what is one of the values, `!=` and `not in` what is none of them; the others take one. */
export const operators = ['=', '!=', 'in', 'not in', '<', '<=', '>', '>=', 'like', 'ilike', 'contains'] as const

/** How a field may be compared. */
export type Operator = (typeof operators)[number]

/** One condition on a field. Patterns are SQL's (`%`, `_`, backslash); on numbers, too, `like` and `contains` look at their digits. */
export interface Condition<Field extends string = string> {
  readonly field: Field
  readonly operator: Operator
  readonly values: readonly (string | number)[]
}

/** How a field is found: a SQL expression, and what it gives. */
export interface Searched {
  readonly sql: string
  readonly type: 'text' | 'numeric'
}

/** A field that is compared as a text, character by character. */
export const text = (sql: string): Searched => ({ sql, type: 'text' })

/** A time, by the ms since 1970. */
export const millis = (sql: string): Searched => ({ sql: `round(extract(epoch from ${sql}) * 1000)`, type: 'numeric' })

/** A time, by the full seconds since 1970. */
export const seconds = (sql: string): Searched => ({ sql: `floor(extract(epoch from ${sql}))`, type: 'numeric' })

/**
 * A condition as SQL; `place` takes a value for the statement and gives the place where it stands. What has no such field is not found,
 * by `!=` and `not in` neither.
 */
export function conditionSql(
  { sql, type }: Searched,
  { operator, values }: Pick<Condition, 'operator' | 'values'>,
  place: (value: Parameter) => string,
): string {
  const [first = ''] = values
  const list = () => `${place(values.map(String))}::${type}[]`
  switch (operator) {
    case '=':
    case 'in':
      return `(${sql}) = any(${list()})`
    case '!=':
    case 'not in':
      return `(${sql}) <> all(${list()})`
    case 'like':
    case 'ilike':
      return `(${sql})::text ${operator} ${place(closed(String(first)))}`
    case 'contains':
      return `strpos((${sql})::text, ${place(String(first))}) > 0`
    default:
      return `(${sql})${type === 'text' ? ' collate "C"' : ''} ${operator} ${place(String(first))}::${type}`
  }
}

/** PostgreSQL refuses a pattern that ends in a lone backslash; there it stands for itself. */
const closed = (pattern: string): string => pattern.replace(/(?<!\\)(\\\\)*\\$/, '$&\\')
