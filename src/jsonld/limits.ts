import { invalid, type KontorError } from '../errors.ts'
import { isJsonObject, type JsonObject } from './json.ts'

/**
 * What a document may ask of JSON-LD processing, which holds up everything else meanwhile: up to 0.3 ms for each node (typed
 * nodes of the DSP context are the dearest), and a copy of all terms so far for each context. The `jsonld` package also
 * keeps the last hundred contexts it saw. Real messages have a hundred nodes and one or two contexts.
 */
const limits = { nodes: 5_000, contexts: 50, characters: 50_000 } as const

/**
 * Throws `invalid` (400) if a document goes beyond the limits, or if a context in it uses `@import`: the package would
 * mix it up with other documents (imports.ts). Depth and size of a document are bounded by whoever read it.
 */
export function checkLimits(document: unknown): void {
  const objects = collectObjects(document)
  if (objects.filter(isNode).length > limits.nodes) throw tooMuch(`has more than the ${limits.nodes} nodes`)
  if (objects.some(object => '@import' in object))
    throw invalid('A context in a document must not use @import; list both contexts instead.')
  checkContexts(objects.filter(object => '@context' in object).map(object => JSON.stringify(object['@context'])))
}

function checkContexts(contexts: readonly string[]): void {
  if (contexts.length > limits.contexts) throw tooMuch(`has more than the ${limits.contexts} @context entries`)
  if (contexts.join('').length > limits.characters)
    throw tooMuch(`has contexts longer than the ${limits.characters} characters`)
}

/** Values and mere references cost little, and expansion makes many of them. */
const isNode = (object: JsonObject): boolean =>
  !('@value' in object) && !('@id' in object && Object.keys(object).length === 1)

const tooMuch = (what: string): KontorError => invalid(`The JSON-LD document ${what} allowed.`)

function collectObjects(document: unknown): readonly JsonObject[] {
  const found: JsonObject[] = []
  const open: unknown[] = [document]
  while (open.length > 0) {
    const value = open.pop()
    if (isJsonObject(value)) found.push(value)
    if (typeof value === 'object' && value !== null) for (const child of Object.values(value)) open.push(child)
  }
  return found
}
