import { type Fault, invalid, KontorError } from '../../errors.ts'
import type { Given } from '../given.ts'
import { idOf, type Node } from '../v3/node.ts'
import { understand } from '../v3/version.ts'
import { EDC } from '../v3/words.ts'
import type { BulkKind } from './kinds.ts'

/** One node of a document, and where it stands there. */
export interface Entry {
  readonly kind: BulkKind
  readonly id: string
  readonly node: Node
  /** JSON pointer. */
  readonly place: string
}

/** What a document says, as it came. */
export interface Document {
  readonly '@context'?: unknown
  readonly '@graph': readonly object[]
}

/** Nobody reads more than that. */
const MOST_FAULTS = 100

/** Reads the nodes of a document. Throws `invalid` with the faults of all of them, each with its place. */
export async function readEntries(
  document: Document,
  kinds: readonly BulkKind[],
  jsonLd: Given['jsonLd'],
): Promise<readonly Entry[]> {
  const known = new Map(kinds.map(kind => [`${EDC}${kind.type}`, kind]))
  const seen = new Map<string, string>()

  async function read(given: object, place: string): Promise<Entry> {
    const own = '@context' in given ? given['@context'] : undefined
    const context = [document['@context'] ?? [], own ?? []].flat()
    const node = await understand(jsonLd, { ...given, '@context': context })
    const kind = [node['@type']]
      .flat()
      .map(type => known.get(String(type)))
      .find(each => each !== undefined)
    if (!kind) throw at('@type', `must be one of ${kinds.map(({ type }) => type).join(', ')}`)
    const id = idOf(node)
    if (id === undefined) throw at('@id', 'must be there: without it nothing could be found again')
    const name = JSON.stringify([kind.type, id])
    const before = seen.get(name)
    if (before !== undefined) throw at('@id', `is that of ${before}, too`)
    seen.set(name, place)
    return { kind, id, node, place }
  }

  return everyPlace(
    document['@graph'],
    (given, index) => read(given, placeOf(index)),
    (_, index) => placeOf(index),
  )
}

const placeOf = (index: number): string => `/@graph/${index}`

const at = (path: string, message: string): KontorError => invalid(message, { faults: [{ path, message }] })

/** Does something with each of many, and throws the faults of all together, each with its place in the document. */
export async function everyPlace<T, Result>(
  all: readonly T[],
  work: (each: T, index: number) => Promise<Result>,
  placeOf: (each: T, index: number) => string,
): Promise<readonly Result[]> {
  const results: Result[] = []
  const faults: Fault[] = []
  for (const [index, each] of all.entries()) {
    if (faults.length >= MOST_FAULTS) break
    try {
      results.push(await work(each, index))
    } catch (error) {
      faults.push(...faultsOf(error, placeOf(each, index)))
    }
  }
  const [first] = faults
  if (first) throw invalid(`The document is not valid at ${first.path}: ${first.message}`, { faults })
  return results
}

/** Does something about one place of a document: what it throws says where that is. */
export async function atPlace(place: string, work: () => Promise<void>): Promise<void> {
  await everyPlace([place], work, each => each)
}

/** The faults of an input, by their place in the document; any other error is thrown again, with the place in front if it is meant to be read. */
function faultsOf(error: unknown, place: string): readonly Fault[] {
  if (!(error instanceof KontorError)) throw error
  if (error.status !== 400) throw new KontorError(error.code, error.status, `${place}: ${error.message}`)
  if (error.faults.length === 0) return [{ path: place, message: error.message }]
  return error.faults.map(({ path, message }) => ({ path: `${place}${pointer(path)}`, message }))
}

/** Places are told as IRIs in the words of the EDC, and as JSON pointers elsewhere. */
function pointer(path: string): string {
  const words = path.replaceAll(EDC, '')
  if (words === '') return ''
  return words.startsWith('/') ? words : `/${words}`
}
