import { invalid, type KontorError } from '../errors.ts'
import { isJsonObject, type JsonObject } from './json.ts'
import { checkLimits } from './limits.ts'
import type { Loader } from './loader.ts'
import { type Quad, toNQuads } from './quads.ts'

/** What we use of the `jsonld` package. Its published types know no `base: null` and want documents typed as JSON-LD. */
interface Package {
  expand(document: object, options: Options): Promise<JsonObject[]>
  compact(document: object, context: unknown, options: Options): Promise<JsonObject>
  canonize(
    quads: string,
    options: { inputFormat: string; format: string; algorithm: string; maxWorkFactor: number },
  ): Promise<string>
}

interface Options {
  readonly documentLoader: Loader
  readonly base: null
  /** For compaction: the document is in expanded form already. */
  readonly skipExpansion?: true
}

/** Expands and compacts with the contexts that `loader` finds. */
export function createProcessor(loader: Loader) {
  async function attempt<T>(document: unknown, work: Work<T>): Promise<T> {
    if (typeof document !== 'object' || document === null)
      throw invalid('A JSON-LD document must be an object or an array.')
    checkLimits(document)
    const jsonld = await load()
    const { remembering, refusal } = rememberRefusal(loader)
    try {
      // Ids are opaque: a base of `null` keeps `c1` or `a/../b` exactly as written.
      return await work(jsonld, document, { documentLoader: remembering, base: null })
    } catch (error) {
      throw refusal() ?? notJsonLd(error)
    }
  }

  return {
    expand: (document: unknown) => attempt(document, (jsonld, object, options) => jsonld.expand(object, options)),
    compact: (nodes: unknown, context: unknown) =>
      attempt(nodes, (jsonld, object, options) => jsonld.compact(object, context, { ...options, skipExpansion: true })),
  }
}

type Work<T> = (jsonld: Package, document: object, options: Options) => Promise<T>

/** The package wraps what a loader throws, or puts an error of its own in its place; the loader's sentence is the better one. */
function rememberRefusal(loader: Loader) {
  let refused: unknown
  const remember = (error: unknown) => {
    refused = error
    throw error
  }
  return { remembering: (iri: string) => loader(iri).catch(remember), refusal: () => refused }
}

let loading: Promise<Package> | undefined

/** Loaded when first needed: it takes 90 ms, and most messages never need it. Once: to import again is to search again. */
function load(): Promise<Package> {
  loading ??= import('jsonld').then(
    ({ default: jsonld }) => jsonld as unknown as Package,
    error => {
      loading = undefined
      throw error
    },
  )
  return loading
}

/**
 * The package touches nothing but the document, so whatever it throws is the document's fault. `code` is one of the
 * error codes that JSON-LD 1.1 defines, such as `invalid local context`.
 */
function notJsonLd(error: unknown): KontorError {
  const details = error instanceof Error && 'details' in error ? error.details : undefined
  const code = isJsonObject(details) && typeof details.code === 'string' ? details.code : 'it cannot be processed'
  return invalid(`The document is not valid JSON-LD: ${code}.`, { cause: error })
}

const N_QUADS = 'application/n-quads'

/**
 * A graph in its one canonical form (RDFC-1.0): the same for two graphs that say the same, whatever their blank nodes are
 * called. Rejects with `invalid` (400) if that would take too long, as graphs made for it can.
 */
export async function canonize(quads: readonly Quad[]): Promise<string> {
  const jsonld = await load()
  const options = { inputFormat: N_QUADS, format: N_QUADS, algorithm: 'RDFC-1.0', maxWorkFactor: 1 }
  try {
    return await jsonld.canonize(toNQuads(quads), options)
  } catch (cause) {
    throw invalid('The graph cannot be brought into its canonical form.', { cause })
  }
}
