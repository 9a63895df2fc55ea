import { compare, type Value } from './values.ts'
import { termOf } from './vocabulary.ts'

type Test = (left: readonly Value[], right: readonly Value[]) => boolean

/** A comparison that constraints may make. */
export interface Operator {
  readonly term: string
  /** As it reads in a condition: "recipient must be …". */
  readonly must: string
  /** As it reads after "if": "if recipient is …". */
  readonly is: string
  /** How many values the right operand has. */
  readonly takes: 'one' | 'several'
  /** The types of left operands for which it has a meaning. */
  readonly types: readonly ('time' | 'text')[]
  readonly test: Test
}

const within = (value: Value, values: readonly Value[]) => values.some(other => compare(value, other) === 0)
const any: Test = (left, right) => left.some(value => within(value, right))
const none: Test = (left, right) => !any(left, right)
const every: Test = (left, right) => right.every(value => within(value, left))
/** Nothing lies within everything, but somebody in no group must not be let in for it. */
const inside: Test = (left, right) => left.length > 0 && left.every(value => within(value, right))
const ordered =
  (holds: (order: number) => boolean): Test =>
  (left, right) =>
    left.some(value => right.some(other => holds(compare(value, other))))

const both = ['time', 'text'] as const

/**
 * The operators of ODRL 2.2 that mean something for our left operands (`isA` asks for a class, and none has one). Where
 * the left operand has several values, such as groups, `eq` asks whether one of them is it.
 */
// biome-ignore format: a table is read by its columns
const operators: readonly Operator[] = [
  { term: 'eq',       must: 'must be',              is: 'is',              takes: 'one',     types: both,     test: any                  },
  { term: 'neq',      must: 'must not be',          is: 'is not',          takes: 'one',     types: both,     test: none                 },
  { term: 'lt',       must: 'must be before',       is: 'is before',       takes: 'one',     types: ['time'], test: ordered(o => o < 0)  },
  { term: 'lteq',     must: 'must not be after',    is: 'is not after',    takes: 'one',     types: ['time'], test: ordered(o => o <= 0) },
  { term: 'gt',       must: 'must be after',        is: 'is after',        takes: 'one',     types: ['time'], test: ordered(o => o > 0)  },
  { term: 'gteq',     must: 'must not be before',   is: 'is not before',   takes: 'one',     types: ['time'], test: ordered(o => o >= 0) },
  { term: 'isAnyOf',  must: 'must be one of',       is: 'is one of',       takes: 'several', types: both,     test: any                  },
  { term: 'isNoneOf', must: 'must be none of',      is: 'is none of',      takes: 'several', types: both,     test: none                 },
  { term: 'isAllOf',  must: 'must be all of',       is: 'is all of',       takes: 'several', types: ['text'], test: every                },
  { term: 'hasPart',  must: 'must include',         is: 'includes',        takes: 'several', types: ['text'], test: every                },
  { term: 'isPartOf', must: 'must lie within',      is: 'lies within',     takes: 'several', types: ['text'], test: inside               },
]

const byTerm = new Map(operators.map(operator => [operator.term, operator]))

/** The operator of that name, in whatever dress; undefined if we cannot judge it. */
export const findOperator = (name: string): Operator | undefined => byTerm.get(termOf(name))
