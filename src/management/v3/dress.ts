import { type Fault, KontorError } from '../../errors.ts'
import { createSchemas, isJsonObject } from '../../jsonld/index.ts'
import type { Shape } from '../operation.ts'
import { named, type Schema } from '../schemas.ts'
import { missingValue, refused } from './node.ts'
import { lengthen } from './words.ts'

const schemas = createSchemas()

/** A body with a context, or with words of its own, says what it means: it is read as JSON-LD, and judged when it is expanded. */
const dressed = named('JsonLd', {
  type: 'object',
  required: ['@context'],
  description:
    'The same in any JSON-LD dress: with a `@context`, or without one in full IRIs. Contexts are never fetched. What it means is checked when it has been expanded.',
})

/**
 * What a body may say. In plain words, without a `@context`, it is held to the schema; in any other dress no JSON Schema can judge it
 * before it is expanded.
 */
export function body(title: string, plain: Schema): Shape<unknown> {
  const parse = schemas.compile<unknown>(plain, 'body')
  return {
    schema: { anyOf: [named(title, plain), dressed] },
    parse(given) {
      if (isJsonObject(given) && !isDressed(given)) inWordsOfEdc(plain, () => parse(given))
      return given
    },
  }
}

const isDressed = (given: object): boolean => Object.keys(given).some(name => name === '@context' || name.includes(':'))

/** Tells the faults of a schema as the EDC does: by the IRI of their place. */
function inWordsOfEdc(plain: Schema, check: () => unknown): void {
  try {
    check()
  } catch (error) {
    if (!(error instanceof KontorError)) throw error
    throw refused(...error.faults.map(fault => translate(fault, plain)))
  }
}

function translate({ path, message }: Fault, { properties }: Schema): Fault {
  const [word = '', ...inside] = path.split('/').slice(1)
  const place = [lengthen(word), ...inside].join('/')
  if (inside.length > 0 || message !== 'It is missing.') return { path: place, message: `'${place}': ${message}` }
  const wanted = isJsonObject(properties) ? properties[word] : undefined
  if (isJsonObject(wanted) && wanted.type === 'object')
    return { path: place, message: `mandatory object '${place}' is missing` }
  return word.startsWith('@') ? { path: word, message: `${word} is missing` } : missingValue(place)
}
