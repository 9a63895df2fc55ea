import { readFileSync } from 'node:fs'
import { isAbsolute, join, relative } from 'node:path'
import { KontorError } from '../errors.ts'
import { isJsonObject, type JsonObject } from './json.ts'

/** JSON-LD documents by the IRI they stand for. */
export type Documents = ReadonlyMap<string, JsonObject>

/**
 * Reads the documents of a folder as its `index.json` says, which maps IRIs to names of files within the folder.
 * Throws `configuration` (500) with a sentence that names the setting `contexts.directory`.
 */
export function readDocuments(directory: string): Documents {
  const index = Object.entries(readObject(directory, 'index.json'))
  return new Map(index.map(([iri, file]) => [iri, readObject(directory, inside(directory, file))]))
}

/** What is wrong with the contexts of a folder. */
export const badContexts = (what: string, cause?: unknown): KontorError =>
  new KontorError('configuration', 500, `contexts.directory is not in order: ${what}.`, { cause })

function inside(directory: string, file: unknown): string {
  if (typeof file !== 'string') throw badContexts(`${join(directory, 'index.json')} must map IRIs to names of files`)
  const way = relative(directory, join(directory, file))
  if (way.startsWith('..') || isAbsolute(way)) throw badContexts(`${file} is outside of ${directory}`)
  return file
}

function readObject(directory: string, file: string): JsonObject {
  const path = join(directory, file)
  const value = readJson(path)
  if (!isJsonObject(value)) throw badContexts(`${path} must hold a JSON object`)
  return value
}

function readJson(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'))
  } catch (cause) {
    throw badContexts(`${path} cannot be read as JSON`, cause)
  }
}
