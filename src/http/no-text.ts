import { findPlace } from './find-place.ts'

/**
 * Finds a text or a key with NUL or half a surrogate pair, and gives its JSON pointer. No database keeps them, and programs
 * that think a text ends at NUL read something else than we do. In JSON only an escape can spell them.
 */
export function findNoText(text: string, value: unknown): string | undefined {
  if (!/\\u(?:0000|d[89a-f])/i.test(text)) return undefined
  return isNoText(value) ? '' : findPlace(value, (key, inner) => isNoText(key) || isNoText(inner))
}

const isNoText = (value: unknown): boolean => typeof value === 'string' && /[\0\p{Surrogate}]/u.test(value)
