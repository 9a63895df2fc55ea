import type { JsonObject } from './json.ts'
import { createLoader, type Loader } from './loader.ts'
import { createProcessor } from './processor.ts'

export { compileForeignSchema } from './foreign-schema.ts'
export { isJsonObject, type JsonObject } from './json.ts'
export type { LoadedDocument, Loader } from './loader.ts'
export { canonize } from './processor.ts'
export { type Quad, quadsOf, RDF, type Term, termOf, toJsonLd } from './quads.ts'
export { createSchemas, type Parse, type Schemas } from './schemas.ts'

export { createShapes, type Shapes, type Violation } from './shapes.ts'
export { parseTurtle, writeTurtle } from './turtle.ts'

/** JSON-LD with the contexts this connector knows, and no others. */
export interface JsonLd {
  /**
   * The document's nodes in expanded form; ids stay as they are written, relative ones too.
   * Rejects with `unknown-context` (400) or `invalid` (400).
   */
  expand(document: unknown): Promise<readonly JsonObject[]>
  /** Expanded nodes in the words of `context` (an IRI, several, or a context object). Rejects like `expand`. */
  compact(
    nodes: JsonObject | readonly JsonObject[],
    context: string | readonly string[] | JsonObject,
  ): Promise<JsonObject>
  /** For other libraries that load contexts themselves. */
  readonly loader: Loader
}

/**
 * Reads the built-in contexts and those in `directory` (the setting `contexts.directory`), once.
 * Throws if that folder is not in order.
 *
 *     const jsonLd = createJsonLd()
 *     const nodes = await jsonLd.expand({ '@context': 'http://www.w3.org/ns/odrl.jsonld', '@type': 'Set' })
 */
export function createJsonLd({ directory }: { directory?: string | undefined } = {}): JsonLd {
  const loader = createLoader(directory)
  return { ...createProcessor(loader), loader }
}
