import { readCountry } from './countries.ts'
import { addDuration, readTime } from './times.ts'
import { type Literal, point, type Value } from './values.ts'

/** What kind of values a left operand has, and so how a right operand is read. */
export type ValueType = 'text' | 'time' | 'number' | 'bytes' | 'duration' | 'country' | 'place' | 'label' | 'any'

/** `from` is where durations are counted from: the length of a month depends on it. */
type Reader = (literal: Literal, from: Date) => Value | undefined

const NUMBER = /^[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?$/

const asText: Reader = ({ text, datatype }) => ({ text, ...(datatype && { type: datatype }) })

function asNumber({ text, datatype }: Literal): Value | undefined {
  const value = NUMBER.test(text) ? Number(text) : Number.NaN
  return Number.isFinite(value) ? { text, span: point(value), type: datatype ?? 'decimal' } : undefined
}

/** Bytes in the units people write; the IRIs of QUDT and the codes of UCUM end in them. */
const units: ReadonlyMap<string, number> = new Map(
  ['k', 'm', 'g', 't', 'p'].flatMap((prefix, index) => {
    const [decimal, binary] = [1_000 ** (index + 1), 1_024 ** (index + 1)]
    const long = ['kilo', 'mega', 'giga', 'tera', 'peta'][index]
    return [
      [`${prefix}b`, decimal],
      [`${prefix}ib`, binary],
      [`${prefix}by`, decimal],
      [`${long}byte`, decimal],
      [`${long}byt`, decimal],
    ] as const
  }),
)

function asBytes(literal: Literal): Value | undefined {
  const amount = asNumber(literal)
  const unit = literal.unit === undefined ? 'byte' : localName(literal.unit).toLowerCase().replace(/s$/, '')
  const factor = ['byte', 'b', 'by'].includes(unit) ? 1 : units.get(unit)
  if (!amount?.span || factor === undefined) return undefined
  const text = literal.unit === undefined ? literal.text : `${literal.text} ${localName(literal.unit)}`
  return { text, span: point(amount.span.from * factor), type: 'decimal' }
}

const asDuration: Reader = ({ text }, from) => {
  const end = addDuration(from, text)
  return end && { text, span: point(end.getTime() - from.getTime()), type: 'duration' }
}

const asPlace: Reader = literal => readCountry(literal.text) ?? asText(literal, epoch)

/** The Gaia-X labels in their order: standard compliance, then label levels 1 to 3. */
const labels = ['SC', 'L1', 'L2', 'L3']

function asLabel({ text }: Literal): Value | undefined {
  const label = localName(text).toUpperCase()
  const rank = labels.indexOf(label)
  return rank < 0 ? undefined : { text: label, span: point(rank) }
}

/** What follows the last `#`, `/` or `:` of a name. */
export function localName(name: string): string {
  const end = Math.max(name.lastIndexOf('#'), name.lastIndexOf('/'), name.lastIndexOf(':'))
  return end < 0 ? name : name.slice(end + 1)
}

const epoch = new Date(0)

/** A value of whatever type it says it is. */
const asAny: Reader = (literal, from) => {
  const type = typeOf(literal.datatype)
  return type === undefined ? undefined : readers[type](literal, from)
}

const readers: Readonly<Record<ValueType, Reader>> = {
  text: asText,
  time: ({ text }) => readTime(text),
  number: asNumber,
  bytes: asBytes,
  duration: asDuration,
  country: ({ text }) => readCountry(text),
  place: asPlace,
  label: asLabel,
  any: asAny,
}

const texts = 'string anyURI token normalizedString language langString NCName Name boolean @id'
const numbers = `decimal integer int long short byte nonNegativeInteger positiveInteger nonPositiveInteger negativeInteger
  unsignedInt unsignedLong unsignedShort unsignedByte float double`

const typeByDatatype: ReadonlyMap<string, ValueType> = new Map([
  ...texts.split(' ').map(name => [name.toLowerCase(), 'text'] as const),
  ...numbers.split(/\s+/).map(name => [name.toLowerCase(), 'number'] as const),
  ...['datetime', 'datetimestamp', 'date'].map(name => [name, 'time'] as const),
  ...['duration', 'daytimeduration', 'yearmonthduration'].map(name => [name, 'duration'] as const),
])

/** The type of values of an XML Schema datatype; a text if there is none; undefined for a datatype nobody knows here. */
export const typeOf = (datatype: string | undefined): ValueType | undefined =>
  datatype === undefined ? 'text' : typeByDatatype.get(datatype.toLowerCase())

/** Under which datatypes a value of each type may be written, beside plain strings. */
const accepts: Readonly<Record<ValueType, readonly ValueType[]>> = {
  text: ['text', 'number', 'time', 'duration'],
  time: ['time'],
  number: ['number'],
  bytes: ['number'],
  duration: ['duration'],
  country: ['text', 'number'],
  place: ['text', 'number'],
  label: ['text'],
  any: ['text', 'number', 'time', 'duration'],
}

/** A value understood as one of that type; undefined if it cannot be, or says that it is of another type. */
export function readValue(type: ValueType, literal: Literal, from: Date = epoch): Value | undefined {
  const datatype = literal.datatype === undefined ? undefined : typeOf(literal.datatype)
  if (literal.datatype !== undefined && (datatype === undefined || !accepts[type].includes(datatype))) return undefined
  return readers[type](literal, from)
}

/** Plain strings that are numbers or times, where something that has an order is needed. */
export function guessType(literal: Literal): ValueType {
  if (literal.datatype !== undefined) return typeOf(literal.datatype) ?? 'text'
  if (NUMBER.test(literal.text)) return 'number'
  return readTime(literal.text) ? 'time' : 'text'
}
