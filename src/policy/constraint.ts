import { judgeAtom } from './atom.ts'
import { type Judgement, type Mood, unknown } from './judgement.ts'
import type { Facts, Verdict } from './types.ts'
import { listOf } from './vocabulary.ts'

type Combine = (verdicts: readonly Verdict[]) => Verdict

const and: Combine = verdicts => {
  if (verdicts.includes('fails')) return 'fails'
  return verdicts.includes('unknown') ? 'unknown' : 'holds'
}

const or: Combine = verdicts => {
  if (verdicts.includes('holds')) return 'holds'
  return verdicts.includes('unknown') ? 'unknown' : 'fails'
}

const xone: Combine = verdicts => {
  const held = verdicts.filter(verdict => verdict === 'holds').length
  if (held > 1) return 'fails'
  if (verdicts.includes('unknown')) return 'unknown'
  return held === 1 ? 'holds' : 'fails'
}

/** Three-valued logic: what is unknown decides nothing where the rest has decided already. */
const logics = {
  and: { phrase: 'all of these', combine: and },
  andSequence: { phrase: 'all of these in turn', combine: and },
  or: { phrase: 'one of these', combine: or },
  xone: { phrase: 'exactly one of these', combine: xone },
} as const

type Logic = keyof typeof logics

const terms = Object.keys(logics) as Logic[]

/** Judges the constraints of a rule, which all have to hold. */
export function judgeConstraints(constraints: readonly unknown[], facts: Facts, mood: Mood): Judgement {
  return judgeAll('and', constraints, facts, mood)
}

function judge(constraint: unknown, facts: Facts, mood: Mood): Judgement {
  if (typeof constraint !== 'object' || constraint === null) return unknown('a constraint is not an object')
  const [term, ...more] = terms.filter(logic => listOf(constraint, logic).length > 0)
  if (term === undefined) return judgeAtom(constraint, facts, mood)
  if (more.length > 0 || listOf(constraint, 'leftOperand').length > 0)
    return unknown('a constraint says several things at once, which cannot be judged here')
  return judgeAll(term, listOf(constraint, term), facts, mood)
}

function judgeAll(term: Logic, constraints: readonly unknown[], facts: Facts, mood: Mood): Judgement {
  const { phrase, combine } = logics[term]
  const judgements = constraints.map(constraint => judge(constraint, facts, mood))
  const verdict = combine(judgements.map(judgement => judgement.verdict))
  const telling = combine === xone ? judgements : judgements.filter(judgement => judgement.verdict === verdict)
  const sentence = telling.map(judgement => judgement.sentence).join('; ')
  const lines = judgements.flatMap(judgement => judgement.lines)
  return { verdict, sentence: combine === and ? sentence : `${phrase}: (${sentence})`, lines }
}
