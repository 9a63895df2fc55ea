import { findPlace } from './find-place.ts'

/**
 * Finds a key that would reach for a prototype once the value is copied carelessly: `__proto__`, or `constructor` with a
 * `prototype` in it. Gives its JSON pointer. The walk costs as much as the parsing did, so it is kept for texts that can
 * hold such a key at all: spelled out, or hidden in an escape.
 */
export function findPoison(text: string, value: unknown): string | undefined {
  return mayHold(text) ? findPlace(value, isPoison) : undefined
}

const mayHold = (text: string): boolean =>
  text.includes('__proto__') || text.includes('constructor') || text.includes('\\u00')

const isPoison = (key: string, inner: unknown): boolean =>
  key === '__proto__' ||
  (key === 'constructor' && typeof inner === 'object' && inner !== null && Object.hasOwn(inner, 'prototype'))
