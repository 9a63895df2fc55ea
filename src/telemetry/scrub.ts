import { KontorError } from '../errors.ts'

const hidden = '[secret]'

/** Names whose values are secret, whatever stands before them: `access_token`, `refreshToken`, `x-api-key`. */
const secretName = /(authorization|token|secret|password|passphrase|api[-_]?key|private[-_]?key|cookie)s?$/i

/** What secrets look like inside other text, and what is left of them. */
const traces: readonly (readonly [RegExp, string])[] = [
  [/\b(bearer|basic)\s+(?!(?:tokens?|authentication|scheme)(?:[\s.,;]|$))[\w.~+/=-]+/gi, `$1 ${hidden}`],
  [/\beyJ[\w-]+\.[\w-]*\.[\w-]*/g, hidden],
  [/:\/\/[^/?#\s"'@]*@/g, `://${hidden}@`],
  [/((?:authorization|token|secret|password|api[-_]?key)s?["']?\s*[=:]\s*["']?)[^\s"'&,;}]+/gi, `$1${hidden}`],
]

/** Longer texts are cut: what strangers send does not fill the disk, nor keep the patterns above busy. */
const longest = 4000

/** A text without what looks like a secret in it. */
export function scrubText(text: string): string {
  // Some more than will be shown, so that the end of a secret that crosses the border still marks it as one.
  const clean = traces.reduce(
    (rest, [trace, instead]) => rest.replaceAll(trace, instead),
    text.slice(0, longest + 1000),
  )
  return text.length > longest ? `${clean.slice(0, longest)}…` : clean
}

/** Deeper than this nothing is shown; no event of ours goes so deep. */
const deepest = 8

/**
 * A copy of some fields that may be logged: whatever is named like a secret, looks like one, or is a value of
 * `{ name: 'authorization', value: … }` (the endpoint properties of a data address) becomes `[secret]`.
 */
export const scrub = (fields: object): Record<string, unknown> => members(fields, new Set(), 0)

function clean(value: unknown, seen: Set<object>, depth: number): unknown {
  if (typeof value === 'string') return scrubText(value)
  if (typeof value === 'bigint') return value.toString()
  if (typeof value !== 'object' || value === null) return value
  if (value instanceof Uint8Array) return `[${value.byteLength} bytes]`
  if (depth === deepest) return '[deeper]'
  if ('toJSON' in value && typeof value.toJSON === 'function') return clean(value.toJSON(), seen, depth + 1)
  if (seen.has(value)) return '[shown above]'
  seen.add(value)
  if (value instanceof Error) return ofError(value, seen, depth)
  if (Array.isArray(value)) return value.map(one => clean(one, seen, depth + 1))
  return members(value, seen, depth)
}

function members(value: object, seen: Set<object>, depth: number): Record<string, unknown> {
  const named = 'name' in value && typeof value.name === 'string' && secretName.test(value.name)
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [
      name,
      inner !== undefined && (secretName.test(name) || (named && name === 'value'))
        ? hidden
        : clean(inner, seen, depth + 1),
    ]),
  )
}

/** Of an error only what it says: libraries hang requests with all their headers on theirs. */
function ofError(error: Error, seen: Set<object>, depth: number): Record<string, unknown> {
  return {
    type: error.name,
    code: 'code' in error ? clean(error.code, seen, depth + 1) : undefined,
    message: scrubText(error.message),
    faults: error instanceof KontorError && error.faults.length > 0 ? clean(error.faults, seen, depth + 1) : undefined,
    stack: scrubText(error.stack ?? ''),
    cause: clean(error.cause, seen, depth + 1),
    errors: error instanceof AggregateError ? clean(error.errors, seen, depth + 1) : undefined,
  }
}
