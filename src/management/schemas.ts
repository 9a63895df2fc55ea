/** JSON Schemas of answers, put together. One with a `title` is told once in the document, and referred to. */
export type Schema = Readonly<Record<string, unknown>>

type Properties = Readonly<Record<string, Schema>>

export const text: Schema = { type: 'string' }
export const whole: Schema = { type: 'integer' }
export const flag: Schema = { type: 'boolean' }
export const time: Schema = { type: 'string', format: 'date-time' }
/** Milliseconds since 1970, as the EDC tells times. */
export const millis: Schema = { type: 'integer', description: 'milliseconds since 1970' }
/** Whatever it is. */
export const anything: Schema = {}
export const anyObject: Schema = { type: 'object' }

export const among = (...values: readonly string[]): Schema => ({ type: 'string', enum: values })

export const listOf = (items: Schema): Schema => ({ type: 'array', items })

export const orNull = (schema: Schema): Schema => ({ anyOf: [schema, { type: 'null' }] })

/** The same schema, with a word about what it means here. */
export const meaning = (description: string, schema: Schema): Schema => ({ ...schema, description })

/** An object that has all of these properties but, perhaps, the optional ones. */
export const record = (properties: Properties, optional: Properties = {}): Schema => ({
  type: 'object',
  properties: { ...properties, ...optional },
  required: Object.keys(properties),
})

/** A schema that the document tells by name. */
export const named = (title: string, schema: Schema): Schema => ({ title, ...schema })
