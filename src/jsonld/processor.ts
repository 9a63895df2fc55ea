import { invalid, KontorError } from '../errors.ts'
import type { JsonObject } from './json.ts'
import { checkLimits } from './limits.ts'
import type { Loader } from './loader.ts'

/** What we use of the `jsonld` package. Its published types know no `base: null` and want documents typed as JSON-LD. */
interface Package {
  expand(document: object, options: Options): Promise<JsonObject[]>
  compact(document: object, context: unknown, options: Options): Promise<JsonObject>
}

interface Options {
  readonly documentLoader: Loader
  readonly base: null
}

/** Expands and compacts with the contexts that `loader` finds. */
export function createProcessor(loader: Loader) {
  // ids are opaque: a base of `null` keeps `c1` or `a/../b` exactly as written
  const options: Options = { documentLoader: loader, base: null }
  return {
    expand: (document: unknown) => attempt(document, (jsonld, object) => jsonld.expand(object, options)),
    compact: (document: unknown, context: unknown) =>
      attempt(document, (jsonld, object) => jsonld.compact(object, context, options)),
  }
}

async function attempt<T>(document: unknown, work: (jsonld: Package, object: object) => Promise<T>): Promise<T> {
  if (typeof document !== 'object' || document === null)
    throw invalid('A JSON-LD document must be an object or an array.')
  checkLimits(document)
  try {
    return await work(await load(), document)
  } catch (error) {
    throw explain(error)
  }
}

/** Loaded when first needed: it takes 90 ms, and most messages never need it. */
async function load(): Promise<Package> {
  const { default: jsonld } = await import('jsonld')
  return jsonld as unknown as Package
}

/**
 * The package wraps what the loader throws; the loader's own sentence is the better one. It touches nothing but the
 * document it is given, so whatever else it throws is the document's fault.
 */
function explain(error: unknown): KontorError {
  for (let cause = error; cause instanceof Error; cause = detailsOf(cause).cause)
    if (cause instanceof KontorError) return cause
  return notJsonLd(error)
}

/** `code` is one of the error codes that JSON-LD 1.1 defines, such as `invalid local context`. */
function notJsonLd(error: unknown): KontorError {
  const { code } = detailsOf(error)
  return invalid(`The document is not valid JSON-LD: ${typeof code === 'string' ? code : 'it cannot be processed'}.`, {
    cause: error,
  })
}

/** Where the package's errors carry what happened. */
const detailsOf = (error: unknown): { code?: unknown; cause?: unknown } =>
  error instanceof Error && 'details' in error && typeof error.details === 'object' ? { ...error.details } : {}
