import type { Operator } from '../../process/index.ts'

/** One of the few values that a field can have: EDC's name for it, and its number, if there is one. */
export interface Named<T = unknown> {
  readonly name: string
  readonly code?: number
  /** What the house calls it: nothing, if it does not happen here. */
  readonly means: readonly T[]
}

/**
 * What the house calls those that a condition lets through, by name or by number. Undefined if it names one that does not exist, or
 * cannot be compared with that.
 */
export function choose<T>(
  all: readonly Named<T>[],
  operator: Operator,
  right: readonly unknown[],
): readonly T[] | undefined {
  const values = right.map(String)
  const test = tests[operator](values)
  if (equalities.has(operator) && !values.every(value => all.some(each => isNamed(each, value)))) return undefined
  return all.filter(test).flatMap(({ means }) => means)
}

/** Operators that ask which of some values it is. */
export const equalities: ReadonlySet<Operator> = new Set(['=', '!=', 'in', 'not in'])

const isNamed = ({ name, code }: Named, value: string): boolean => name === value || String(code) === value

type Test = (named: Named) => boolean

/** Numbers are compared with the code, everything else with the name. */
const ordered =
  (holds: (order: number) => boolean) =>
  ([value = '']: readonly string[]): Test =>
  ({ name, code }) => {
    if (code !== undefined && value.trim() !== '' && Number.isFinite(Number(value))) return holds(code - Number(value))
    return holds(name < value ? -1 : name > value ? 1 : 0)
  }

const among =
  (values: readonly string[]): Test =>
  named =>
    values.some(value => isNamed(named, value))

/** SQL's patterns, as the database understands them in other fields. */
const like =
  (flags: string) =>
  ([pattern = '']: readonly string[]): Test => {
    const source = pattern.replace(/\\.|./gsu, part => wildcards.get(part) ?? literal(part.replace(/^\\(?=.)/su, '')))
    // Of many wildcards behind each other there would be too many ways to share out a name.
    const expression = new RegExp(`^${source.replace(/(?:\.\*)+/g, '.*')}$`, flags)
    return ({ name }) => expression.test(name)
  }

const wildcards: ReadonlyMap<string, string> = new Map([
  ['%', '.*'],
  ['_', '.'],
])

const literal = (part: string): string => part.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&')

const tests: Readonly<Record<Operator, (values: readonly string[]) => Test>> = {
  '=': among,
  in: among,
  '!=': values => named => !among(values)(named),
  'not in': values => named => !among(values)(named),
  '<': ordered(order => order < 0),
  '<=': ordered(order => order <= 0),
  '>': ordered(order => order > 0),
  '>=': ordered(order => order >= 0),
  like: like('su'),
  ilike: like('isu'),
  contains:
    ([part = '']) =>
    ({ name }) =>
      name.includes(part),
}
