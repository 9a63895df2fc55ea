import { readValue, type ValueType } from '../readers.ts'
import type { Why } from '../report.ts'
import type { Facts, Stage } from '../types.ts'
import { type Literal, literalsOf, type Value } from '../values.ts'
import { termOf } from '../vocabulary.ts'

/** Something in the languages that decisions are explained in. */
export interface Words {
  readonly en: string
  readonly fr: string
}

/** What a left operand stands for; without values if that is unknown. `why` tells why there are none. */
export type Found =
  | { readonly values: readonly Value[]; readonly why?: Why }
  | { readonly values?: never; readonly why: Why }

/** How the constraint wants values: of which type, and in which unit. */
export interface Wanted {
  readonly type: ValueType
  readonly unit: string | undefined
}

/** Something that constraints may be about: one row of the registry. */
export interface LeftOperand {
  readonly iri: string
  /** How else it is written; ODRL's own terms need no entry for their prefix. */
  readonly aliases: readonly string[]
  /** The words people read in explanations. */
  readonly label: Words
  readonly type: ValueType
  /** Where its values come from. */
  readonly source: 'clock' | 'participant' | 'credential' | 'statement' | 'usage'
  /** The stages at which it is to be judged. At others it is deferred as long as nothing is known. */
  readonly stages: readonly Stage[]
  /** The types of credentials it is found in: a peer is to be asked for them. */
  readonly credentialTypes?: readonly string[]
  /** What `eq` means for a length of time: ODRL's "timeInterval eq P7D" lets in who waited longer, too. */
  readonly equals?: 'lteq' | 'gteq'
  /** Uses and bytes go on from the `status` of a constraint. */
  readonly counts?: true
  find(facts: Facts, wanted: Wanted): Found
  /** How a right operand is read that depends on the facts; by its type if absent. */
  read?(literal: Literal, facts: Facts): Value | undefined
}

/** All stages: what is known from the first moment on. */
export const always: readonly Stage[] = ['catalog', 'negotiation', 'transfer', 'access']

/** Nothing is known, because… */
export const unknown = (code: Why['code'], about?: string): Found => ({
  why: about === undefined ? { code } : { code, about },
})

/** What is stated under any of an operand's names, in the request or in the state of the world. */
export function stated(names: readonly string[], facts: Facts, { type, unit }: Wanted): Found | undefined {
  const given = lookUp(names, facts.context) ?? lookUp(names, facts.values)
  if (given === undefined) return undefined
  const literals = literalsOf(given)
  if (literals === undefined || !literals.every(literal => sameUnit(type, literal.unit, unit)))
    return unknown(literals === undefined ? 'unreadable-value' : 'unknown-unit')
  const values = literals.map(literal => readValue(type, literal)).filter(value => value !== undefined)
  return values.length === literals.length ? { values } : unknown('unreadable-value')
}

/** Bytes carry their unit within; other amounts are compared in one unit only. */
const sameUnit = (type: ValueType, one: string | undefined, other: string | undefined): boolean =>
  type === 'bytes' || unitName(one) === unitName(other)

const unitName = (unit: string | undefined): string => unit?.replace(/^.*[#/:]/, '').toLowerCase() ?? ''

type Statements = Facts['context']

function lookUp(names: readonly string[], statements: Statements): unknown {
  if (statements === undefined) return undefined
  const found: unknown[] = []
  for (const key of Object.keys(statements)) if (names.includes(termOf(key))) found.push(statements[key])
  return found.length === 0 ? undefined : found
}
