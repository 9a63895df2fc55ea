import { anyObject, listOf, meaning, type Schema } from '../schemas.ts'
import { answersOf } from '../v3/schemas.ts'
import { CONTEXT } from './context.ts'

const context: Schema = { type: 'array', items: {}, contains: { const: CONTEXT } }

/** What answers of v4 look like. */
export const answers = answersOf({
  suffix: 'V4',
  context: meaning('JSON-LD: where it is said what the words of this answer mean.', context),
  policy: meaning('A policy in the words of the Dataspace Protocol.', anyObject),
  few: listOf,
  ownWord: word => `edc:${word}`,
})
