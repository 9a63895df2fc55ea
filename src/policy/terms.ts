import { createHash } from 'node:crypto'
import { builtInOperands } from './operands/index.ts'
import { RULES, spellOut } from './spell-out.ts'
import type { Policy } from './types.ts'
import { unfold } from './values.ts'
import { listOf, nameOf, termOf } from './vocabulary.ts'

/** What says whom and what a policy is about, and what it is called, but not what may be done. */
const ENVELOPE = new Set(['@id', '@type', '@context', 'target', 'assigner', 'assignee', 'timestamp'])

/** The terms of a policy as they are written, without its names, parties, target and time. */
export function termsOf(policy: Policy): Policy {
  return Object.fromEntries(Object.entries(policy).filter(([key]) => !ENVELOPE.has(termOf(key))))
}

/** Whether a policy says anything: an offer may be named by its id alone. */
export const hasRules = ({ permission, prohibition, obligation }: Policy): boolean =>
  (permission ?? prohibition ?? obligation) !== undefined

/**
 * Whether two policies say the same: neither the order of rules and constraints, nor prefixes, nor one value or a list
 * of one make a difference, and neither do the policies' names, parties, target and time.
 */
export const sameTerms = (a: Policy, b: Policy): boolean => canonicalTerms(a) === canonicalTerms(b)

/** SHA-256, hex, of the terms: the same for two policies exactly if `sameTerms` says so. */
export const termsDigest = (policy: Policy): string => createHash('sha256').update(canonicalTerms(policy)).digest('hex')

const canonicalTerms = (policy: Policy): string => canonicalObject(spellOut(termsOf(policy)))

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
/** Under these the order matters. */
const IN_ORDER = new Set(['andSequence', '@list'])
/** Of two equal constraints that hold, `xone` does not. */
const COUNTED = new Set(['xone'])

/**
 * JSON with keys and values in one order only. Every value is a list, as JSON-LD makes no difference, and stands without
 * its datatype: the EDC loses it on the way, and the left operand tells how a value is meant.
 */
function canonicalObject(object: object): string {
  const keys = [...new Set(Object.keys(object).map(termOf))].sort()
  const members = keys.map(key => [key, canonicalList(key, listOf(object, key))] as const)
  return `{${members.flatMap(([key, list]) => (list === '[]' ? [] : `${JSON.stringify(key)}:${list}`)).join(',')}}`
}

/** What stands under a term of a policy, in one spelling: equal for all ways to say the same. */
export const canonicalRule = (term: string, ...values: readonly unknown[]): string => canonicalList(term, values)

function canonicalList(key: string, values: readonly unknown[]): string {
  const unfolded = key === 'rightOperand' ? values.map(unfold) : values
  const members = unfolded.flat(Number.POSITIVE_INFINITY).map(value => canonicalValue(key, value))
  return `[${arrange(key, members).join(',')}]`
}

function arrange(key: string, members: readonly string[]): readonly string[] {
  if (IN_ORDER.has(key)) return members
  return (COUNTED.has(key) ? [...members] : [...new Set(members)]).sort()
}

function canonicalValue(key: string, value: unknown): string {
  if (NAMES.has(key)) return JSON.stringify(canonicalName(key, value)) ?? 'null'
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null'
  if (TYPED_BY_PLACE.has(key)) return canonicalObject(withoutType(value))
  return '@value' in value ? canonicalValue(key, value['@value']) : canonicalObject(value)
}

/** `inForceDate` and `https://w3id.org/edc/v0.0.1/ns/inForceDate` are one operand. */
function canonicalName(key: string, value: unknown): unknown {
  const name = nameOf(value)
  if (name === undefined) return value
  return key === 'leftOperand' ? (builtInOperands.find(name)?.iri ?? name) : name
}

const withoutType = ({ '@type': _, ...rest }: { '@type'?: unknown }): object => rest
