import { canonicalRule } from '../terms.ts'
import type { Facts } from '../types.ts'
import { isObject, listOf } from '../vocabulary.ts'
import { readAtom } from './atom.ts'
import { follows } from './compare.ts'

/** Deeper than people nest conditions; beyond it nothing follows from anything. */
const DEEPEST = 8

/** Whether one constraint follows from others that all hold. What cannot be compared does not. */
export function followsFrom(given: readonly unknown[], wanted: unknown, depth = DEEPEST): boolean {
  if (!isObject(wanted) || depth === 0) return false
  const parts = (term: string) => listOf(wanted, term)
  const all = [...parts('and'), ...parts('andSequence')]
  const simple = isSimple(wanted)
  if (simple && all.length > 0) return all.every(part => followsFrom(given, part, depth - 1))
  if (simple && parts('or').some(part => followsFrom(given, part, depth - 1))) return true
  return given.some(one => impliesBy(one, wanted, depth))
}

function impliesBy(given: unknown, wanted: object, depth: number): boolean {
  if (!isObject(given)) return false
  if (canonicalRule('constraint', given) === canonicalRule('constraint', wanted)) return true
  if (listOf(given, 'leftOperand').length > 0) return atomFollows(given, wanted)
  if (!isSimple(given)) return false
  const together = [...listOf(given, 'and'), ...listOf(given, 'andSequence')]
  if (together.length > 0) return followsFrom(together, wanted, depth - 1)
  const either = listOf(given, 'or')
  return either.length > 0 && either.every(part => followsFrom([part], wanted, depth - 1))
}

/** Says one thing only, and nothing besides. */
const isSimple = (constraint: object): boolean =>
  Object.keys(constraint).filter(key => !['@id', '@type', 'uid'].includes(key)).length === 1

/**
 * Times that count from the agreement are compared for an agreement on any day of four years: whether a month is longer than
 * thirty days depends on the month. A time that counts and one that does not cannot be compared before there is an agreement.
 */
function atomFollows(given: object, wanted: object): boolean {
  const [first, second] = [FIRST, SECOND].map(facts => [readAtom(given, facts), readAtom(wanted, facts)] as const)
  const [narrow, wide] = first ?? []
  if (!narrow || !wide) return false
  const moves = [narrow, wide].map((atom, at) => JSON.stringify(atom.values) !== JSON.stringify(second?.[at]?.values))
  if (moves[0] !== moves[1]) return false
  const varies = [narrow, wide].some(({ values }) => values.some(({ text }) => /P[^T]*[YM]/.test(text)))
  if (!moves[0] || !varies) return follows(narrow, wide)
  return days().every(facts => {
    const [one, other] = [readAtom(given, facts), readAtom(wanted, facts)]
    return one !== undefined && other !== undefined && follows(one, other)
  })
}

const factsOn = (at: Date): Facts => ({
  action: 'use',
  participant: { id: '', claims: {} },
  now: at,
  agreedAt: at,
  startedAt: at,
  lastUsedAt: at,
})
const DAY = 86_400_000
const FIRST = factsOn(new Date('2024-01-01T00:00:00Z'))
const SECOND = factsOn(new Date('2024-01-31T00:00:00Z'))

const days = (): Facts[] =>
  Array.from({ length: 4 * 365 + 1 }, (_, day) => factsOn(new Date(FIRST.now.getTime() + day * DAY)))
