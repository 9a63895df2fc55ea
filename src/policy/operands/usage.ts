import { point, type Value } from '../values.ts'
import { ODRL } from '../vocabulary.ts'
import { type LeftOperand, stated, unknown } from './operand.ts'

const amount = (number: number): Value => ({ text: String(number), span: point(number), type: 'integer' })

const names = {
  count: ['count'],
  volume: ['urn:kontor:volume', 'volume'],
  payAmount: ['payAmount'],
}

/** Left operands that the records of a contract's use answer. */
export const usage: readonly LeftOperand[] = [
  {
    iri: `${ODRL}count`,
    aliases: [],
    label: { en: 'number of uses, this one included', fr: "nombre d'utilisations, celle-ci comprise" },
    type: 'number',
    source: 'usage',
    stages: ['access'],
    counts: true,
    find(facts, wanted) {
      const told = stated(names.count, facts, wanted)
      if (told) return told
      return facts.count === undefined ? unknown('not-yet') : { values: [amount(facts.count + 1)] }
    },
  },
  {
    iri: 'urn:kontor:volume',
    aliases: ['kontor:volume', 'volume'],
    label: { en: 'bytes so far', fr: "octets transférés jusqu'ici" },
    type: 'bytes',
    source: 'usage',
    stages: ['access'],
    counts: true,
    find(facts, wanted) {
      const told = stated(names.volume, facts, wanted)
      if (told) return told
      return facts.bytes === undefined ? unknown('not-yet') : { values: [amount(facts.bytes)] }
    },
  },
  {
    iri: `${ODRL}payAmount`,
    aliases: [],
    label: { en: 'amount paid', fr: 'montant payé' },
    type: 'number',
    source: 'usage',
    stages: ['access'],
    find: (facts, wanted) => stated(names.payAmount, facts, wanted) ?? unknown('not-yet'),
  },
]
