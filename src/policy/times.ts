import { point, type Value } from './values.ts'

const DATE_TIME = /^(\d{4}-\d\d-\d\d)T\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)?$/
const DATE = /^(\d{4}-\d\d-\d\d)(Z|[+-]\d\d:\d\d)?$/
const DAY = 86_400_000

/**
 * An xsd:dateTime, or an xsd:date as the whole of that day. What names no zone is meant in UTC, so that it means the
 * same in whatever zone a connector runs.
 */
export function readTime(text: string): Value | undefined {
  const day = DATE.exec(text)
  return day ? readDay(text, day[1] ?? '', day[2] ?? 'Z') : readDateTime(text)
}

function readDay(text: string, date: string, zone: string): Value | undefined {
  const from = Date.parse(`${date}T00:00:00${zone}`)
  if (!isDate(date) || Number.isNaN(from)) return undefined
  return { text, span: { from, to: from + DAY - 1 }, type: 'date' }
}

function readDateTime(text: string): Value | undefined {
  const [, date = '', , zone] = DATE_TIME.exec(text) ?? []
  if (!isDate(date)) return undefined
  const at = Date.parse(zone === undefined ? `${text}Z` : text)
  return Number.isNaN(at) ? undefined : { text, span: point(at), type: 'dateTime' }
}

/** JavaScript takes 30 February for 1 March. */
function isDate(date: string): boolean {
  const midnight = Date.parse(`${date}T00:00:00Z`)
  return !Number.isNaN(midnight) && new Date(midnight).toISOString().startsWith(date)
}

const DURATION =
  /^(-)?P(?=.)(?:(\d{1,9})Y)?(?:(\d{1,9})M)?(?:(\d{1,9})W)?(?:(\d{1,9})D)?(?:T(?=.)(?:(\d{1,9})H)?(?:(\d{1,9})M)?(?:(\d{1,9}(?:\.\d+)?)S)?)?$/

/**
 * The point in time that an xsd:duration (or weeks, `P2W`) leads to from another; undefined if it is none. A month later is the same
 * day of the next month, or its last day if there is none such: 31 January and P1M make 28 or 29 February.
 */
export function addDuration(start: Date, duration: string): Date | undefined {
  const parts = DURATION.exec(duration)
  if (!parts) return undefined
  const [years = 0, months = 0, weeks = 0, days = 0, hours = 0, minutes = 0, seconds = 0] = parts
    .slice(2)
    .map(part => Number(part ?? 0))
  const sign = parts[1] ? -1 : 1
  const shifted = addMonths(start, sign * (12 * years + months))
  const rest = (weeks * 7 + days) * DAY + ((hours * 60 + minutes) * 60 + seconds) * 1_000
  const end = new Date(shifted.getTime() + sign * rest)
  return Number.isNaN(end.getTime()) ? undefined : end
}

function addMonths(start: Date, months: number): Date {
  const moved = new Date(start)
  moved.setUTCDate(1)
  moved.setUTCMonth(moved.getUTCMonth() + months)
  const last = new Date(Date.UTC(moved.getUTCFullYear(), moved.getUTCMonth() + 1, 0)).getUTCDate()
  moved.setUTCDate(Math.min(start.getUTCDate(), last))
  return moved
}

const AGREEMENT_RELATIVE = /^contract[Aa]greement\+(?:(-?\d{1,9})([smhd])|(P.+))$/
const UNIT: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000, d: DAY }

/** A time counted from the agreement, as the EDC writes it: `contractAgreement+30d`, in s, m, h or d, or an xsd:duration; or a fixed one. */
export function readAgreementTime(text: string, agreedAt: Date): Value | undefined {
  const [, amount, unit = '', duration] = AGREEMENT_RELATIVE.exec(text) ?? []
  if (duration !== undefined) return relative(text, addDuration(agreedAt, duration))
  if (amount === undefined) return readTime(text)
  return relative(text, new Date(agreedAt.getTime() + Number(amount) * (UNIT[unit] ?? Number.NaN)))
}

function relative(text: string, at: Date | undefined): Value | undefined {
  if (!at || Number.isNaN(at.getTime())) return undefined
  return { text, span: point(at.getTime()), type: 'dateTime' }
}
