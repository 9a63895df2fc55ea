import { readFileSync } from 'node:fs'
import { isAbsolute, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { KontorError } from '../errors.ts'

/** A JSON-LD document that contexts are taken from, with the IRI it stands for. */
export interface LoadedDocument {
  readonly contextUrl: undefined
  readonly documentUrl: string
  readonly document: object
  /** Tells the `jsonld` package that this IRI means the same for every connector in the process, so it may keep the result. */
  readonly tag?: 'static'
}

/** Finds the document of an IRI among those known. Rejects with `unknown-context` (400) for any other. */
export type Loader = (iri: string) => Promise<LoadedDocument>

type Documents = ReadonlyMap<string, object>

const builtIn = fileURLToPath(new URL('../../contexts/', import.meta.url))

/**
 * Reads all known contexts once: our own, and those of the operator's folder (`contexts.directory`). Nothing is ever
 * fetched over the network. Throws `configuration` (500) with a sentence if the operator's folder is not in order.
 */
export function createLoader(directory?: string): Loader {
  const ours = readDocuments(builtIn)
  const theirs = directory === undefined ? new Map<string, object>() : readDocuments(directory)
  refuseReplacements(ours, theirs)

  return async iri => {
    const document = ours.get(iri) ?? theirs.get(iri)
    if (document === undefined) throw unknownContext(iri)
    // `jsonld` resolves relative IRIs inside the document it is given, so it gets its own copy
    const loaded = { contextUrl: undefined, documentUrl: iri, document: structuredClone(document) }
    return ours.has(iri) ? { ...loaded, tag: 'static' } : loaded
  }
}

function readDocuments(directory: string): Documents {
  const index = Object.entries(readObject(join(directory, 'index.json'), directory))
  return new Map(index.map(([iri, file]) => [iri, readObject(inside(directory, file), directory)]))
}

/** The path of a file that an index names; it must stay inside the folder of the index. */
function inside(directory: string, file: unknown): string {
  if (typeof file !== 'string') throw badDirectory(directory, 'index.json must map IRIs to names of files')
  const path = join(directory, file)
  const way = relative(directory, path)
  if (way.startsWith('..') || isAbsolute(way)) throw badDirectory(directory, `index.json names ${file}, outside of it`)
  return path
}

function readObject(path: string, directory: string): object {
  const value = readJson(path, directory)
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value
  throw badDirectory(directory, `${path} must hold a JSON object`)
}

function readJson(path: string, directory: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'))
  } catch (cause) {
    throw badDirectory(directory, `${path} cannot be read as JSON`, cause)
  }
}

/** What an IRI of ours means is fixed: the fast path, which reads no contexts, relies on it. */
function refuseReplacements(ours: Documents, theirs: Documents): void {
  const replaced = [...theirs.keys()].find(iri => ours.has(iri))
  if (replaced === undefined) return
  throw new KontorError('configuration', 500, `contexts.directory: ${replaced} is built in; take it out of index.json.`)
}

const badDirectory = (directory: string, what: string, cause?: unknown): KontorError =>
  new KontorError('configuration', 500, `contexts.directory: the folder ${directory} is not in order: ${what}.`, {
    cause,
  })

const unknownContext = (iri: string): KontorError =>
  new KontorError(
    'unknown-context',
    400,
    `The JSON-LD context ${shown(iri)} is not known here, and contexts are never fetched; ` +
      'add it to the folder named by the setting contexts.directory.',
  )

const shown = (iri: string): string => JSON.stringify(iri.length > 200 ? `${iri.slice(0, 200)}…` : iri)
