import { createHash } from 'node:crypto'
import { invalid } from '../errors.ts'

/** Where a page begins: after or before a dataset in the order asked for, or that many datasets from the beginning. */
export type Place = { readonly after: string } | { readonly before: string } | { readonly offset: number }

/**
 * A place as the token of a `Link`. It goes with the filter it was made for: the same words mean another place under
 * another filter.
 */
export const toToken = (place: Place, filter: unknown): string =>
  Buffer.from(JSON.stringify({ ...place, of: digestOf(filter) })).toString('base64url')

/** The place that a token of ours means. Throws `invalid` for any other, and if the filter is not the one it was made for. */
export function fromToken(token: string, filter: unknown): Place {
  const { of, ...place } = parse(token)
  if (!isPlace(place) || typeof of !== 'string')
    throw strange('is not one that this catalogue gave out: begin without it')
  if (of !== digestOf(filter)) throw strange('belongs to another filter: send the message of the first page again')
  return place
}

function parse(token: string): Readonly<Record<string, unknown>> {
  try {
    return { ...JSON.parse(Buffer.from(token, 'base64url').toString('utf8')) }
  } catch {
    return {}
  }
}

function isPlace(value: object): value is Place {
  const [[key, place] = [], ...more] = Object.entries(value)
  if (more.length > 0) return false
  if (key === 'offset') return Number.isSafeInteger(place) && place >= 0
  return (key === 'after' || key === 'before') && typeof place === 'string' && !place.includes('\0')
}

const digestOf = (filter: unknown): string =>
  createHash('sha256')
    .update(JSON.stringify(filter ?? []))
    .digest('base64url')
    .slice(0, 8)

const strange = (message: string) =>
  invalid(`The continuationToken ${message}.`, { faults: [{ path: 'continuationToken', message }] })
