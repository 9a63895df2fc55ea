import type { Facts } from './types.ts'
import { instant, readAgreementTime, readTime, type Value } from './values.ts'
import { EDC, ODRL, termOf } from './vocabulary.ts'

/** Something that constraints may be about. */
export interface LeftOperand {
  readonly iri: string
  /** How else it is written; ODRL's own terms need no entry for their prefix. */
  readonly aliases: readonly string[]
  /** The word people read in reasons. */
  readonly name: string
  readonly type: 'time' | 'text'
  /** What it stands for in this request; a participant may be in several groups, or in none. */
  find(facts: Facts): readonly Value[]
  /** A right operand's single value, understood for this operand; undefined if it makes no sense here. */
  read(text: string, facts: Facts): Value | undefined
}

const asText = (text: string): Value => ({ text })

/** Claims come from outside: only strings can be names of groups. */
const groupsOf = ({ participant }: Facts): readonly Value[] =>
  [participant.claims.groups]
    .flat()
    .filter(group => typeof group === 'string')
    .map(asText)

/** Every left operand this connector can judge. One more is one more row. */
const operands: readonly LeftOperand[] = [
  {
    iri: `${ODRL}dateTime`,
    aliases: ['dateTime'],
    name: 'date and time',
    type: 'time',
    find: ({ now }) => [instant(now)],
    read: readTime,
  },
  {
    iri: `${EDC}inForceDate`,
    aliases: ['inForceDate', 'edc:inForceDate'],
    name: 'date in force',
    type: 'time',
    find: ({ now }) => [instant(now)],
    // Before there is an agreement it is judged as if it were made now: whether it could be made at all.
    read: (text, { agreedAt, now }) => readAgreementTime(text, agreedAt ?? now),
  },
  {
    iri: `${ODRL}recipient`,
    aliases: ['recipient'],
    name: 'recipient',
    type: 'text',
    find: ({ participant }) => [asText(participant.id)],
    read: asText,
  },
  {
    iri: 'urn:kontor:group',
    aliases: ['kontor:group'],
    name: 'group',
    type: 'text',
    find: groupsOf,
    read: asText,
  },
]

const byName = new Map(
  operands.flatMap(operand => [operand.iri, ...operand.aliases].map(name => [termOf(name), operand])),
)

/** The left operand of that name, in whatever dress; undefined if we cannot judge it. */
export const findOperand = (name: string): LeftOperand | undefined => byName.get(termOf(name))
