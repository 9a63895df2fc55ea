/** A value in DER (X.690): its tag, its content, and all of its bytes. */
export interface Element {
  readonly tag: number
  readonly content: Uint8Array
  readonly bytes: Uint8Array
}

/** The tags that certificates have; those in brackets in the standards are 0x80 and up. */
export const tags = {
  boolean: 0x01,
  integer: 0x02,
  bits: 0x03,
  octets: 0x04,
  oid: 0x06,
  utcTime: 0x17,
  time: 0x18,
  sequence: 0x30,
} as const

/** The values that follow each other; what cannot be read ends them. */
export function readAll(bytes: Uint8Array): readonly Element[] {
  const elements: Element[] = []
  for (let at = 0; at < bytes.length; ) {
    const { length, start } = readLength(bytes, at + 1)
    const end = start + length
    if (end > bytes.length) break
    elements.push({ tag: bytes[at] ?? 0, content: bytes.subarray(start, end), bytes: bytes.subarray(at, end) })
    at = end
  }
  return elements
}

/** The values in a value; none if there is no such value, or it has another tag. */
export const within = (element: Element | undefined, tag: number = tags.sequence): readonly Element[] =>
  element?.tag === tag ? readAll(element.content) : []

function readLength(bytes: Uint8Array, at: number): { length: number; start: number } {
  const first = bytes[at] ?? 0
  if (first < 0x80) return { length: first, start: at + 1 }
  const count = first & 0x7f
  const length = bytes.subarray(at + 1, at + 1 + count).reduce((sum, byte) => sum * 256 + byte, 0)
  return { length: count === 0 || count > 4 ? Infinity : length, start: at + 1 + count }
}

/** An object identifier with dots; empty for anything else. */
export function oidOf(element: Element | undefined): string {
  if (element?.tag !== tags.oid) return ''
  const arcs: number[] = []
  let arc = 0
  for (const byte of element.content) {
    arc = arc * 128 + (byte & 0x7f)
    if (byte >= 0x80) continue
    arcs.push(arc)
    arc = 0
  }
  const [first = 0, ...rest] = arcs
  const root = Math.min(2, Math.floor(first / 40))
  return [root, first - 40 * root, ...rest].join('.')
}

/** A point in time, ms since 1970; undefined for anything else (RFC 5280 §4.1.2.5: always in UTC, with seconds). */
export function timeOf(element: Element | undefined): number | undefined {
  const text = Buffer.from(element?.content ?? []).toString('latin1')
  const [, year = '', rest] =
    (element?.tag === tags.utcTime ? /^(\d\d)(\d{10})Z$/ : /^(\d{4})(\d{10})Z$/).exec(text) ?? []
  if (rest === undefined) return undefined
  const full = year.length === 4 ? year : `${Number(year) < 50 ? 20 : 19}${year}`
  const [month, day, hour, minute, second] = rest.match(/\d\d/g) ?? []
  const time = Date.parse(`${full}-${month}-${day}T${hour}:${minute}:${second}Z`)
  return Number.isNaN(time) ? undefined : time
}

/** Whether two pieces are the same, byte for byte. */
export const sameBytes = (one: Uint8Array, other: Uint8Array): boolean => Buffer.compare(one, other) === 0
