/** A value as it is compared: a text by being equal or not, an instant or a day as a span of time (ms since 1970). */
export interface Value {
  /** As people read it. */
  readonly text: string
  readonly span?: { readonly from: number; readonly to: number }
}

/** Below, at or above zero like a sort's; NaN where the two are different texts, which have no order here. */
export function compare({ text: a, span: x }: Value, { text: b, span: y }: Value): number {
  if (!x || !y) return a === b ? 0 : Number.NaN
  if (x.to < y.from) return -1
  return x.from > y.to ? 1 : 0
}

/** A point in time. */
export const instant = (at: Date): Value => ({
  text: at.toISOString(),
  span: { from: at.getTime(), to: at.getTime() },
})

/**
 * The EDC sends a right operand that is a list as one string with the list's JSON in it,
 * `"[{\"@value\":\"us\"},{\"@value\":\"eu\"}]"`: this gives the list back.
 */
export function unfold(rightOperand: unknown): unknown {
  if (typeof rightOperand !== 'string' || !/^\[\{"@(value|id)":/.test(rightOperand)) return rightOperand
  try {
    return JSON.parse(rightOperand)
  } catch {
    return rightOperand
  }
}

/** The single values of a right operand: strings, numbers, booleans, JSON-LD values, references, lists of these. */
export function textsOf(rightOperand: unknown): readonly string[] | undefined {
  const value = unfold(rightOperand)
  if (Array.isArray(value)) return all(value.map(textsOf))
  if (typeof value !== 'object' || value === null) return scalar(value)
  const wrapped = value as Readonly<Record<string, unknown>>
  return textsOf(wrapped['@value'] ?? wrapped['@id'] ?? wrapped['@list'] ?? wrapped['@set'])
}

const scalar = (value: unknown): readonly string[] | undefined =>
  ['string', 'number', 'boolean'].includes(typeof value) ? [String(value)] : undefined

const all = (lists: readonly (readonly string[] | undefined)[]): readonly string[] | undefined =>
  lists.every(list => list !== undefined) ? lists.flat() : undefined

const DATE_TIME = /^(\d{4}-\d\d-\d\d)T\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)?$/
const DATE = /^\d{4}-\d\d-\d\d$/
const DAY = 86_400_000

/**
 * An xsd:dateTime, or an xsd:date as the whole of that day. What names no zone is meant in UTC, so that it means the
 * same in whatever zone a connector runs.
 */
export function readTime(text: string): Value | undefined {
  const [, date = text, , zone = 'Z'] = DATE_TIME.exec(text) ?? []
  const midnight = DATE.test(date) ? Date.parse(`${date}T00:00:00Z`) : Number.NaN
  // JavaScript takes 30 February for 1 March.
  if (Number.isNaN(midnight) || !new Date(midnight).toISOString().startsWith(date)) return undefined
  if (date === text) return { text, span: { from: midnight, to: midnight + DAY - 1 } }
  const at = Date.parse(text.endsWith(zone) ? text : `${text}${zone}`)
  return Number.isNaN(at) ? undefined : { text, span: { from: at, to: at } }
}

const AGREEMENT_RELATIVE = /^contract[Aa]greement\+(-?\d{1,9})([smhd])$/
const UNIT: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000, d: DAY }

/** A time counted from the agreement, as the EDC writes it: `contractAgreement+30d`, in s, m, h or d; or a fixed one. */
export function readAgreementTime(text: string, agreedAt: Date): Value | undefined {
  const [, amount, unit = ''] = AGREEMENT_RELATIVE.exec(text) ?? []
  if (amount === undefined) return readTime(text)
  const at = new Date(agreedAt.getTime() + Number(amount) * (UNIT[unit] ?? Number.NaN))
  return Number.isNaN(at.getTime()) ? undefined : { ...instant(at), text: `${text} (${at.toISOString()})` }
}
