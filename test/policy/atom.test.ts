import t from 'tap'
import { judgeAtom } from '../../src/policy/atom.ts'
import type { Facts, Verdict } from '../../src/policy/types.ts'

const now = new Date('2026-06-15T12:00:00Z')
const request: Facts = {
  action: 'use',
  participant: { id: 'did:web:a', claims: { groups: ['blue', 'red'] } },
  now,
}

const judge = (leftOperand: unknown, operator: unknown, rightOperand: unknown, given = request) =>
  judgeAtom({ leftOperand, operator, rightOperand }, given, 'permission')

// biome-ignore format: a table is read by its columns
const cases: readonly [leftOperand: string, operator: string, rightOperand: unknown, verdict: Verdict][] = [
  [ 'recipient',                              'eq',        'did:web:a',                                     'holds'   ],
  [ 'odrl:recipient',                         'odrl:eq',   'did:web:a',                                     'holds'   ],
  [ 'http://www.w3.org/ns/odrl/2/recipient',  'eq',        { '@id': 'did:web:a' },                          'holds'   ],
  [ 'recipient',                              'eq',        { '@value': 'did:web:a', '@type': 'xsd:string' }, 'holds'  ],
  [ 'recipient',                              'eq',        ['did:web:a'],                                   'holds'   ],
  [ 'recipient',                              'eq',        ['did:web:a', 'did:web:b'],                      'unknown' ],
  [ 'recipient',                              'neq',       'did:web:a',                                     'fails'   ],
  [ 'recipient',                              'neq',       'did:web:b',                                     'holds'   ],
  [ 'recipient',                              'isAnyOf',   ['did:web:b', 'did:web:a'],                      'holds'   ],
  [ 'recipient',                              'isAnyOf',   [{ '@list': ['did:web:b', 'did:web:a'] }],       'holds'   ],
  [ 'recipient',                              'isAnyOf',   '[{"@value":"did:web:b"},{"@value":"did:web:a"}]', 'holds' ],
  [ 'recipient',                              'isAnyOf',   ['did:web:b'],                                   'fails'   ],
  [ 'recipient',                              'isAnyOf',   [],                                              'unknown' ],
  [ 'recipient',                              'isNoneOf',  ['did:web:b', 'did:web:c'],                      'holds'   ],
  [ 'recipient',                              'isNoneOf',  ['did:web:a', 'did:web:c'],                      'fails'   ],
  [ 'recipient',                              'isNoneOf',  [],                                              'unknown' ],
  [ 'recipient',                              'lt',        'did:web:b',                                     'unknown' ],
  [ 'recipient',                              'isA',       'did:web:a',                                     'unknown' ],
  [ 'recipient',                              'like',      'did:web:a',                                     'unknown' ],
  [ 'recipient',                              'eq',        undefined,                                       'unknown' ],
  [ 'recipient',                              'eq',        { name: 'did:web:a' },                           'unknown' ],
  [ 'purpose',                                'eq',        'research',                                      'unknown' ],
  [ 'kontor:group',                           'eq',        'red',                                           'holds'   ],
  [ 'urn:kontor:group',                       'eq',        'green',                                         'fails'   ],
  [ 'kontor:group',                           'neq',       'red',                                           'fails'   ],
  [ 'kontor:group',                           'isAnyOf',   ['green', 'red'],                                'holds'   ],
  [ 'kontor:group',                           'isAllOf',   ['blue', 'red'],                                 'holds'   ],
  [ 'kontor:group',                           'isAllOf',   ['blue', 'green'],                               'fails'   ],
  [ 'kontor:group',                           'hasPart',   'blue',                                          'holds'   ],
  [ 'kontor:group',                           'isPartOf',  ['blue', 'red', 'green'],                        'holds'   ],
  [ 'kontor:group',                           'isPartOf',  ['blue'],                                        'fails'   ],
  [ 'dateTime',                               'lt',        '2026-06-15T12:00:01Z',                          'holds'   ],
  [ 'dateTime',                               'lt',        '2026-06-15T12:00:00Z',                          'fails'   ],
  [ 'dateTime',                               'lteq',      { '@value': '2026-06-15T12:00:00Z', '@type': 'xsd:dateTime' }, 'holds' ],
  [ 'dateTime',                               'gt',        '2026-06-15T14:00:00+03:00',                     'holds'   ],
  [ 'dateTime',                               'gteq',      '2026-06-15T12:00:00',                           'holds'   ],
  [ 'dateTime',                               'lteq',      '2026-06-15',                                    'holds'   ],
  [ 'dateTime',                               'gt',        '2026-06-15',                                    'fails'   ],
  [ 'dateTime',                               'eq',        '2026-06-15',                                    'holds'   ],
  [ 'dateTime',                               'lt',        'tomorrow',                                      'unknown' ],
  [ 'dateTime',                               'lt',        '2026-02-30',                                    'unknown' ],
  [ 'dateTime',                               'lt',        'contractAgreement+1d',                          'unknown' ],
  [ 'dateTime',                               'hasPart',   '2026-06-15',                                    'unknown' ],
  [ 'inForceDate',                            'gteq',      'contractAgreement+0s',                          'holds'   ],
  [ 'https://w3id.org/edc/v0.0.1/ns/inForceDate', 'lteq',  'contractAgreement+30d',                         'holds'   ],
  [ 'edc:inForceDate',                        'lteq',      '2026-06-14T00:00:00Z',                          'fails'   ],
  [ 'inForceDate',                            'lteq',      'contractAgreement+2w',                          'unknown' ],
]

for (const [left, operator, right, verdict] of cases)
  t.test(`${left} ${operator} ${JSON.stringify(right)}: ${verdict}`, async t => {
    t.equal(judge(left, operator, right).verdict, verdict)
  })

t.test('who is in no group is in none of them, and in no part of them either', async t => {
  for (const claims of [{}, { groups: [] }, { groups: 7 }]) {
    const given = { ...request, participant: { id: 'did:web:a', claims } }
    t.equal(judge('kontor:group', 'isPartOf', ['blue'], given).verdict, 'fails')
    t.equal(judge('kontor:group', 'eq', 'blue', given).sentence, 'group must be blue: no, there is none')
  }
})

t.test('time since the agreement is counted from the agreement', async t => {
  const given = { ...request, agreedAt: new Date('2026-05-01T00:00:00Z') }
  t.equal(judge('inForceDate', 'lteq', 'contractAgreement+30d', given).verdict, 'fails')
  t.equal(judge('inForceDate', 'lteq', 'contractAgreement+60d', given).verdict, 'holds')
  t.match(
    judge('inForceDate', 'lteq', 'contractAgreement+24h', given).sentence,
    /contractAgreement\+24h \(2026-05-02T00:00:00.000Z\)/,
  )
})

t.test('the sentence says what must be, and what is', async t => {
  const right = ['did:web:b', 'did:web:c']
  t.equal(
    judge('recipient', 'isAnyOf', right).sentence,
    'recipient must be one of did:web:b, did:web:c: no, it is did:web:a',
  )
  t.equal(
    judge('dateTime', 'lt', '2026-01-01').sentence,
    'date and time must be before 2026-01-01: no, it is 2026-06-15T12:00:00.000Z',
  )
})

t.test('a unit changes the meaning of a value and cannot be judged', async t => {
  const constraint = { leftOperand: 'dateTime', operator: 'lt', rightOperand: '2027-01-01', unit: 'martian' }
  t.equal(judgeAtom(constraint, request, 'permission').verdict, 'unknown')
})

t.test('two left operands are not one', async t => {
  const constraint = { leftOperand: ['recipient', 'dateTime'], operator: 'eq', rightOperand: 'did:web:a' }
  t.equal(judgeAtom(constraint, request, 'permission').verdict, 'unknown')
})
