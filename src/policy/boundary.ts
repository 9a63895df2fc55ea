import { builtInOperands, type LeftOperand } from './operands/index.ts'
import { readValue } from './readers.ts'
import type { Facts, Policy, PolicyState } from './types.ts'
import { literalsOf, type Span } from './values.ts'
import { isObject, listOf, nameOf } from './vocabulary.ts'

/**
 * The next moment at which time alone may change what a policy comes to: the nearest edge, after `now`, of any time or length of
 * time that it names. Undefined if it names none that is still to come: then only other facts can change it.
 *
 *     nextBoundary({ permission: [{ action: 'use', constraint: [{ leftOperand: 'dateTime', operator: 'lt', rightOperand: '2026-12-31T00:00:00Z' }] }] }, { now })
 *     // 2026-12-31T00:00:00.000Z
 */
export function nextBoundary(policy: Policy, state: PolicyState): Date | undefined {
  const now = state.now.getTime()
  const facts: Facts = { action: 'use', participant: { id: '', claims: {} }, ...state }
  const edges = spansIn(policy, facts).flatMap(({ from, to }) => [from, to + 1])
  const next = edges.reduce(
    (nearest, edge) => (edge > now && edge < nearest ? edge : nearest),
    Number.POSITIVE_INFINITY,
  )
  return Number.isFinite(next) ? new Date(next) : undefined
}

/** Every stretch of time that constraints compare with, wherever in a policy they stand. */
function spansIn(node: unknown, facts: Facts): readonly Span[] {
  if (Array.isArray(node)) return node.flatMap(each => spansIn(each, facts))
  if (!isObject(node)) return []
  const operand = listOf(node, 'leftOperand').map(name => builtInOperands.find(nameOf(name) ?? ''))[0]
  if (!operand) return Object.values(node).flatMap(value => spansIn(value, facts))
  if (operand.source !== 'clock') return []
  return compared(operand, node, facts).map(span => (operand.type === 'time' ? span : ahead(span, operand, facts)))
}

function compared(operand: LeftOperand, node: object, facts: Facts): readonly Span[] {
  const literals = literalsOf(listOf(node, 'rightOperand')) ?? []
  const values = literals.map(literal => operand.read?.(literal, facts) ?? readValue(operand.type, literal))
  return values.flatMap(value => value?.span ?? [])
}

/** A length of time that grows reaches another one when what is left of it has passed. */
function ahead({ from, to }: Span, operand: LeftOperand, facts: Facts): Span {
  const [so] = operand.find(facts, { type: operand.type, unit: undefined }).values ?? []
  const start = facts.now.getTime() - (so?.span?.from ?? Number.POSITIVE_INFINITY)
  return { from: start + from, to: start + to }
}
