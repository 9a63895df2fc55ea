import { invalid, KontorError } from '../errors.ts'
import type { HttpSource } from './source.ts'

/** What the consumer asked for, as it stood in the request: the path after `/public`, and the query without `?`. */
export interface Wanted {
  readonly path: string
  readonly query: string
}

/**
 * The URL to ask a source for. What the consumer sent can only lead to places under the source's base. A path that the source
 * might read differently than we do is refused, not repaired: whatever it was meant for, it is an attempt.
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
  if (path === '' || path === '/') return
  throw new KontorError('not-found', 404, 'This dataset is one piece: ask for it without a path after /public.')
}

function appendPath(target: URL, path: string): void {
  if (path === '' || path === '/') return
  const segments = path.replace(/^\//, '').replace(/\/$/, '').split('/')
  if (!path.startsWith('/') || !segments.every(isPlain)) throw strange()
  const { origin, pathname } = target
  const wanted = `${pathname.replace(/\/$/, '')}${path}`
  target.pathname = wanted
  // The parser's own opinion of where that leads: nothing but encoding may have been added.
  if (target.origin !== origin || decode(target.pathname) !== decode(wanted)) throw strange()
}

/** Whether a segment is a plain name however often a source decodes it: what comes out may be neither empty, nor dots, nor two segments. */
function isPlain(segment: string): boolean {
  for (let name = segment, round = 0; round < 5; round++) {
    if (!isName(name)) return false
    const next = decode(name)
    // A stray % is broken encoding in what was sent, and a plain character in what was decoded.
    if (next === undefined) return round > 0
    if (next === name) return true
    name = next
  }
  return false
}

/** Some servers cut a segment at `;`, and some take a backslash for a slash. */
const isName = (text: string): boolean =>
  !['', '.', '..'].includes(text.replace(/;.*/s, '')) && ![...text].some(isHarmful)

const isHarmful = (character: string): boolean =>
  character === '/' || character === '\\' || character < ' ' || character === '\x7f'

function decode(text: string): string | undefined {
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
  if (taken !== undefined)
    throw invalid(`The query parameter ${JSON.stringify(taken)} is set by the provider: leave it out.`)
  target.search = target.search === '' ? query : `${target.search}&${query}`
}

const strange = (): KontorError =>
  invalid('The path must consist of plain segments: without . and .., empty ones, backslashes or encoded slashes.')
