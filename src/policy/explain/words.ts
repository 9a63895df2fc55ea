import { MOST_VALUES, quote } from '../sentences.ts'
import type { Value } from '../values.ts'
import type { Language } from './language.ts'

/** Values one after the other, as many as one still reads. */
export const sayValues = (values: readonly Value[], language: Language): string =>
  listWords(
    values.map(value => sayValue(value, language)),
    language,
  )

/** Words one after the other, as many as one still reads. */
export function listWords(words: readonly string[], language: Language): string {
  const shown = words.slice(0, MOST_VALUES).join(', ')
  return words.length > MOST_VALUES ? `${shown} ${language.more(words.length - MOST_VALUES)}` : shown
}

function sayValue(value: Value, language: Language): string {
  const { text, type, span } = value
  if (!span || (type !== 'date' && type !== 'dateTime')) return quote(text)
  const said = type === 'date' ? sayDate(span.from, language) : sayInstant(span.from, language)
  return /^\d/.test(text) ? said : `${said} (${quote(text)})`
}

/** What time it is, as exactly as what it is compared with. */
export function sayTime({ span }: Value, right: readonly Value[], language: Language): string {
  const at = span?.from ?? Number.NaN
  if (Number.isNaN(at)) return language.none()
  return right.every(isWholeDay) ? language.today(sayDate(at, language)) : language.now(sayInstant(at, language))
}

const LAST_SECOND = 86_399
/** A date, or the first or the last second of one. */
const isWholeDay = ({ type, span }: Value): boolean => type === 'date' || (span !== undefined && isDayEdge(span.from))

function isDayEdge(at: number): boolean {
  const second = Math.floor(at / 1_000) % (LAST_SECOND + 1)
  return second === 0 || second === LAST_SECOND
}

const sayDate = (at: number, { locale }: Language): string => formats(locale).date.format(at)

/** The first and the last second of a day are its date. */
const sayInstant = (at: number, { locale }: Language): string => {
  if (!Number.isFinite(at)) return '∞'
  return isDayEdge(at) ? formats(locale).date.format(at) : `${formats(locale).time.format(at)} UTC`
}

interface Formats {
  readonly date: Intl.DateTimeFormat
  readonly time: Intl.DateTimeFormat
}

const made = new Map<string, Formats>()

function formats(locale: string): Formats {
  const known = made.get(locale) ?? makeFormats(locale)
  made.set(locale, known)
  return known
}

function makeFormats(locale: string): Formats {
  const day = { day: 'numeric', month: 'short', year: 'numeric', timeZone: 'UTC' } as const
  const clock = { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' } as const
  return {
    date: new Intl.DateTimeFormat(locale, day),
    time: new Intl.DateTimeFormat(locale, { ...day, ...clock }),
  }
}
