type Scalar = string | number | boolean

/**
 * One condition in SQL/JSON path: `place` is the path of the property, `right` what it is compared with. Undefined says
 * that this right operand does not fit.
 */
export type Predicate = (place: string, right: unknown) => string | undefined

/** How much one condition may ask: conditions come from peers, too. */
const MOST = { values: 500, characters: 1_000, pattern: 200 } as const

/** The path of a property, key by key. JSON's strings are SQL/JSON path's strings. */
export const locate = (path: readonly string[]): string => ['$', ...path.map(quoted)].join('.')

/** Where to sort by: the value of a JSON-LD value object, or the value itself. */
export const sortPaths = (path: string): readonly [string, string] => [`${path}."@value"`, path]

const quoted = (text: string): string => JSON.stringify(text)

/** The property has one of these values, or a list with one of them. */
const isOneOf: Predicate = (place, right) => {
  const values = [right].flat().map(unwrap)
  if (values.length > MOST.values || !values.every(isScalar)) return undefined
  return some(place, values.length === 0 ? '1 == 0' : either('==', values.flatMap(spellings)))
}

/** The property is there and not so. Without it nothing is known: whoever selects by it had better not find it. */
export const not =
  (predicate: Predicate): Predicate =>
  (place, right) => {
    const holds = predicate(place, right)
    return holds === undefined ? undefined : `exists(${place}) && !${holds}`
  }

/** The property has that value, which JSON-LD may have put into a list. */
export const is: Predicate = (place, right) =>
  Array.isArray(right) && right.length !== 1 ? undefined : isOneOf(place, right)

/** The property is one of a list. */
export const isIn: Predicate = (place, right) => (Array.isArray(right) ? isOneOf(place, right) : undefined)

/** A list has that member, or a text that part. */
export const contains: Predicate = (place, right) => {
  const [equal, text] = [is(place, right), unwrap(right)]
  if (equal === undefined || !isText(text)) return equal
  const part = (of: string) => `(${of}.type() == "string" && exists(${of} ? (@ like_regex ${quoted(text)} flag "q")))`
  return [equal, part(place), part(`${place}."@value"`)].join(' || ')
}

/** The property comes before or after: numbers among numbers, texts among texts. */
export const ordered =
  (operator: '<' | '>' | '<=' | '>='): Predicate =>
  (place, right) => {
    const value = unwrap(right)
    if (!isScalar(value) || typeof value === 'boolean') return undefined
    return some(place, either(operator, typeof value === 'number' ? [String(value)] : spellings(value)))
  }

/** SQL's patterns: `%` stands for anything, `_` for one character, and a backslash takes their meaning away. */
export const like =
  (flags: string): Predicate =>
  (place, right) => {
    const text = unwrap(right)
    if (!isText(text) || text.length > MOST.pattern) return undefined
    const pattern = text.replace(/\\.|./gsu, part => wildcards.get(part) ?? literal(part.replace(/^\\(?=.)/su, '')))
    return some(place, `@ like_regex ${quoted(`^${pattern}$`)} flag "${flags}"`)
  }

const wildcards: ReadonlyMap<string, string> = new Map([
  ['%', '.*'],
  ['_', '.'],
])

const literal = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')

/** A property may be a plain value, a JSON-LD value or reference, or a list of these; the path looks into lists by itself. */
const some = (place: string, test: string): string =>
  `(${['', '."@value"', '."@id"'].map(part => `exists(${place}${part} ? (${test}))`).join(' || ')})`

const either = (operator: string, literals: readonly string[]): string =>
  literals.map(literal => `@ ${operator} ${literal}`).join(' || ')

/** People and programs write 7 as "7" and the other way round; both find both. */
const spellings = (value: Scalar): readonly string[] => {
  if (typeof value !== 'string') return [String(value), quoted(String(value))]
  return PLAIN.test(value) ? [quoted(value), value] : [quoted(value)]
}

const PLAIN = /^(-?(0|[1-9]\d{0,14})(\.\d{1,15})?|true|false)$/

const isScalar = (value: unknown): value is Scalar =>
  isText(value) || typeof value === 'boolean' || (typeof value === 'number' && Number.isFinite(value))

/** PostgreSQL has no NUL and no halves of characters. */
export const isText = (value: unknown): value is string =>
  typeof value === 'string' && value.length <= MOST.characters && !/[\0\p{Cs}]/u.test(value)

/** A value as JSON-LD may have wrapped it on its way. */
function unwrap(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  const wrapped = value as Readonly<Record<string, unknown>>
  return wrapped['@value'] ?? wrapped['@id'] ?? value
}
