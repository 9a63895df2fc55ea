import { findOperand } from './operands.ts'
import type { Facts, Policy, PolicyState } from './types.ts'
import { textsOf, type Value } from './values.ts'
import { listOf, nameOf } from './vocabulary.ts'

/**
 * The next moment at which time alone may change what a policy comes to: the nearest edge, after `now`, of any time that it
 * names. Undefined if it names none that is still to come: then only other facts can change it.
 *
 *     nextBoundary({ permission: [{ action: 'use', constraint: [{ leftOperand: 'dateTime', operator: 'lt', rightOperand: '2026-12-31T00:00:00Z' }] }] }, { now })
 *     // 2026-12-31T00:00:00.000Z
 */
export function nextBoundary(policy: Policy, state: PolicyState): Date | undefined {
  const now = state.now.getTime()
  const facts: Facts = { action: 'use', participant: { id: '', claims: {} }, ...state }
  const edges = timesIn(policy, facts).flatMap(({ span }) => (span ? [span.from, span.to + 1] : []))
  const next = edges.reduce(
    (nearest, edge) => (edge > now && edge < nearest ? edge : nearest),
    Number.POSITIVE_INFINITY,
  )
  return Number.isFinite(next) ? new Date(next) : undefined
}

/** Every time that constraints compare with, wherever in a policy they stand. */
function timesIn(node: unknown, facts: Facts): Value[] {
  if (Array.isArray(node)) return node.flatMap(each => timesIn(each, facts))
  if (typeof node !== 'object' || node === null) return []
  const operand = listOf(node, 'leftOperand').map(name => findOperand(nameOf(name) ?? ''))[0]
  if (!operand) return Object.values(node).flatMap(value => timesIn(value, facts))
  if (operand.type !== 'time') return []
  const texts = textsOf(listOf(node, 'rightOperand')) ?? []
  return texts.flatMap(text => operand.read(text, facts) ?? [])
}
