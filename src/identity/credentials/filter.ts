import { isDeepStrictEqual } from 'node:util'
import { invalid } from '../../errors.ts'
import { isJsonObject } from '../../jsonld/index.ts'

/** Whether a value is as it should be. */
export type Filter = (value: unknown) => boolean

const typeOf = (value: unknown): string =>
  value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value === 'object' ? 'object' : typeof value

const isType = (value: unknown, type: unknown): boolean =>
  typeOf(value) === type || (type === 'integer' && Number.isInteger(value))

const ofNumber =
  (compare: (value: number, limit: number) => boolean) =>
  (limit: unknown): Filter => {
    if (typeof limit !== 'number') throw unsupported('a limit that is no number')
    return value => typeof value !== 'number' || compare(value, limit)
  }

const all = (given: unknown, depth: number): readonly Filter[] => {
  if (!Array.isArray(given)) throw unsupported('alternatives that are no list')
  return given.map(each => parseFilter(each, depth + 1))
}

/** What each keyword demands, as JSON Schema has it. */
const keywords: Readonly<Record<string, (given: unknown, depth: number) => Filter>> = {
  type: given => value => [given].flat().some(type => isType(value, type)),
  const: given => value => isDeepStrictEqual(value, given),
  enum: given => value => [given].flat().some(each => isDeepStrictEqual(value, each)),
  pattern: given => {
    const pattern = safePattern(given)
    return value => typeof value !== 'string' || (value.length <= longestText && pattern.test(value))
  },
  minimum: ofNumber((value, limit) => value >= limit),
  maximum: ofNumber((value, limit) => value <= limit),
  exclusiveMinimum: ofNumber((value, limit) => value > limit),
  exclusiveMaximum: ofNumber((value, limit) => value < limit),
  contains: (given, depth) => {
    const holds = parseFilter(given, depth + 1)
    return value => !Array.isArray(value) || value.some(holds)
  },
  items: (given, depth) => {
    const holds = parseFilter(given, depth + 1)
    return value => !Array.isArray(value) || value.every(holds)
  },
  not: (given, depth) => {
    const holds = parseFilter(given, depth + 1)
    return value => !holds(value)
  },
  allOf: (given, depth) => {
    const filters = all(given, depth)
    return value => filters.every(holds => holds(value))
  },
  anyOf: (given, depth) => {
    const filters = all(given, depth)
    return value => filters.some(holds => holds(value))
  },
}

/** Keywords that only describe. */
const silent: ReadonlySet<string> = new Set(['$schema', 'title', 'description', 'format'])

const deepest = 4

/**
 * Understands the filter of a field: a JSON Schema of the keywords above. Throws `invalid` for others, and for patterns that could keep
 * us busy: a verifier is a stranger, and what it sends is not to be compiled as it comes.
 */
export function parseFilter(given: unknown, depth = 0): Filter {
  if (!isJsonObject(given)) throw unsupported('a filter that is no object')
  if (depth > deepest) throw unsupported('filters nested too deeply')
  const filters = Object.entries(given)
    .filter(([word]) => !silent.has(word))
    .map(([word, value]) => {
      const parse = Object.hasOwn(keywords, word) ? keywords[word] : undefined
      if (!parse) throw unsupported('a keyword in a filter that is not understood here')
      return parse(value, depth)
    })
  return value => filters.every(holds => holds(value))
}

const atoms = String.raw`(?:[\w \-:/#@,=.]|\\[./\-+$^()[\]{}|*?])*(?:\.\*(?:[\w \-:/#@,=.]|\\[./\-+$^()[\]{}|*?])*)?`
const safe = new RegExp(String.raw`^\^?(?:${atoms}|\((?:\?:)?${atoms}(?:\|${atoms})*\))\$?$`)

/** A longer text fits no pattern: one that is not anchored takes time in proportion to the square of the text. */
const longestText = 1_000

/** Words, with anchors, one `.*` each, and alternatives in parentheses. */
function safePattern(given: unknown): RegExp {
  if (typeof given !== 'string' || given.length > 256 || !safe.test(given))
    throw unsupported('a pattern that is more than words, with ^, $, one .* and alternatives in parentheses')
  return new RegExp(given, 'u')
}

const unsupported = (what: string) =>
  invalid(`The presentation definition has ${what}.`, {
    faults: [{ path: '/presentationDefinition', message: `It has ${what}.` }],
  })
