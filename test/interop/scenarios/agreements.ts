import type { Json } from '../../support/v3.ts'
import { agree, agreementOf } from '../exchange.ts'
import { bothWays, demand, type Scenario } from '../scenario.ts'

const inForce = (operator: string, rightOperand: string): Json => ({
  leftOperand: 'https://w3id.org/edc/v0.0.1/ns/inForceDate',
  operator,
  rightOperand,
})
const date = { leftOperand: 'odrl:dateTime', operator: 'gteq', rightOperand: '2020-01-01T00:00:00Z' }
const from = inForce('gteq', 'contractAgreement+0s')
const use = (...constraint: Json[]): readonly Json[] => [{ action: 'use', constraint }]

/** What policies may be made of, and which words of theirs stand in the agreement of both sides in the end. */
// biome-ignore format: a table is read by its columns
const policies: readonly (readonly [what: string, permission: readonly Json[], ...words: string[]])[] = [
  [ 'no conditions',          [{ action: 'use' }],                                                       'use'                                              ],
  [ 'a constraint of time',   use(from),                                                                 'inForceDate', 'gteq', 'contractAgreement+0s'      ],
  [ 'several constraints',    use(from, inForce('lteq', 'contractAgreement+365d'), date),                'contractAgreement+0s', 'contractAgreement+365d', '2020-01-01T00:00:00Z' ],
  [ 'alternatives',           use({ or: [inForce('lteq', 'contractAgreement+10d'), from] }),             'contractAgreement+10d', 'contractAgreement+0s'    ],
  [ 'nested conditions',      use({ and: [from, { or: [date, inForce('lteq', 'contractAgreement+10d')] }] }), 'contractAgreement+10d', '2020-01-01T00:00:00Z' ],
]

/** Contracts. */
export const agreements: readonly Scenario[] = policies.flatMap(([what, permission, ...words]) =>
  bothWays(`an agreement with ${what}`, async (pair, world) => {
    const negotiations = await agree(pair, world, { permission })
    for (const side of ['consumer', 'provider'] as const) {
      const kept = JSON.stringify(await agreementOf(pair[side], negotiations[side]))
      for (const word of words) demand(kept.includes(word), `${pair[side].id} keeps ${kept}, without ${word}`)
    }
  }),
)
