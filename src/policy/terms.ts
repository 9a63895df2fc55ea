import { createHash } from 'node:crypto'
import { findOperand } from './operands.ts'
import type { Policy } from './types.ts'
import { listOf, nameOf, termOf } from './vocabulary.ts'

/** What says whom and what a policy is about, and what it is called, but not what may be done. */
const ENVELOPE = new Set(['@id', '@type', '@context', 'target', 'assigner', 'assignee', 'timestamp'])

/** The terms of a policy as they are written, without its names, parties, target and time. */
export function termsOf(policy: Policy): Policy {
  return Object.fromEntries(Object.entries(policy).filter(([key]) => !ENVELOPE.has(termOf(key))))
}

/**
 * A policy with its silence written down: without permission and prohibition it permits `use`, which the schemas of DSP
 * 2025-1 want to be said; and they want empty lists of rules left out.
 */
export function spellOut(policy: Policy): Policy {
  const ruled = Object.entries(policy).filter(([key, value]) => !(RULES.has(termOf(key)) && isEmpty(value)))
  const told: Policy = Object.fromEntries(ruled)
  const silent = listOf(told, 'permission').length + listOf(told, 'prohibition').length === 0
  return silent ? { ...told, permission: [{ action: 'use' }] } : told
}

/**
 * Whether two policies say the same: neither the order of rules and constraints, nor prefixes, nor one value or a list
 * of one make a difference, and neither do the policies' names, parties, target and time.
 */
export const sameTerms = (a: Policy, b: Policy): boolean => canonicalTerms(a) === canonicalTerms(b)

/** SHA-256, hex, of the terms: the same for two policies exactly if `sameTerms` says so. */
export const termsDigest = (policy: Policy): string => createHash('sha256').update(canonicalTerms(policy)).digest('hex')

const canonicalTerms = (policy: Policy): string => canonicalObject(spellOut(termsOf(policy)))

const RULES = new Set(['permission', 'prohibition', 'obligation'])
/** Under these stand rules and constraints, whose place tells their type. */
const TYPED_BY_PLACE = new Set([
  ...RULES,
  'duty',
  'remedy',
  'consequence',
  'constraint',
  'and',
  'or',
  'xone',
  'andSequence',
])
/** Under these stand names, which may be written as `{ "@id": … }`, too. */
const NAMES = new Set(['action', 'operator', 'leftOperand', '@type'])
const IN_ORDER = new Set(['andSequence', '@list'])

/** JSON with keys and values in one order only. Every value is a list, as JSON-LD makes no difference. */
function canonicalObject(object: object): string {
  const keys = [...new Set(Object.keys(object).map(termOf))].sort()
  const members = keys.map(key => [key, canonicalList(key, listOf(object, key))] as const)
  return `{${members.flatMap(([key, list]) => (list === '[]' ? [] : `${JSON.stringify(key)}:${list}`)).join(',')}}`
}

function canonicalList(key: string, values: readonly unknown[]): string {
  const members = values.flat(Number.POSITIVE_INFINITY).map(value => canonicalValue(key, value))
  return `[${(IN_ORDER.has(key) ? members : [...new Set(members)].sort()).join(',')}]`
}

function canonicalValue(key: string, value: unknown): string {
  if (NAMES.has(key)) return JSON.stringify(canonicalName(key, value)) ?? 'null'
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null'
  if (TYPED_BY_PLACE.has(key)) return canonicalObject(withoutType(value))
  return isPlain(value) ? JSON.stringify(value['@value']) : canonicalObject(value)
}

/** `inForceDate` and `https://w3id.org/edc/v0.0.1/ns/inForceDate` are one operand. */
function canonicalName(key: string, value: unknown): unknown {
  const name = nameOf(value)
  return (key === 'leftOperand' && name !== undefined && findOperand(name)?.iri) || (name ?? value)
}

const withoutType = ({ '@type': _, ...rest }: { '@type'?: unknown }): object => rest

/** `{ "@value": "x" }` is `"x"` with more ink; a type or language makes it another value. */
function isPlain(value: object): value is { '@value': string | number | boolean } {
  return '@value' in value && Object.keys(value).length === 1 && typeof value['@value'] !== 'object'
}

const isEmpty = (value: unknown): boolean =>
  value === undefined || value === null || (Array.isArray(value) && value.length === 0)
