import t from 'tap'
import { type Policy, within } from '../../../src/policy/index.ts'

const is = (leftOperand: string, operator: string, rightOperand: unknown) => ({ leftOperand, operator, rightOperand })
const when = (...constraint: object[]): Policy => ({ permission: [{ action: 'use', constraint: constraint as never }] })
const country = (operator: string, ...codes: string[]) => is('gx:legalAddress.countryCode', operator, codes)
const until = (right: string) => is('inForceDate', 'lteq', right)
const days = (n: number) => until(`contractAgreement+${n}d`)
const inEu = country('isAnyOf', 'EU')

// biome-ignore format: a table is read by its columns
const cases = [
  // says                                       offer                                            bounds                                  within
  [ 'fewer days',                               when(days(30)),                                  when(days(90)),                         true  ],
  [ 'as many days',                             when(days(90)),                                  when(days(90)),                         true  ],
  [ 'more days',                                when(days(91)),                                  when(days(90)),                         false ],
  [ 'hours against days',                       when(until('contractAgreement+24h')),            when(days(1)),                          true  ],
  [ 'a month may be longer than thirty days',   when(until('contractAgreement+P1M')),            when(days(30)),                         false ],
  [ 'a month is no longer than 31 days',        when(until('contractAgreement+P1M')),            when(days(31)),                         true  ],
  [ 'thirty days may be longer than a month',   when(days(30)),                                  when(until('contractAgreement+P1M')),   false ],
  [ 'a fixed time against one that counts',     when(until('2026-01-01T00:00:00Z')),             when(days(90)),                         false ],
  [ 'an earlier date',                          when(is('dateTime', 'lt', '2026-05-01')),        when(is('dateTime', 'lteq', '2026-06-01')), true ],
  [ 'a later date',                             when(is('dateTime', 'lt', '2026-07-01')),        when(is('dateTime', 'lteq', '2026-06-01')), false ],
  [ 'a limit where there was none',             when(days(30), inEu),                            when(days(90)),                         true  ],
  [ 'a limit left out',                         when(days(30)),                                  when(days(90), inEu),                   false ],
  [ 'one country of the Union',                 when(country('isAnyOf', 'FR', 'DE')),            when(inEu),                             true  ],
  [ 'a country beside the Union',               when(country('isAnyOf', 'FR', 'CH')),            when(inEu),                             false ],
  [ 'the Union lies in the EEA',                when(inEu),                                      when(country('isAnyOf', 'EEA')),        true  ],
  [ 'the EEA does not lie in the Union',        when(country('isAnyOf', 'EEA')),                 when(inEu),                             false ],
  [ 'more countries that are not let in',       when(country('isNoneOf', 'US', 'RU')),           when(country('isNoneOf', 'US')),        true  ],
  [ 'fewer countries that are not let in',      when(country('isNoneOf', 'US')),                 when(country('isNoneOf', 'US', 'RU')),  false ],
  [ 'fewer uses',                               when(is('count', 'lteq', '3')),                  when(is('count', 'lt', '5')),           false ],
  [ 'fewer uses, said alike',                   when(is('count', 'lt', '4')),                    when(is('count', 'lt', '5')),           true  ],
  [ 'fewer bytes in another unit',              when({ ...is('urn:kontor:volume', 'lteq', '900'), unit: 'KB' }), when({ ...is('urn:kontor:volume', 'lteq', '1'), unit: 'MB' }), true ],
  [ 'one of two that are enough',               when(is('recipient', 'eq', 'a')),                when({ or: [is('recipient', 'eq', 'a'), inEu] }), true ],
  [ 'two that are enough for one',              when({ or: [is('recipient', 'eq', 'a'), inEu] }), when(inEu),                            false ],
  [ 'either of two, each narrower',             when({ or: [days(3), days(5)] }),                when(days(9)),                          true  ],
  [ 'both within one',                          when({ and: [days(3), inEu] }),                  when(days(9), inEu),                    true  ],
  [ 'exactly one is only like itself',          when({ xone: [days(3), inEu] }),                 when({ xone: [inEu, days(3)] }),        true  ],
  [ 'exactly one of others',                    when({ xone: [days(3), inEu] }),                 when({ xone: [days(4), inEu] }),        false ],
  [ 'what nobody knows is only like itself',    when(is('moon', 'lt', '3')),                     when(is('moon', 'lt', '4')),            false ],
  [ 'the same that nobody knows',               when(is('moon', 'lt', '3')),                     when(is('moon', 'lt', '3')),            true  ],
  [ 'a count that goes on from another',        when({ ...is('count', 'lteq', '3'), status: 2 }), when(is('count', 'lteq', '5')),        false ],
  [ 'another action',                           { permission: [{ action: 'sell' }] },            when(),                                 false ],
  [ 'an action narrowed by a refinement',       { permission: [{ action: { '@id': 'use', refinement: [inEu] } }] }, when(),              false ],
  [ 'no permission at all',                     {},                                              {},                                     true  ],
  [ 'anything, within something',               {},                                              when(days(3)),                          false ],
  [ 'prohibitions only',                        { prohibition: [{ action: 'use' }] },            when(),                                 false ],
  [ 'a prohibition more',                       { ...when(days(3)), prohibition: [{ action: 'sell' }] }, when(days(3)),                  true  ],
  [ 'a prohibition less',                       when(days(3)),                                   { ...when(days(3)), prohibition: [{ action: 'sell' }] }, false ],
  [ 'an obligation less',                       when(days(3)),                                   { ...when(days(3)), obligation: [{ action: 'delete' }] }, false ],
  [ 'an obligation more, perhaps ours',         { ...when(days(3)), obligation: [{ action: 'inform' }] }, when(days(3)),                 false ],
  [ 'a duty less',                              when(),                                          { permission: [{ action: 'use', duty: [{ action: 'inform' }] }] }, false ],
  [ 'another price',                            { ...when(days(3)), 'https://shop.example/price': '1' }, { ...when(days(3)), 'https://shop.example/price': '2' }, false ],
  [ 'an unknown profile',                       { ...when(days(3)), profile: 'urn:other' },      when(days(3)),                          false ],
  [ 'permissions that outweigh',                { ...when(days(3)), conflict: 'perm' },          { ...when(days(3)), conflict: 'perm' }, false ],
  [ 'for one recipient only',                   { permission: [{ action: 'use', assignee: 'a' }] }, when(),                              true  ],
  [ 'a second permission beyond',               { permission: [{ action: 'use', constraint: [days(3)] }, { action: 'use' }] }, when(days(3)), false ],
] as const

for (const [says, offer, bounds, expected] of cases)
  t.test(says, async t => {
    const { within: found, beyond } = within(offer as Policy, bounds as Policy)
    t.equal(found, expected, beyond.join('; '))
    t.equal(beyond.length === 0, expected)
  })

t.test('what is too long is not compared', async t => {
  const long = when(...Array.from({ length: 500 }, (_, at) => is('recipient', 'neq', `did:web:${at}.example`)))
  t.match(within(long, when()), { within: false, beyond: [/too long/] })
})
