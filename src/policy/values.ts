/** A stretch of an ordered line: an instant or a day in ms since 1970, a number, a length of time in ms, a rank. */
export interface Span {
  readonly from: number
  readonly to: number
}

/** A value as it is compared: by its text being equal or not, by its place on a line, or as a named set. */
export interface Value {
  /** As people read it, and as it is written. */
  readonly text: string
  readonly span?: Span
  /** For the name of a set (`EU`): the texts of what belongs to it. */
  readonly members?: ReadonlySet<string>
  /** The datatype it is written with in RDF: `@id` for a reference, the local name in XML Schema; a string if absent. */
  readonly type?: string
}

/** Below, at or above zero like a sort's; NaN where the two have no order. */
export function compare({ text: a, span: x }: Value, { text: b, span: y }: Value): number {
  if (!x || !y) return a === b ? 0 : Number.NaN
  if (x.to < y.from) return -1
  return x.from > y.to ? 1 : 0
}

/** Whether a value is another, or belongs to the set that the other names. */
export const isValue = (value: Value, other: Value): boolean =>
  other.members?.has(value.text) || compare(value, other) === 0

/** A place on a line. */
export const point = (at: number): Span => ({ from: at, to: at })

let latest: Value = { text: '1970-01-01T00:00:00.000Z', span: point(0), type: 'dateTime' }

/** A point in time. The latest one is kept: many constraints ask for the same, and writing it takes long. */
export function instant(at: Date): Value {
  if (latest.span?.from !== at.getTime())
    latest = { text: at.toISOString(), span: point(at.getTime()), type: 'dateTime' }
  return latest
}

/** The list's members as Java prints them: what the EDC 0.15 makes of a list that it was given over its management API. */
const printed = /^\{@(value|id)=\{chars=(.*), string=\2, valueType=STRING\}\}$/s

/**
 * The EDC sends a right operand that is a list as one string with the list in it, as JSON,
 * `"[{\"@value\":\"us\"},{\"@value\":\"eu\"}]"`, or as Java prints it: this gives the list back.
 */
export function unfold(rightOperand: unknown): unknown {
  if (typeof rightOperand !== 'string') return rightOperand
  if (rightOperand.startsWith('[{@')) return unfoldPrinted(rightOperand) ?? rightOperand
  if (!/^\[\{"@(value|id)":/.test(rightOperand)) return rightOperand
  try {
    return JSON.parse(rightOperand)
  } catch {
    return rightOperand
  }
}

/** Longer than any list that people write; what is longer is not looked at, since matching takes time. */
const LONGEST_LIST = 10_000

function unfoldPrinted(text: string): readonly object[] | undefined {
  if (text.length > LONGEST_LIST || !text.endsWith('}}]')) return undefined
  const members = text.slice(1, -1).split(/(?<=valueType=STRING\}\}), /)
  const read = members.map(member => printed.exec(member))
  return read.every(each => each !== null) ? read.map(([, kind, value]) => ({ [`@${kind}`]: value })) : undefined
}

/** A single value as JSON-LD writes it. */
export interface Literal {
  readonly text: string
  /** The local name of its datatype; `@id` for a reference; absent if none is given. */
  readonly datatype?: string
  readonly unit?: string
}

const XSD = /^(?:xsd:|https?:\/\/www\.w3\.org\/2001\/XMLSchema#)/

/** The local name of an XML Schema datatype; other datatypes stay as they are written. */
export const datatypeName = (iri: string): string => iri.replace(XSD, '')

/** The single values of a right operand or of a fact; undefined if something in it is no value. */
export function literalsOf(given: unknown): readonly Literal[] | undefined {
  const value = unfold(given)
  if (Array.isArray(value)) return all(value.map(literalsOf))
  if (value instanceof Date)
    return Number.isNaN(value.getTime()) ? undefined : [{ text: value.toISOString(), datatype: 'dateTime' }]
  if (typeof value !== 'object' || value === null) return scalar(value)
  return wrapped(value as Readonly<Record<string, unknown>>)
}

function wrapped(value: Readonly<Record<string, unknown>>): readonly Literal[] | undefined {
  const list = value['@list'] ?? value['@set']
  if (list !== undefined) return literalsOf(list)
  if (typeof value['@id'] === 'string') return [{ text: value['@id'], datatype: '@id' }]
  const [inner] = scalar(value['@value']) ?? []
  if (inner === undefined) return undefined
  const { '@type': type, unit } = value
  return [
    {
      text: inner.text,
      ...(typeof type === 'string' ? { datatype: datatypeName(type) } : inner.datatype && { datatype: inner.datatype }),
      ...(typeof unit === 'string' && { unit }),
    },
  ]
}

function scalar(value: unknown): readonly Literal[] | undefined {
  if (typeof value === 'string') return [{ text: value }]
  if (typeof value === 'boolean') return [{ text: String(value), datatype: 'boolean' }]
  if (typeof value !== 'number' || !Number.isFinite(value)) return undefined
  return [{ text: String(value), datatype: Number.isInteger(value) ? 'integer' : 'double' }]
}

const all = (lists: readonly (readonly Literal[] | undefined)[]): readonly Literal[] | undefined =>
  lists.every(list => list !== undefined) ? lists.flat() : undefined
