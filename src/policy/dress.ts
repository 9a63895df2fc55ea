import type { Policy } from './types.ts'
import { EDC, ODRL, termOf } from './vocabulary.ts'

/** The names that the context of DSP 2025-1 (its ODRL profile) knows without a prefix, where a policy has names. */
// biome-ignore format: one list
const plain: ReadonlySet<string> = new Set([
  'use', 'prohibit', 'eq', 'neq', 'lt', 'lteq', 'gt', 'gteq', 'isA', 'hasPart', 'isPartOf', 'isAllOf', 'isAnyOf', 'isNoneOf',
])

/** ODRL's properties that it does not know: without a prefix whoever reads JSON-LD would leave them out. */
// biome-ignore format: one list
const unknown: ReadonlySet<string> = new Set([
  'refinement', 'remedy', 'consequence', 'unit', 'dataType', 'status', 'rightOperandReference', 'inheritFrom', 'conflict',
  'attributedParty', 'compensatedParty', 'compensatingParty', 'consentedParty', 'consentingParty', 'contractedParty',
  'contractingParty', 'informedParty', 'informingParty', 'trackedParty', 'trackingParty', 'implies', 'includedIn', 'output',
])

/** Under these stand names. */
const named: ReadonlySet<string> = new Set(['action', 'leftOperand', 'operator'])

/** Names that others than ODRL have made, and that are known here without a prefix. */
const edcWords: ReadonlySet<string> = new Set(['inForceDate'])

/**
 * A policy as it goes out to peers: every word of ODRL that their context would not understand has its prefix. Normalising it gives the same
 * policy again.
 *
 *     dress({ permission: [{ action: 'use', constraint: [{ leftOperand: 'dateTime', … }] }] }) // … 'odrl:dateTime' …
 */
export const dress = <P extends Policy>(policy: P): P => dressNode(policy) as P

function dressNode(node: object): object {
  const entries = Object.entries(node).map(([key, value]) => {
    const dressed = named.has(termOf(key)) ? dressName(value) : dressValue(value)
    return [unknown.has(key) ? `odrl:${key}` : key, dressed] as const
  })
  return Object.fromEntries(entries)
}

function dressValue(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(dressValue)
  return typeof value === 'object' && value !== null ? dressNode(value) : value
}

function dressName(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(dressName)
  if (typeof value === 'string') return prefixed(value)
  if (typeof value !== 'object' || value === null) return value
  const { '@id': id, ...rest } = value as { '@id'?: unknown }
  return {
    ...(typeof id === 'string' ? { '@id': prefixed(id) } : id !== undefined && { '@id': id }),
    ...dressNode(rest),
  }
}

function prefixed(name: string): string {
  if (edcWords.has(name)) return EDC + name
  if (name.startsWith(ODRL)) return prefixed(name.slice(ODRL.length))
  return name.includes(':') || plain.has(name) ? name : `odrl:${name}`
}
