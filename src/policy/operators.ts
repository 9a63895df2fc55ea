import type { ValueType } from './readers.ts'
import type { Facts } from './types.ts'
import { compare, isValue, type Value } from './values.ts'
import { termOf } from './vocabulary.ts'

/** What is known about values beside themselves: what they are part of, and what they are. */
type World = Pick<Facts, 'partOf' | 'types'>
type Test = (left: readonly Value[], right: readonly Value[], world: World) => boolean | undefined

/** A comparison that constraints may make. */
export interface Operator {
  readonly term: string
  /** How many values the right operand has. */
  readonly takes: 'one' | 'several'
  /** The types of left operands for which it has a meaning. */
  readonly types: readonly ValueType[]
  /** Whether what is compared must have an order. */
  readonly ordered: boolean
  /** Undefined if it cannot be told. */
  readonly test: Test
}

/** Whether a name is, transitively, part of another (or of a kind that is). Each is looked at once, so circles end. */
export function isPart(name: string, whole: string, partOf: World['partOf']): boolean {
  if (partOf === undefined || !Object.hasOwn(partOf, name)) return false
  const seen = new Set([name])
  for (const part of seen) {
    if (!Object.hasOwn(partOf, part)) continue
    for (const next of partOf[part] ?? []) {
      if (next === whole) return true
      seen.add(next)
    }
  }
  return false
}

// Loops, not `some`: the closures it would take for each constraint cost more than the comparison.
function within(value: Value, values: readonly Value[]): boolean {
  for (const other of values) if (isValue(value, other)) return true
  return false
}

const partWithin = (value: Value, values: readonly Value[], { partOf }: World) =>
  values.some(other => isValue(value, other) || isPart(value.text, other.text, partOf))

function any(left: readonly Value[], right: readonly Value[]): boolean {
  for (const value of left) if (within(value, right)) return true
  return false
}

const none: Test = (left, right) => !any(left, right)
const every: Test = (left, right) => right.every(value => within(value, left))
/** Nothing lies within everything, but somebody in no group must not be let in for it. */
const inside: Test = (left, right, world) => left.length > 0 && left.every(value => partWithin(value, right, world))
const contains: Test = (left, right, world) => right.every(value => partWithin(value, left, world))
const instance: Test = (left, right, { types, partOf }) => {
  const classes = left.map(({ text }) => (types && Object.hasOwn(types, text) ? types[text] : undefined))
  if (classes.every(known => known === undefined)) return undefined
  return classes.some(known =>
    known?.some(name => right.some(({ text }) => name === text || isPart(name, text, partOf))),
  )
}
const ordered =
  (holds: (order: number) => boolean): Test =>
  (left, right) => {
    for (const value of left) for (const other of right) if (holds(compare(value, other))) return true
    return false
  }

const sets: readonly ValueType[] = ['text', 'country', 'place', 'label', 'any']
const lines: readonly ValueType[] = ['time', 'number', 'bytes', 'duration', 'label', 'any']
const both: readonly ValueType[] = [...new Set([...sets, ...lines])]

/**
 * The operators of ODRL 2.2 (Vocabulary, 4.5). Where the left operand has several values, such as groups, `eq` asks
 * whether one of them is it.
 */
// biome-ignore format: a table is read by its columns
const operators: readonly Operator[] = [
  { term: 'eq',       takes: 'one',     types: both,  ordered: false, test: any                  },
  { term: 'neq',      takes: 'one',     types: both,  ordered: false, test: none                 },
  { term: 'lt',       takes: 'one',     types: lines, ordered: true,  test: ordered(o => o < 0)  },
  { term: 'lteq',     takes: 'one',     types: lines, ordered: true,  test: ordered(o => o <= 0) },
  { term: 'gt',       takes: 'one',     types: lines, ordered: true,  test: ordered(o => o > 0)  },
  { term: 'gteq',     takes: 'one',     types: lines, ordered: true,  test: ordered(o => o >= 0) },
  { term: 'isAnyOf',  takes: 'several', types: both,  ordered: false, test: any                  },
  { term: 'isNoneOf', takes: 'several', types: both,  ordered: false, test: none                 },
  { term: 'isAllOf',  takes: 'several', types: sets,  ordered: false, test: every                },
  { term: 'hasPart',  takes: 'several', types: sets,  ordered: false, test: contains             },
  { term: 'isPartOf', takes: 'several', types: sets,  ordered: false, test: inside               },
  { term: 'isA',      takes: 'several', types: sets,  ordered: false, test: instance             },
]

/** The schemas of DSP 2025-1 know a `term-lteq`, after the anchors of the vocabulary's document. */
const byTerm = new Map(operators.flatMap(row => [row.term, `term-${row.term}`].map(term => [term, row] as const)))

/** The operator of that name, in whatever dress; undefined if we cannot judge it. */
export const findOperator = (name: string): Operator | undefined => byTerm.get(termOf(name))
