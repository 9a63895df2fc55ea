import { invalid, type KontorError } from '../errors.ts'
import type { HttpSource } from './source.ts'

/** What the consumer asked for, as it stood in the request: the path after `/public`, and the query without `?`. */
export interface Wanted {
  readonly path: string
  readonly query: string
}

/**
 * The URL to ask a source for. What the consumer sent can only lead to places under the source's base. A path that might be
 * read differently by the source than by us is refused, not repaired: whatever it was meant for, it is an attempt.
 *
 * Throws `invalid`, or `not-found` for a path below a dataset that has none.
 */
export function targetOf(source: HttpSource, { path, query }: Wanted): URL {
  const target = new URL(source.base)
  if (source.proxy.path) appendPath(target, path)
  else demandNoPath(path)
  if (source.proxy.query && query !== '') appendQuery(target, query)
  return target
}

/** Asking for a part where there are none must not be answered with the whole. */
export function demandNoPath(path: string): void {
  if (path !== '' && path !== '/') throw invalid('This dataset is one piece: ask for it without a path after /public.')
}

function appendPath(target: URL, path: string): void {
  if (path === '' || path === '/') return
  if (!isPlain(path)) throw strange()
  const { origin, pathname } = target
  const wanted = `${pathname.replace(/\/$/, '')}${path}`
  target.pathname = wanted
  // The parser's opinion of where that is: nothing may have been taken away, and nothing but encoding added.
  if (target.origin !== origin || decoded(target.pathname) !== decoded(wanted)) throw strange()
}

/** Whether every way of reading a path finds the same segments in it: none empty, none `.` or `..`, however encoded. */
function isPlain(path: string): boolean {
  if (!path.startsWith('/')) return false
  for (let text = path, round = 0; round < 4; round++) {
    if (!segmentsOf(text).every(isPlainSegment)) return false
    const next = decoded(text)
    if (next === undefined) return false
    if (next === text) return true
    // An encoded slash is part of a name for us, and a separator for many a source.
    if (segmentsOf(next).length !== segmentsOf(text).length) return false
    text = next
  }
  return false
}

/** The last segment may be empty: a slash at the end. */
function segmentsOf(path: string): string[] {
  const segments = path.slice(1).split('/')
  return segments.at(-1) === '' ? segments.slice(0, -1) : segments
}

/** Some servers cut a segment at `;`, and some take a backslash for a slash. */
function isPlainSegment(segment: string): boolean {
  const name = segment.replace(/;.*/s, '')
  return name !== '' && name !== '.' && name !== '..' && ![...segment].some(isHarmful)
}

const isHarmful = (character: string): boolean => character === '\\' || character < ' ' || character === '\x7f'

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text)
  } catch {
    return undefined
  }
}

/** Parameters that the provider has fixed are not for the consumer to set: of two, many a source takes the last. */
function appendQuery(target: URL, query: string): void {
  const fixed = new Set(target.searchParams.keys())
  const taken = [...new URLSearchParams(query).keys()].find(name => fixed.has(name))
  if (taken !== undefined) throw invalid(`The query parameter ${JSON.stringify(taken)} is set by the provider: leave it out.`)
  target.search = target.search === '' ? query : `${target.search}&${query}`
}

const strange = (): KontorError =>
  invalid('The path must consist of plain segments: without . and .., empty ones, backslashes or encoded slashes.')
