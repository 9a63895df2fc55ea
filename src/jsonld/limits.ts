import { invalid } from '../errors.ts'

/**
 * How much context a document may bring along. Each inline context costs a copy of all the terms before it, and the
 * `jsonld` package keeps the last hundred it saw, so both are bounded. Ours and EDC's real messages bring one or two.
 */
export const limits = { contexts: 50, characters: 50_000 } as const

/** Throws `invalid` (400) if a document brings more context along than `limits` allow. Its depth and size are bounded by whoever read it. */
export function checkContexts(document: unknown): void {
  const contexts = collectContexts(document)
  if (contexts.length > limits.contexts)
    throw invalid(`The document has ${contexts.length} @context entries, more than the ${limits.contexts} allowed.`)
  const characters = contexts.reduce((sum: number, context) => sum + (JSON.stringify(context)?.length ?? 0), 0)
  if (characters > limits.characters)
    throw invalid(`The document's contexts are longer than the ${limits.characters} characters allowed.`)
}

function collectContexts(document: unknown): unknown[] {
  const found: unknown[] = []
  const open: unknown[] = [document]
  for (let value = open.pop(); value !== undefined; value = open.pop()) {
    if (typeof value !== 'object' || value === null) continue
    if ('@context' in value) found.push(value['@context'])
    for (const child of Object.values(value)) if (typeof child === 'object') open.push(child)
  }
  return found
}
