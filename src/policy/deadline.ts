import { builtInOperands } from './operands/index.ts'
import { readValue } from './readers.ts'
import type { Facts, PolicyState } from './types.ts'
import { literalsOf } from './values.ts'
import { isObject, listOf, nameOf } from './vocabulary.ts'

/** By when a duty must be done: the nearest time that its constraints say must not be passed; undefined if they say none. */
export function deadlineOf(duty: unknown, state: PolicyState): Date | undefined {
  const facts: Facts = { action: 'use', participant: { id: '', claims: {} }, ...state }
  const constraints = isObject(duty) ? listOf(duty, 'constraint').filter(isObject) : []
  const ends = constraints.flatMap(constraint => endsIn(constraint, facts))
  return ends.length > 0 ? new Date(Math.min(...ends)) : undefined
}

/** The last moment that a constraint allows for, ms since 1970. */
function endsIn(constraint: object, facts: Facts): readonly number[] {
  const [operator] = listOf(constraint, 'operator').map(nameOf)
  const [operand] = listOf(constraint, 'leftOperand').map(name => builtInOperands.find(nameOf(name) ?? ''))
  if (operand?.type !== 'time' || (operator !== 'lt' && operator !== 'lteq')) return []
  const literals = literalsOf(listOf(constraint, 'rightOperand')) ?? []
  const values = literals.map(literal => operand.read?.(literal, facts) ?? readValue('time', literal))
  return values.flatMap(value => (value?.span ? [operator === 'lt' ? value.span.from : value.span.to] : []))
}
