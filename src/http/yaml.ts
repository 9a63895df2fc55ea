import { parse, YAMLError } from 'yaml'
import { invalid } from '../errors.ts'
import { parseJson } from './json.ts'

/** Aliases may repeat what stands in front of them, but not for ever; characters of the JSON that comes of it. */
const LARGEST = 32 * 1024 * 1024

/**
 * Parses YAML that a stranger wrote, as far as it is JSON in another dress, within the same bounds: see `parseJson`. Throws `invalid`
 * with the place, never with the content.
 */
export function parseYaml(text: string, depth?: number): unknown {
  return parseJson(toJson(text), depth)
}

function toJson(text: string): string {
  try {
    // Keys that are not texts would be repeated in warnings.
    const json = JSON.stringify(parse(text, { logLevel: 'error', stringKeys: true, prettyErrors: true }) ?? null)
    if (json.length <= LARGEST) return json
  } catch (error) {
    throw invalid(`The body is not YAML that is understood here${placeOf(error)}.`)
  }
  throw invalid('The YAML says too much by its aliases; write it out, in several documents.')
}

function placeOf(error: unknown): string {
  const [begin] = error instanceof YAMLError ? (error.linePos ?? []) : []
  return begin ? `: it breaks in line ${begin.line}, column ${begin.col}` : ''
}
