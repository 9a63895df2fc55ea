import type { ErrorObject } from 'ajv/dist/2019.js'
import type { Fault } from '../errors.ts'

const most = 10

/** Says in plain English what is wrong with a value, at most ten faults. Of the value it repeats little, and only where a fixed word was expected. */
export function explainFaults(errors: readonly ErrorObject[]): readonly Fault[] {
  return errors.filter(tellsMore).slice(0, most).map(explain)
}

/** What is wrong in the first place, and whether there are others. */
export function summarise(what: string, [first, ...others]: readonly Fault[]): string {
  const where = first?.path ? ` at ${first.path}` : ''
  const more = others.length === 0 ? '' : ' Other places are not valid either.'
  return `The ${what} is not valid${where}. ${first?.message ?? ''}${more}`
}

/** The branches of a choice and the halves of a condition say less than the choice or what follows from the condition. */
const tellsMore = ({ keyword, schemaPath }: ErrorObject): boolean =>
  keyword !== 'if' && !/\/(?:anyOf|oneOf)\/\d+\//.test(schemaPath)

function explain(error: ErrorObject): Fault {
  const sentence = sentences[error.keyword]
  return {
    path: error.instancePath + within(error),
    message: sentence ? sentence(error) : `It ${error.message ?? 'is not valid'}.`,
  }
}

/** A property that is missing or too much has a place of its own. */
function within({ params }: ErrorObject): string {
  const property: unknown = params.missingProperty ?? params.additionalProperty ?? params.unevaluatedProperty
  return typeof property === 'string' ? `/${property.replaceAll('~', '~0').replaceAll('/', '~1')}` : ''
}

type Sentence = (error: ErrorObject) => string

const described: Sentence = ({ parentSchema }) =>
  `It must be ${parentSchema?.description ?? 'of the form its schema gives'}.`

const atLeast =
  (what: string): Sentence =>
  ({ params }) =>
    params.limit === 1 ? 'It must not be empty.' : `It must have at least ${params.limit} ${what}.`

const atMost =
  (what: string): Sentence =>
  ({ params }) =>
    `It must have at most ${params.limit} ${what}.`

// biome-ignore format: a table is read by its columns
const sentences: Readonly<Record<string, Sentence>> = {
  required:              () => 'It is missing.',
  additionalProperties:  () => 'It is not known here.',
  unevaluatedProperties: () => 'It is not known here.',
  'false schema':        () => 'It must not be here.',
  type:     ({ params, data }) => `It must be ${either(params.type)}, but is ${kindOf(data)}.`,
  const:    ({ params, data }) => `It must be ${shown(params.allowedValue)}, but is ${shown(data)}.`,
  enum:     ({ params, data }) => `It must be ${params.allowedValues.map(shown).join(' or ')}, but is ${shown(data)}.`,
  minLength:        atLeast('characters'),
  maxLength:        atMost('characters'),
  minItems:         atLeast('entries'),
  maxItems:         atMost('entries'),
  minProperties:    atLeast('properties'),
  maxProperties:    atMost('properties'),
  minimum:          ({ params }) => `It must be at least ${params.limit}.`,
  maximum:          ({ params }) => `It must be at most ${params.limit}.`,
  exclusiveMinimum: ({ params }) => `It must be more than ${params.limit}.`,
  exclusiveMaximum: ({ params }) => `It must be less than ${params.limit}.`,
  pattern: described,
  format:  described,
  not:     described,
  anyOf:   described,
  oneOf:   described,
}

const kinds: Readonly<Record<string, string>> = {
  string: 'a string',
  number: 'a number',
  integer: 'a whole number',
  boolean: 'true or false',
  array: 'an array',
  object: 'an object',
  null: 'null',
}

const either = (types: string | readonly string[]): string => [types].flat().map(nameOf).join(' or ')

const kindOf = (value: unknown): string =>
  nameOf(value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value)

const nameOf = (type: string): string => kinds[type] ?? type

function shown(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value.length > 40 ? `${value.slice(0, 40)}…` : value)
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : kindOf(value)
}
