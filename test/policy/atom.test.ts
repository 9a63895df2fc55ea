import t from 'tap'
import { planConstraints } from '../../src/policy/constraint.ts'
import { builtInOperands } from '../../src/policy/operands/index.ts'
import type { ConstraintReport, Outcome } from '../../src/policy/report.ts'
import type { Facts } from '../../src/policy/types.ts'

const facts: Facts = {
  action: 'use',
  participant: { id: 'did:web:a', claims: { groups: ['blue', 'red'] } },
  now: new Date('2026-06-15T12:00:00Z'),
}

function judgeWhole(constraint: object, given: Facts = facts): ConstraintReport {
  const [report] = planConstraints([constraint], builtInOperands).map(check => check(given))
  if (report?.kind !== 'constraint') throw new Error('it is no atomic constraint')
  return report
}

const judge = (leftOperand: unknown, operator: unknown, rightOperand: unknown, given = facts) =>
  judgeWhole({ leftOperand, operator, rightOperand }, given)

// biome-ignore format: a table is read by its columns
const cases: readonly [leftOperand: string, operator: string, rightOperand: unknown, outcome: Outcome][] = [
  [ 'recipient',                              'eq',        'did:web:a',                                     'satisfied'    ],
  [ 'odrl:recipient',                         'odrl:eq',   'did:web:a',                                     'satisfied'    ],
  [ 'http://www.w3.org/ns/odrl/2/recipient',  'eq',        { '@id': 'did:web:a' },                          'satisfied'    ],
  [ 'recipient',                              'eq',        { '@value': 'did:web:a', '@type': 'xsd:string' }, 'satisfied'    ],
  [ 'recipient',                              'eq',        ['did:web:a'],                                   'satisfied'    ],
  [ 'recipient',                              'eq',        ['did:web:a', 'did:web:b'],                      'undetermined' ],
  [ 'recipient',                              'neq',       'did:web:a',                                     'unsatisfied'  ],
  [ 'recipient',                              'neq',       'did:web:b',                                     'satisfied'    ],
  [ 'recipient',                              'isAnyOf',   ['did:web:b', 'did:web:a'],                      'satisfied'    ],
  [ 'recipient',                              'isAnyOf',   [{ '@list': ['did:web:b', 'did:web:a'] }],       'satisfied'    ],
  [ 'recipient',                              'isAnyOf',   '[{"@value":"did:web:b"},{"@value":"did:web:a"}]', 'satisfied'    ],
  [ 'recipient',                              'isAnyOf',   ['did:web:b'],                                   'unsatisfied'  ],
  [ 'recipient',                              'isAnyOf',   [],                                              'undetermined' ],
  [ 'recipient',                              'isNoneOf',  ['did:web:b', 'did:web:c'],                      'satisfied'    ],
  [ 'recipient',                              'isNoneOf',  ['did:web:a', 'did:web:c'],                      'unsatisfied'  ],
  [ 'recipient',                              'isNoneOf',  [],                                              'undetermined' ],
  [ 'recipient',                              'lt',        'did:web:b',                                     'undetermined' ],
  [ 'recipient',                              'isA',       'did:web:a',                                     'undetermined' ],
  [ 'recipient',                              'like',      'did:web:a',                                     'undetermined' ],
  [ 'recipient',                              'eq',        undefined,                                       'undetermined' ],
  [ 'recipient',                              'eq',        { name: 'did:web:a' },                           'undetermined' ],
  [ 'purpose',                                'eq',        'research',                                      'undetermined' ],
  [ 'kontor:group',                           'eq',        'red',                                           'satisfied'    ],
  [ 'urn:kontor:group',                       'eq',        'green',                                         'unsatisfied'  ],
  [ 'kontor:group',                           'neq',       'red',                                           'unsatisfied'  ],
  [ 'kontor:group',                           'isAnyOf',   ['green', 'red'],                                'satisfied'    ],
  [ 'kontor:group',                           'isAllOf',   ['blue', 'red'],                                 'satisfied'    ],
  [ 'kontor:group',                           'isAllOf',   ['blue', 'green'],                               'unsatisfied'  ],
  [ 'kontor:group',                           'hasPart',   'blue',                                          'satisfied'    ],
  [ 'kontor:group',                           'isPartOf',  ['blue', 'red', 'green'],                        'satisfied'    ],
  [ 'kontor:group',                           'isPartOf',  ['blue'],                                        'unsatisfied'  ],
  [ 'dateTime',                               'lt',        '2026-06-15T12:00:01Z',                          'satisfied'    ],
  [ 'dateTime',                               'lt',        '2026-06-15T12:00:00Z',                          'unsatisfied'  ],
  [ 'dateTime',                               'lteq',      { '@value': '2026-06-15T12:00:00Z', '@type': 'xsd:dateTime' }, 'satisfied'    ],
  [ 'dateTime',                               'gt',        '2026-06-15T14:00:00+03:00',                     'satisfied'    ],
  [ 'dateTime',                               'gteq',      '2026-06-15T12:00:00',                           'satisfied'    ],
  [ 'dateTime',                               'lteq',      '2026-06-15',                                    'satisfied'    ],
  [ 'dateTime',                               'gt',        '2026-06-15',                                    'unsatisfied'  ],
  [ 'dateTime',                               'eq',        '2026-06-15',                                    'satisfied'    ],
  [ 'dateTime',                               'lt',        'tomorrow',                                      'undetermined' ],
  [ 'dateTime',                               'lt',        '2026-02-30',                                    'undetermined' ],
  [ 'dateTime',                               'lt',        'contractAgreement+1d',                          'undetermined' ],
  [ 'dateTime',                               'hasPart',   '2026-06-15',                                    'undetermined' ],
  [ 'inForceDate',                            'gteq',      'contractAgreement+0s',                          'satisfied'    ],
  [ 'https://w3id.org/edc/v0.0.1/ns/inForceDate', 'lteq',  'contractAgreement+30d',                         'satisfied'    ],
  [ 'edc:inForceDate',                        'lteq',      '2026-06-14T00:00:00Z',                          'unsatisfied'  ],
  [ 'inForceDate',                            'lteq',      'contractAgreement+2w',                          'undetermined' ],
]

for (const [left, operator, right, outcome] of cases)
  t.test(`${left} ${operator} ${JSON.stringify(right)}: ${outcome}`, async t => {
    t.equal(judge(left, operator, right).outcome, outcome)
  })

t.test('who is in no group is in none of them, and in no part of them either', async t => {
  for (const claims of [{}, { groups: [] }, { groups: 7 }]) {
    const given = { ...facts, participant: { id: 'did:web:a', claims } }
    t.equal(judge('kontor:group', 'isPartOf', ['blue'], given).outcome, 'unsatisfied')
    t.equal(judge('kontor:group', 'eq', 'blue', given).outcome, 'unsatisfied')
    t.equal(judge('kontor:group', 'neq', 'blue', given).outcome, 'satisfied')
  }
})

t.test('time since the agreement is counted from the agreement, months by the calendar', async t => {
  const given = { ...facts, agreedAt: new Date('2026-05-01T00:00:00Z') }
  t.equal(judge('inForceDate', 'lteq', 'contractAgreement+30d', given).outcome, 'unsatisfied')
  t.equal(judge('inForceDate', 'lteq', 'contractAgreement+60d', given).outcome, 'satisfied')
  t.equal(judge('inForceDate', 'lteq', 'contractAgreement+P1M', given).outcome, 'unsatisfied')
  t.equal(judge('inForceDate', 'lteq', 'contractAgreement+P2M', given).outcome, 'satisfied')
  const until = judge('inForceDate', 'lteq', 'contractAgreement+24h', given).right[0]
  t.equal(until?.span?.to, Date.parse('2026-05-02T00:00:00Z'))
})

t.test('a report shows what was compared, under the names that everybody uses', async t => {
  t.match(judge('dateTime', 'odrl:lt', '2026-01-01'), {
    kind: 'constraint',
    leftOperand: 'http://www.w3.org/ns/odrl/2/dateTime',
    left: [{ text: '2026-06-15T12:00:00.000Z' }],
    operator: 'lt',
    right: [{ text: '2026-01-01' }],
    rightOperand: ['2026-01-01'],
    outcome: 'unsatisfied',
  })
})

// biome-ignore format: a table is read by its columns
const whys: readonly [says: string, constraint: object, code: string][] = [
  [ 'an operand nobody knows',              { leftOperand: 'mood', operator: 'eq', rightOperand: 'x' },                                   'unknown-operand' ],
  [ 'an operator nobody knows',             { leftOperand: 'dateTime', operator: 'like', rightOperand: 'x' },                             'unknown-operator' ],
  [ 'an operator without meaning',          { leftOperand: 'recipient', operator: 'lt', rightOperand: 'x' },                              'operator-does-not-fit' ],
  [ 'a value that is none',                 { leftOperand: 'dateTime', operator: 'lt', rightOperand: 'soon' },                            'unreadable-value' ],
  [ 'a value of another datatype',          { leftOperand: 'dateTime', operator: 'lt', rightOperand: { '@value': '5', '@type': 'xsd:integer' } }, 'unreadable-value' ],
  [ 'a datatype nobody knows',              { leftOperand: 'recipient', operator: 'eq', rightOperand: { '@value': 'x', '@type': 'ex:odd' } },     'unreadable-value' ],
  [ 'another datatype in dataType',         { leftOperand: 'dateTime', operator: 'lt', rightOperand: '2027-01-01', dataType: 'xsd:integer' }, 'unreadable-value' ],
  [ 'no value',                             { leftOperand: 'recipient', operator: 'eq' },                                                 'unreadable-value' ],
  [ 'a value and a reference',              { leftOperand: 'recipient', operator: 'eq', rightOperand: 'a', rightOperandReference: 'urn:x' }, 'unreadable-value' ],
  [ 'a reference to nothing known',         { leftOperand: 'recipient', operator: 'eq', rightOperandReference: 'urn:x' },                 'unknown-reference' ],
  [ 'a status that is none',                { leftOperand: 'count', operator: 'lt', rightOperand: 5, status: 'few' },                     'unreadable-value' ],
  [ 'two left operands',                    { leftOperand: ['recipient', 'dateTime'], operator: 'eq', rightOperand: 'a' },                'not-a-constraint' ],
  [ 'a unit where none belongs',            { leftOperand: 'count', operator: 'lt', rightOperand: 5, unit: ['a', 'b'] },                  'unreadable-value' ],
  [ 'a purpose that nobody states',         { leftOperand: 'purpose', operator: 'eq', rightOperand: 'research' },                         'not-observable' ],
  [ 'a claim without credential',           { leftOperand: 'gx:labelLevel', operator: 'gteq', rightOperand: 'L1' },                       'no-credential' ],
  [ 'a class that nobody knows',            { leftOperand: 'recipient', operator: 'isA', rightOperand: 'ex:Company' },                    'no-class' ],
]

for (const [says, constraint, code] of whys)
  t.test(`${says} is undetermined, and says why`, async t => {
    t.match(judgeWhole(constraint), { outcome: 'undetermined', why: { code } })
  })

t.test('right operands are found behind references, which are given and not fetched', async t => {
  const constraint = { leftOperand: 'recipient', operator: 'isAnyOf', rightOperandReference: { '@id': 'urn:list' } }
  const given = { ...facts, references: { 'urn:list': ['did:web:a', 'did:web:b'] } }
  t.equal(judgeWhole(constraint, given).outcome, 'satisfied')
  t.equal(judgeWhole(constraint, { ...facts, references: { 'urn:list': ['did:web:b'] } }).outcome, 'unsatisfied')
})

t.test('a status is counted on from, and stands for what is not known', async t => {
  const upTo = (status: number) => ({ leftOperand: 'count', operator: 'lteq', rightOperand: 10, status })
  t.equal(judgeWhole(upTo(5), { ...facts, count: 4 }).outcome, 'satisfied')
  t.equal(judgeWhole(upTo(5), { ...facts, count: 5 }).outcome, 'unsatisfied')
  t.equal(judgeWhole(upTo(11)).outcome, 'unsatisfied')
  t.equal(judgeWhole(upTo(10)).outcome, 'satisfied')
})

t.test('what is not to be known at a stage is deferred there, and judged if it is known all the same', async t => {
  const once = { leftOperand: 'count', operator: 'lteq', rightOperand: 1 }
  t.equal(judgeWhole(once, { ...facts, stage: 'negotiation' }).outcome, 'deferred')
  t.equal(judgeWhole(once, { ...facts, stage: 'access' }).outcome, 'undetermined')
  t.equal(judgeWhole(once, { ...facts, stage: 'negotiation', count: 1 }).outcome, 'unsatisfied')
})

t.test('amounts are compared in the same unit only, bytes in any', async t => {
  const fee = { leftOperand: 'payAmount', operator: 'gteq', rightOperand: { '@value': '5.00', '@type': 'xsd:decimal' } }
  const paid = (unit: string): Facts => ({ ...facts, values: { payAmount: { '@value': '5', unit } } })
  t.equal(judgeWhole({ ...fee, unit: 'http://dbpedia.org/resource/Euro' }, paid('Euro')).outcome, 'satisfied')
  t.equal(judgeWhole({ ...fee, unit: 'http://dbpedia.org/resource/Euro' }, paid('Yen')).why?.code, 'unknown-unit')
  t.equal(judgeWhole(fee, paid('Yen')).why?.code, 'unknown-unit')
  const most = (unit?: string) => ({ leftOperand: 'volume', operator: 'lteq', rightOperand: 2, unit })
  t.equal(judgeWhole(most('http://qudt.org/vocab/unit/MegaBYTE'), { ...facts, bytes: 2_000_000 }).outcome, 'satisfied')
  t.equal(judgeWhole(most('MB'), { ...facts, bytes: 2_000_001 }).outcome, 'unsatisfied')
  t.equal(judgeWhole(most('MiB'), { ...facts, bytes: 2_097_152 }).outcome, 'satisfied')
  t.equal(judgeWhole(most('furlong'), { ...facts, bytes: 1 }).outcome, 'undetermined')
})
