import type { IncomingHttpHeaders } from 'node:http'

/** What we have so far. */
interface Have {
  readonly size: number
  readonly validator: string | undefined
}

/** What to do with an answer. `total`: the size of the whole, if it is known. */
export type Plan =
  /** Its body is the data from the beginning. */
  | { readonly kind: 'anew'; readonly validator: string | undefined; readonly total: number | undefined }
  /** Its body goes on where we are. */
  | { readonly kind: 'append'; readonly total: number | undefined }
  /** We have everything. */
  | { readonly kind: 'complete' }
  /** What we have does not fit: throw it away and ask for the whole. */
  | { readonly kind: 'discard' }
  /** The token is no longer taken. */
  | { readonly kind: 'refresh' }
  /** It may work later. */
  | { readonly kind: 'again' }
  /** It will not work. */
  | { readonly kind: 'refused' }

/** Client errors that mean "later". */
const later: ReadonlySet<number> = new Set([408, 425, 429])

/** Decides what an answer to a request for the data, or for the rest of it, means. */
export function planFor(status: number, headers: IncomingHttpHeaders, have: Have): Plan {
  if (status === 200) return { kind: 'anew', validator: validatorOf(headers), total: lengthOf(headers) }
  if (status === 206 && have.size > 0) return planForPart(headers, have)
  if (status === 416 && have.size > 0) return planForNothing(headers, have)
  if (status === 401) return { kind: 'refresh' }
  return { kind: status >= 500 || later.has(status) ? 'again' : 'refused' }
}

/** A server that answers a range of something else, or another range, is not believed about the rest either. */
function planForPart(headers: IncomingHttpHeaders, have: Have): Plan {
  const [, first, total] = headers['content-range']?.match(/^bytes (\d+)-\d+\/(\d+|\*)$/) ?? []
  if (Number(first) !== have.size || !isSame(headers, have)) return { kind: 'discard' }
  return { kind: 'append', total: total === '*' ? undefined : Number(total) }
}

/** Nothing is left: because we have it all, or because it is shorter now. */
function planForNothing(headers: IncomingHttpHeaders, have: Have): Plan {
  const complete = headers['content-range'] === `bytes */${have.size}` && isSame(headers, have)
  return { kind: complete ? 'complete' : 'discard' }
}

/** An answer without a tag was made under If-Range, which it has kept. */
const isSame = ({ etag }: IncomingHttpHeaders, { validator }: Have): boolean =>
  etag === undefined || !validator?.startsWith('"') || etag === validator

/** What If-Range takes: a strong ETag, or else the date. */
function validatorOf(headers: IncomingHttpHeaders): string | undefined {
  const { etag } = headers
  return etag?.startsWith('"') ? etag : headers['last-modified']
}

const lengthOf = (headers: IncomingHttpHeaders): number | undefined =>
  headers['content-length'] === undefined ? undefined : Number(headers['content-length'])
