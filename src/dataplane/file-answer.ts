import type { IncomingHttpHeaders, OutgoingHttpHeaders } from 'node:http'

/** What is known of a file without reading it. */
export interface FileFacts {
  readonly size: number
  /** ns since 1970. */
  readonly modified: bigint
  readonly contentType: string
}

/** How a request for a file is answered; `first` and `last` are the bytes to send, both included, if any are. */
export interface FileAnswer {
  readonly status: 200 | 206 | 304 | 412 | 416
  readonly headers: OutgoingHttpHeaders
  readonly range?: { readonly first: number; readonly last: number }
}

/** Decides about conditions (RFC 9110 §13.2.2) and range (§14) of a GET or HEAD for a file. */
export function answerFor(method: string, asked: IncomingHttpHeaders, file: FileFacts): FileAnswer {
  const etag = etagOf(file)
  const lastModified = httpDate(file)
  const about = { etag, 'last-modified': lastModified, 'accept-ranges': 'bytes', 'x-content-type-options': 'nosniff' }
  const failed = failedCondition(asked, etag, secondsOf(file))
  if (failed !== undefined) return { status: failed, headers: about }

  const headers = { ...about, 'content-type': file.contentType }
  const range =
    method === 'GET' && stillTheSame(asked['if-range'], etag, lastModified) ? rangeOf(asked.range, file.size) : 'all'
  if (range === 'none') return { status: 416, headers: { ...about, 'content-range': `bytes */${file.size}` } }
  if (range === 'all') return whole(headers, file.size)
  const { first, last } = range
  const length = { 'content-length': last - first + 1, 'content-range': `bytes ${first}-${last}/${file.size}` }
  return { status: 206, headers: { ...headers, ...length }, range }
}

function whole(headers: OutgoingHttpHeaders, size: number): FileAnswer {
  const answer = { status: 200, headers: { ...headers, 'content-length': size } } as const
  return size === 0 ? answer : { ...answer, range: { first: 0, last: size - 1 } }
}

/** Strong: a file that was written to has another size or time of change, in ns. */
const etagOf = ({ size, modified }: FileFacts): string => `"${size.toString(16)}-${modified.toString(16)}"`

const secondsOf = ({ modified }: FileFacts): number => Number(modified / 1_000_000_000n)

const httpDate = (file: FileFacts): string => new Date(secondsOf(file) * 1_000).toUTCString()

/** The conditions in the order in which they count; a date is only looked at where there is no tag. */
function failedCondition(asked: IncomingHttpHeaders, etag: string, modified: number): 304 | 412 | undefined {
  const match = asked['if-match']
  const noneMatch = asked['if-none-match']
  if (match !== undefined ? !lists(match, etag, 'strong') : isAfter(modified, asked['if-unmodified-since'])) return 412
  const known =
    noneMatch !== undefined ? lists(noneMatch, etag, 'weak') : isNotAfter(modified, asked['if-modified-since'])
  return known ? 304 : undefined
}

function lists(tags: string, etag: string, comparison: 'weak' | 'strong'): boolean {
  if (tags.trim() === '*') return true
  const given = tags.match(/(W\/)?"[^"]*"/g) ?? []
  return given.some(tag => (comparison === 'weak' ? tag.replace(/^W\//, '') : tag) === etag)
}

/** A date that cannot be read is no condition. */
const secondsIn = (date: string | undefined): number => (date === undefined ? Number.NaN : Date.parse(date) / 1_000)
const isAfter = (modified: number, date: string | undefined): boolean => modified > secondsIn(date)
const isNotAfter = (modified: number, date: string | undefined): boolean => modified <= secondsIn(date)

/** If-Range: the range counts only for the very same data, else the whole is sent anew. */
const stillTheSame = (ifRange: string | string[] | undefined, etag: string, lastModified: string): boolean =>
  ifRange === undefined || ifRange === etag || ifRange === lastModified

/** One range of bytes. Several, other units and nonsense count as not asked for, as the standard allows. */
function rangeOf(range: string | undefined, size: number): { first: number; last: number } | 'all' | 'none' {
  const [, from = '', to = ''] = range?.match(/^\s*bytes\s*=\s*(\d*)\s*-\s*(\d*)\s*$/i) ?? []
  if (from === '' && to === '') return 'all'
  if (from !== '' && to !== '' && Number(to) < Number(from)) return 'all'
  const first = from === '' ? Math.max(0, size - Number(to)) : Number(from)
  const last = from === '' || to === '' ? size - 1 : Math.min(Number(to), size - 1)
  return first > last ? 'none' : { first, last }
}
