import { builtInOperands, type LeftOperand } from '../operands/index.ts'
import { findOperator } from '../operators.ts'
import { readValue } from '../readers.ts'
import type { Facts } from '../types.ts'
import { literalsOf, type Value } from '../values.ts'
import { listOf, nameOf, termOf } from '../vocabulary.ts'

/** An atomic constraint in values that can be compared with those of another one. */
export interface Atom {
  readonly operand: LeftOperand
  /** ODRL's term: `lteq`. */
  readonly operator: string
  readonly unit: string | undefined
  readonly values: readonly Value[]
}

/** What an atomic constraint may consist of here: a `status`, a reference or a foreign property changes what it means. */
const UNDERSTOOD = new Set(['@id', '@type', 'uid', 'leftOperand', 'operator', 'rightOperand', 'unit'])

/** The constraint in comparable values; undefined if anything in it is not understood. `facts` are what relative times are read by. */
export function readAtom(constraint: object, facts: Facts): Atom | undefined {
  if (!Object.keys(constraint).every(key => UNDERSTOOD.has(termOf(key)))) return undefined
  const [left, more] = listOf(constraint, 'leftOperand').map(nameOf)
  const operand = left === undefined || more !== undefined ? undefined : builtInOperands.find(left)
  const [operator, other] = listOf(constraint, 'operator').map(nameOf)
  const found = operator === undefined || other !== undefined ? undefined : findOperator(operator)
  const [unit, ...units] = listOf(constraint, 'unit').map(nameOf)
  if (!operand || !found?.types.includes(operand.type) || operand.type === 'any' || units.length > 0) return undefined
  const values = valuesIn(constraint, operand, unit, facts)
  if (!values || values.length === 0 || (found.takes === 'one' && values.length > 1)) return undefined
  const means = found.term === 'eq' && operand.equals ? operand.equals : found.term
  return { operand, operator: means, unit, values }
}

function valuesIn(constraint: object, operand: LeftOperand, unit: string | undefined, facts: Facts) {
  const literals = literalsOf(listOf(constraint, 'rightOperand'))
  const values = literals?.flatMap(given => {
    const literal = unit === undefined ? given : { unit, ...given }
    return (operand.read ? operand.read(literal, facts) : readValue(operand.type, literal)) ?? []
  })
  return values?.length === literals?.length ? values : undefined
}
