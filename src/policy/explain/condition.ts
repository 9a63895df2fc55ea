import type { Operands } from '../operands/index.ts'
import type { ConditionReport, ConstraintReport } from '../report.ts'
import { quote } from '../sentences.ts'
import type { Language, Mood } from './language.ts'
import { listWords, sayTime, sayValues } from './words.ts'

/** How a condition reads: "recipient must be did:web:a: no, it is did:web:b". */
export function sayCondition(condition: ConditionReport, mood: Mood, language: Language, operands: Operands): string {
  if (condition.kind === 'constraint') return sayConstraint(condition, mood, language, operands)
  const { operand, parts, outcome } = condition
  const telling = operand === 'xone' ? parts : parts.filter(part => part.outcome === outcome)
  const sentences = telling.map(part => sayCondition(part, mood, language, operands)).join(language.semicolon)
  return operand === 'and' ? sentences : `${language.logic[operand]}${language.colon}(${sentences})`
}

/** What a condition asks for, without what became of it. */
export function askCondition(condition: ConditionReport, mood: Mood, language: Language, operands: Operands): string {
  if (condition.kind === 'constraint') {
    const asked = sinceAgreement(condition, mood, language) ?? sayQuestion(condition, mood, language, operands)
    return asked ?? language.whys[condition.why?.code ?? 'not-a-constraint'](quote(condition.why?.about ?? ''))
  }
  const { operand, parts } = condition
  const questions = parts.map(part => askCondition(part, mood, language, operands)).join(language.semicolon)
  return operand === 'and' ? questions : `${language.logic[operand]}${language.colon}(${questions})`
}

/** A time that is counted from the agreement is no date yet. */
function sinceAgreement({ operator, right }: ConstraintReport, mood: Mood, language: Language): string | undefined {
  const [, amount, unit] = /^contract[Aa]greement\+(\d+)([smhd])$/.exec(right[0]?.text ?? '') ?? []
  if (amount === undefined || (operator !== 'lteq' && operator !== 'lt')) return undefined
  return language.sinceAgreement(Number(amount), unit as 's' | 'm' | 'h' | 'd', mood)
}

function sayConstraint(constraint: ConstraintReport, mood: Mood, language: Language, operands: Operands): string {
  const { outcome, why } = constraint
  const reason = why && language.whys[why.code](quote(why.about ?? ''))
  const asked = sayQuestion(constraint, mood, language, operands)
  if (asked === undefined) return reason ?? language.whys['not-a-constraint']('')
  return `${asked}${language.colon}${language.answers[outcome]}, ${reason ?? sayFound(constraint, language, operands)}`
}

/** What is asked; undefined if the words are not understood. */
function sayQuestion(
  constraint: ConstraintReport,
  mood: Mood,
  language: Language,
  operands: Operands,
): string | undefined {
  const { leftOperand, operator, right, rightOperand, why } = constraint
  if (why && (why.code === 'unknown-operand' || why.code === 'unknown-operator' || why.code === 'not-a-constraint'))
    return undefined
  const row = operands.find(leftOperand)
  const label = row?.label[language.tag] ?? quote(leftOperand)
  const wanted = right.length > 0 ? sayValues(right, language) : listWords(rightOperand.map(quote), language)
  if (asksHolding(constraint)) return label
  if (row?.type === 'time' && language.times[operator]) return `${language.times[operator][mood]} ${wanted}`
  if (isCount(constraint) && operator === 'lteq') return language.uses(wanted)
  return `${label} ${language.operators[operator]?.[mood] ?? operator} ${wanted}`
}

/** "Member of the data space" says more than "member of the data space must be active". */
const asksHolding = ({ operator, right: [right], why, left: [left] }: ConstraintReport): boolean =>
  operator === 'eq' && right?.text === 'active' && (why?.code === 'no-credential' || left?.text === 'active')

const isCount = ({ leftOperand }: ConstraintReport): boolean => leftOperand.endsWith('/count')

function sayFound(constraint: ConstraintReport, language: Language, operands: Operands): string {
  const { left, right } = constraint
  const row = operands.find(constraint.leftOperand)
  const [first] = left
  if (!first) return language.none()
  if (asksHolding(constraint)) return language.holding(row?.credentialTypes?.[0] ?? first.text)
  if (row?.type === 'time') return sayTime(first, right, language)
  if (isCount(constraint)) return language.useNumber(first.text)
  return language.found(sayValues(left, language))
}
