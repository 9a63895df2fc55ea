import { invalid } from '../errors.ts'
import { malformedAt } from './malformed.ts'
import { findNoText } from './no-text.ts'
import { findPoison } from './poison.ts'

/**
 * Parses JSON that a stranger wrote. `depth` is the deepest nesting of objects and arrays taken: it is looked at before
 * anything is parsed, so that ten thousand brackets cost no more than reading them. Keys that reach for an object's
 * prototype are refused, and so are texts with NUL or half a surrogate pair.
 *
 * A byte order mark in front is skipped (RFC 8259 §8.1). Throws `invalid` with the place, never with the content.
 */
export function parseJson(given: string, depth = 64): unknown {
  const text = given.charCodeAt(0) === byteOrderMark ? given.slice(1) : given
  const deep = findDeeper(text, depth)
  if (deep !== undefined)
    throw invalid(`The JSON is nested deeper than ${depth} levels at position ${deep}; nest it less deeply.`)
  const value = parse(text)
  const poison = findPoison(text, value)
  if (poison !== undefined)
    throw invalid('The JSON has a key that would change the prototype of an object; leave it out.', {
      faults: [{ path: poison, message: 'This key is not allowed.' }],
    })
  const noText = findNoText(text, value)
  if (noText !== undefined)
    throw invalid('The JSON has a text with the character NUL or half a surrogate pair; leave it out.', {
      faults: [{ path: noText, message: 'It must be a text.' }],
    })
  return value
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw invalid(whereMalformed(text))
  }
}

function whereMalformed(text: string): string {
  if (text.trim() === '') return 'The body is empty; a JSON document is expected.'
  const position = malformedAt(text)
  const before = text.slice(0, position).split('\n')
  const column = (before.at(-1)?.length ?? 0) + 1
  return `The body is not JSON: it breaks at position ${position} (line ${before.length}, column ${column}).`
}

const byteOrderMark = 0xfeff
const quote = 0x22
const backslash = 0x5c

/** Where the nesting gets deeper than `depth`. One pass; strings are skipped, the rest of the grammar is left to the parser. */
function findDeeper(text: string, depth: number): number | undefined {
  let level = 0
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code === quote) at = endOfString(text, at)
    else if (code === 0x7b || code === 0x5b) {
      if (++level > depth) return at
    } else if (code === 0x7d || code === 0x5d) level--
  }
  return undefined
}

function endOfString(text: string, start: number): number {
  let at = start + 1
  while (at < text.length) {
    const code = text.charCodeAt(at)
    if (code === quote) return at
    at += code === backslash ? 2 : 1
  }
  return at
}
