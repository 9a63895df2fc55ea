import { fileURLToPath } from 'node:url'
import { KontorError } from '../errors.ts'
import { inPackage } from '../package-files.ts'
import { badContexts, type Documents, readDocuments } from './directory.ts'
import { inlineImports } from './imports.ts'
import { isJsonObject, type JsonObject } from './json.ts'

/** A JSON-LD document that contexts are taken from, with the IRI it stands for. */
export interface LoadedDocument {
  readonly contextUrl: undefined
  readonly documentUrl: string
  readonly document: JsonObject
  /** Tells the `jsonld` package that the IRI means the same for every connector in the process, so that it may keep the result. */
  readonly tag?: 'static'
}

/** Finds the document of an IRI among those known. Rejects with `unknown-context` (400) for any other. */
export type Loader = (iri: string) => Promise<LoadedDocument>

const builtIn = fileURLToPath(inPackage('contexts/'))

/**
 * Reads all known contexts once: our own, and those of the operator's folder (`contexts.directory`). Nothing is ever
 * fetched over the network. Throws `configuration` (500) with a sentence if the operator's folder is not in order.
 */
export function createLoader(directory?: string): Loader {
  const ours = readDocuments(builtIn)
  const theirs = directory === undefined ? new Map<string, JsonObject>() : readDocuments(directory)
  refuseReplacements(ours, theirs)
  const known = withImports(new Map([...ours, ...theirs]))

  return async iri => {
    const document = known.get(iri)
    if (document === undefined) throw unknownContext(iri)
    // The package resolves relative IRIs within the document it is given, so it gets a copy.
    const loaded = { contextUrl: undefined, documentUrl: iri, document: structuredClone(document) }
    return ours.has(iri) ? { ...loaded, tag: 'static' } : loaded
  }
}

/** What an IRI of ours means is fixed: messages in the protocol's own words are used without reading any context. */
function refuseReplacements(ours: Documents, theirs: Documents): void {
  const replaced = [...theirs.keys()].find(iri => ours.has(iri))
  if (replaced !== undefined)
    throw badContexts(`${replaced} is built in and cannot be replaced; take it out of index.json`)
}

function withImports(documents: Documents): Documents {
  const find = (iri: string): JsonObject => {
    const context = documents.get(iri)?.['@context']
    if (!isJsonObject(context) || '@import' in context)
      throw badContexts(`${iri} is imported, but is no single known context`)
    return context
  }
  return new Map([...documents].map(([iri, document]) => [iri, inlineImports(document, find)]))
}

function unknownContext(iri: string): KontorError {
  const shown = JSON.stringify(iri.length > 200 ? `${iri.slice(0, 200)}…` : iri)
  const message =
    `The JSON-LD context ${shown} is not known here, and contexts are never fetched; ` +
    'add it to the folder named by the setting contexts.directory.'
  return new KontorError('unknown-context', 400, message)
}
