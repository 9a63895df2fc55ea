import t from 'tap'
import { type Policy, useLimits } from '../../src/policy/index.ts'

const useIf = (...constraint: object[]): Policy => ({
  permission: [{ action: 'use', constraint: constraint as never }],
})
const about = (leftOperand: string) => ({ leftOperand, operator: 'lteq', rightOperand: '5' })

// biome-ignore format: a table is read by its columns
const cases = [
  // says                                 policy                                                    any    volume
  [ 'time alone',                         useIf(about('dateTime')),                                 false, false ],
  [ 'a count',                            useIf(about('count')),                                    true,  false ],
  [ 'a count, by its full name, deep in', useIf({ or: [about('http://www.w3.org/ns/odrl/2/count')] }), true, false ],
  [ 'a count in a prohibition',           { prohibition: [{ action: 'use', constraint: [about('count')] }] }, true, false ],
  [ 'the time since the first use',       useIf(about('elapsedTime')),                              true,  false ],
  [ 'bytes',                              useIf(about('urn:kontor:volume')),                        true,  true  ],
  [ 'what nobody knows',                  useIf(about('moon')),                                     false, false ],
] as const

for (const [says, policy, any, volume] of cases)
  t.test(`what is to be known of use: ${says}`, async t => t.strictSame(useLimits(policy as Policy), { any, volume }))
