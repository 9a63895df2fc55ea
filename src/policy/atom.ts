import { type Judgement, type Mood, unknown } from './judgement.ts'
import { findOperand, type LeftOperand } from './operands.ts'
import { findOperator, type Operator } from './operators.ts'
import { list, quote } from './sentences.ts'
import type { Facts, Verdict } from './types.ts'
import { textsOf, type Value } from './values.ts'
import { listOf, nameOf } from './vocabulary.ts'

/** An atomic constraint whose words are understood. */
interface Atom {
  readonly operand: LeftOperand
  readonly operator: Operator
  readonly right: readonly Value[]
}

/** Judges a constraint of left operand, operator and right operand. */
export function judgeAtom(constraint: object, facts: Facts, mood: Mood): Judgement {
  const [left, operator] = [theName(constraint, 'leftOperand'), theName(constraint, 'operator')]
  if (left === undefined || operator === undefined) return unknown('a constraint lacks its leftOperand or operator')
  const rightOperand = listOf(constraint, 'rightOperand')
  const atom = understand(constraint, left, operator, facts)
  const { leftValues, ...outcome } =
    typeof atom === 'string' ? { ...undecided(atom), leftValues: [] } : decide(atom, facts, mood)
  return { ...outcome, lines: [{ rule: mood, leftOperand: left, leftValues, operator, rightOperand, ...outcome }] }
}

const undecided = (sentence: string): { verdict: Verdict; sentence: string } => ({ verdict: 'unknown', sentence })

/** The constraint in values that can be compared, or why that cannot be. */
function understand(constraint: object, left: string, operatorName: string, facts: Facts): Atom | string {
  const [operand, operator] = [findOperand(left), findOperator(operatorName)]
  if (!operand) return `the left operand ${quote(left)} is not one that can be judged here`
  if (!operator?.types.includes(operand.type))
    return `the operator ${quote(operatorName)} is not one that can be judged for ${operand.name}`
  if (listOf(constraint, 'unit').length > 0) return `the unit of ${operand.name} cannot be judged here`
  const given = listOf(constraint, 'rightOperand')
  const right = textsOf(given)?.map(text => operand.read(text, facts)) ?? []
  const fits = operator.takes === 'one' ? right.length === 1 : right.length > 0
  if (fits && right.every(value => value !== undefined)) return { operand, operator, right }
  return `${operand.name} ${operator.must} ${list(given)}: that cannot be compared`
}

function decide({ operand, operator, right }: Atom, facts: Facts, mood: Mood) {
  const left = operand.find(facts)
  const holds = operator.test(left, right)
  const leftValues = left.map(({ text }) => text)
  const wanted = list(right.map(({ text }) => text))
  const phrase = mood === 'permission' ? operator.must : operator.is
  const found = leftValues.length > 0 ? `it is ${list(leftValues)}` : 'there is none'
  const sentence = `${operand.name} ${phrase} ${wanted}: ${holds ? 'yes' : 'no'}, ${found}`
  const verdict: Verdict = holds ? 'holds' : 'fails'
  return { verdict, sentence, leftValues }
}

/** The name under a term, if there is exactly one. */
function theName(constraint: object, term: string): string | undefined {
  const [name, ...more] = listOf(constraint, term)
  return more.length === 0 ? nameOf(name) : undefined
}
