import { findOperand, type LeftOperand } from './operands.ts'
import { findOperator, type Operator } from './operators.ts'
import { list, quote } from './sentences.ts'
import type { ConstraintLine, PolicyRequest, Verdict } from './types.ts'
import { textsOf, type Value } from './values.ts'
import { listOf, nameOf } from './vocabulary.ts'

/** Which kind of rule a constraint stands in, and so how it reads: what must be, or what is prohibited. */
export type Mood = ConstraintLine['rule']

/** What a constraint comes to. */
export interface Judgement {
  readonly verdict: Verdict
  readonly sentence: string
  readonly lines: readonly ConstraintLine[]
}

/** Says that it cannot be judged, and why: nothing that we do not understand may let somebody in. */
export const unknown = (sentence: string): Judgement => ({ verdict: 'unknown', sentence, lines: [] })

interface Logic {
  readonly phrase: string
  readonly combine: (verdicts: readonly Verdict[]) => Verdict
}

const and: Logic['combine'] = verdicts => {
  if (verdicts.includes('fails')) return 'fails'
  return verdicts.includes('unknown') ? 'unknown' : 'holds'
}

const or: Logic['combine'] = verdicts => {
  if (verdicts.includes('holds')) return 'holds'
  return verdicts.includes('unknown') ? 'unknown' : 'fails'
}

const xone: Logic['combine'] = verdicts => {
  const held = verdicts.filter(verdict => verdict === 'holds').length
  if (held > 1) return 'fails'
  if (verdicts.includes('unknown')) return 'unknown'
  return held === 1 ? 'holds' : 'fails'
}

/** Three-valued logic: what is unknown decides nothing where the rest has decided already. */
const logics: Readonly<Record<string, Logic>> = {
  and: { phrase: 'all of these', combine: and },
  andSequence: { phrase: 'all of these in turn', combine: and },
  or: { phrase: 'one of these', combine: or },
  xone: { phrase: 'exactly one of these', combine: xone },
}

/** Judges one constraint, atomic or logical. */
export function judge(constraint: unknown, request: PolicyRequest, mood: Mood): Judgement {
  if (typeof constraint !== 'object' || constraint === null) return unknown('a constraint is not an object')
  const found = Object.keys(logics).filter(term => listOf(constraint, term).length > 0)
  const [term, ...more] = found
  if (term === undefined) return judgeAtom(constraint, request, mood)
  if (more.length > 0 || listOf(constraint, 'leftOperand').length > 0)
    return unknown(`a constraint says several things at once (${found.join(', ')})`)
  return judgeAll(
    term,
    listOf(constraint, term).map(inner => judge(inner, request, mood)),
  )
}

/** Judges a list of constraints under one of the logical operators; `and` is also what joins the constraints of a rule. */
export function judgeAll(term: string, judgements: readonly Judgement[]): Judgement {
  const logic = logics[term]
  if (!logic) return unknown(`the logical operator ${quote(term)} is not one that can be judged here`)
  const verdict = logic.combine(judgements.map(judgement => judgement.verdict))
  const telling = term === 'xone' ? judgements : judgements.filter(judgement => judgement.verdict === verdict)
  const sentences = telling.map(({ sentence }) => sentence).join('; ')
  const plain = telling.length === 1 && judgements.length === 1
  return {
    verdict,
    sentence: plain || logic.combine === and ? sentences : `${logic.phrase}: (${sentences})`,
    lines: judgements.flatMap(({ lines }) => lines),
  }
}

function judgeAtom(constraint: object, request: PolicyRequest, mood: Mood): Judgement {
  const [left, operator] = [theName(constraint, 'leftOperand'), theName(constraint, 'operator')]
  if (left === undefined || operator === undefined) return unknown('a constraint lacks its leftOperand or operator')
  const right = listOf(constraint, 'rightOperand')
  const { values, ...judgement } = weigh({ constraint, left, operator, right, request, mood })
  const line = { rule: mood, leftOperand: left, leftValues: values, operator, rightOperand: right, ...judgement }
  return { ...judgement, lines: [line] }
}

type Weighed = Omit<Judgement, 'lines'> & { readonly values: readonly string[] }

interface Atom {
  readonly constraint: object
  readonly left: string
  readonly operator: string
  readonly right: readonly unknown[]
  readonly request: PolicyRequest
  readonly mood: Mood
}

function weigh({ constraint, left, operator, right, request, mood }: Atom): Weighed {
  const known = { operand: findOperand(left), operator: findOperator(operator) }
  const unsure = (why: string): Weighed => ({ verdict: 'unknown', sentence: why, values: [] })
  if (!known.operand) return unsure(`the left operand ${quote(left)} is not one that can be judged here`)
  if (!known.operator || !known.operator.types.includes(known.operand.type))
    return unsure(`the operator ${quote(operator)} is not one that can be judged for ${known.operand.name}`)
  if (listOf(constraint, 'unit').length > 0) return unsure(`the unit of ${known.operand.name} cannot be judged here`)
  const values = readAll(right, known.operand, request)
  if (!values || values.length === 0 || (known.operator.takes === 'one' && values.length > 1))
    return unsure(`${known.operand.name} ${known.operator.must} ${list(right)}: that cannot be compared`)
  return test(known.operand, known.operator, values, request, mood)
}

function test(
  operand: LeftOperand,
  operator: Operator,
  right: readonly Value[],
  request: PolicyRequest,
  mood: Mood,
): Weighed {
  const left = operand.find(request)
  const holds = operator.test(left, right)
  const [values, wanted] = [left.map(({ text }) => text), right.map(({ text }) => text)]
  const phrase = mood === 'permission' ? operator.must : operator.is
  const is = values.length > 0 ? `it is ${list(values)}` : 'there is none'
  const sentence = `${operand.name} ${phrase} ${list(wanted)}: ${holds ? 'yes' : 'no'}, ${is}`
  return { verdict: holds ? 'holds' : 'fails', sentence, values }
}

/** The name under a term, if there is exactly one. */
function theName(constraint: object, term: string): string | undefined {
  const [name, ...more] = listOf(constraint, term)
  return more.length === 0 ? nameOf(name) : undefined
}

function readAll(
  right: readonly unknown[],
  operand: LeftOperand,
  request: PolicyRequest,
): readonly Value[] | undefined {
  const values = textsOf(right)?.map(text => operand.read(text, request))
  return values?.every(value => value !== undefined) ? values : undefined
}
