import { parse, stringify, YAMLError } from 'yaml'
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

/**
 * Writes YAML that every reader understands, those of YAML 1.1, too, for whom a bare `=`, `no` or `12:30` means something else: texts
 * stand in quotes. Control characters are written as escapes, since they may not stand in YAML.
 */
export const writeYaml = (value: unknown): string =>
  stringify(value, { aliasDuplicateObjects: false, lineWidth: 0, defaultStringType: 'QUOTE_DOUBLE' }).replace(
    unwritable,
    character => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )

const unwritable = /[\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]/g

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
