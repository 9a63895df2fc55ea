/**
 * Finds a key that would reach for a prototype once the value is copied carelessly: `__proto__`, or `constructor` with a
 * `prototype` in it. Gives its JSON pointer. The walk costs as much as the parsing did, so it is kept for texts that can
 * hold such a key at all: spelled out, or hidden in an escape.
 */
export function findPoison(text: string, value: unknown): string | undefined {
  return mayHold(text) ? walk(value) : undefined
}

const mayHold = (text: string): boolean =>
  text.includes('__proto__') || text.includes('constructor') || text.includes('\\u00')

function walk(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  for (const [key, inner] of Object.entries(value)) {
    if (isPoison(key, inner)) return pointer(key)
    const below = walk(inner)
    if (below !== undefined) return pointer(key) + below
  }
  return undefined
}

const isPoison = (key: string, inner: unknown): boolean =>
  key === '__proto__' ||
  (key === 'constructor' && typeof inner === 'object' && inner !== null && Object.hasOwn(inner, 'prototype'))

const pointer = (key: string): string => `/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`
