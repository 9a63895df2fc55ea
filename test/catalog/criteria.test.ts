import fc from 'fast-check'
import t from 'tap'
import { compile } from '../../src/catalog/criteria.ts'
import { datasetField, plainField } from '../../src/catalog/fields.ts'
import { toDocument } from '../../src/catalog/properties.ts'
import type { Criterion } from '../../src/catalog/types.ts'
import { json } from '../../src/db/index.ts'
import { testDatabase } from '../support/database.ts'

const document = toDocument('wind-1', {
  'dct:title': 'Wind power in Bavaria (50%)',
  'dcat:keyword': ['energy', 'wind', 'a.b'],
  'https://example.org/ns#number': 7,
  'https://example.org/ns#version': '7',
  'https://example.org/ns#negative': -2.5,
  'https://example.org/ns#open': true,
  'dct:issued': { '@value': '2026-01-01', '@type': 'xsd:date' },
  'dct:publisher': { '@id': 'did:web:tso', 'foaf:name': 'Grid' },
  'dct:description': [
    { '@value': 'wind', '@language': 'en' },
    { '@value': 'Wind', '@language': 'de' },
  ],
  name: 'a "quoted" \\ name',
  nothing: null,
})

// biome-ignore format: a table is read by its columns
const cases: readonly [operandLeft: string, operator: string, operandRight: unknown, fits: boolean][] = [
  [ 'id',                                      '=',        'wind-1',                              true  ],
  [ '@id',                                     '=',        'wind-1',                              true  ],
  [ 'https://w3id.org/edc/v0.0.1/ns/id',       'in',       ['wind-2', 'wind-1'],                  true  ],
  [ 'id',                                      '!=',       'wind-1',                              false ],
  [ 'id',                                      'in',       [],                                    false ],
  [ 'dct:title',                               'like',     'Wind%',                               true  ],
  [ 'http://purl.org/dc/terms/title',          'like',     'wind%',                               false ],
  [ 'dct:title',                               'ilike',    'wind%BAVARIA%',                       true  ],
  [ 'dct:title',                               'like',     'Wind_power in Bavaria (50\\%)',       true  ],
  [ 'dct:title',                               'like',     'Wind_power in Bavaria (50\\_)',       false ],
  [ 'dct:title',                               'like',     'Wind',                                false ],
  [ 'dct:title',                               'contains', 'Bavaria (5',                          true  ],
  [ 'dcat:keyword',                            'contains', 'wind',                                true  ],
  [ 'dcat:keyword',                            'contains', 'win',                                 false ],
  [ 'dcat:keyword',                            '=',        'energy',                              true  ],
  [ 'dcat:keyword',                            '!=',       'energy',                              false ],
  [ 'dcat:keyword',                            '!=',       'coal',                                true  ],
  [ 'dcat:keyword',                            'like',     'a.b',                                 true  ],
  [ 'dcat:keyword',                            'like',     'wi.d',                                false ],
  [ 'https://example.org/ns#number',           '=',        7,                                     true  ],
  [ 'https://example.org/ns#number',           '=',        '7',                                   true  ],
  [ 'https://example.org/ns#number',           '=',        [7],                                   true  ],
  [ 'https://example.org/ns#number',           '=',        { '@value': 7 },                       true  ],
  [ 'https://example.org/ns#number',           '=',        7.5,                                   false ],
  [ 'https://example.org/ns#number',           '!=',       8,                                     true  ],
  [ 'https://example.org/ns#number',           '<',        10,                                    true  ],
  [ 'https://example.org/ns#number',           '<',        '10',                                  true  ],
  [ 'https://example.org/ns#number',           '>=',       7,                                     true  ],
  [ 'https://example.org/ns#number',           '>',        7,                                     false ],
  [ 'https://example.org/ns#number',           '<=',       6.99,                                  false ],
  [ 'https://example.org/ns#negative',         '<',        -2,                                    true  ],
  [ 'https://example.org/ns#negative',         '=',        -2.5,                                  true  ],
  [ 'https://example.org/ns#version',          '=',        7,                                     true  ],
  [ 'https://example.org/ns#open',             '=',        true,                                  true  ],
  [ 'https://example.org/ns#open',             '=',        'true',                                true  ],
  [ 'https://example.org/ns#open',             '=',        false,                                 false ],
  [ 'dct:issued',                              '>=',       '2026-01-01',                          true  ],
  [ 'dct:issued',                              '<',        '2025-12-31',                          false ],
  [ 'dct:publisher',                           '=',        'did:web:tso',                         true  ],
  [ 'dct:publisher.foaf:name',                 '=',        'Grid',                                true  ],
  [ "'http://purl.org/dc/terms/publisher'.'http://xmlns.com/foaf/0.1/name'", '=', 'Grid',         true  ],
  [ 'dct:description',                         '=',        'Wind',                                true  ],
  [ 'name',                                    '=',        'a "quoted" \\ name',                  true  ],
  [ 'edc:name',                                '=',        'a "quoted" \\ name',                  true  ],
  [ 'https://w3id.org/edc/v0.0.1/ns/name',     'contains', '\\',                                  true  ],
  [ 'missing',                                 '=',        'x',                                   false ],
  [ 'missing',                                 '!=',       'x',                                   false ],
  [ 'missing',                                 'contains', '',                                    false ],
  [ 'x" == 1 || "1" == "1',                    '=',        'x',                                   false ],
]

t.test('conditions mean in PostgreSQL what they say', async t => {
  const db = await testDatabase(t)
  for (const [operandLeft, operator, operandRight, fits] of cases) {
    const says = `${operandLeft} ${operator} ${JSON.stringify(operandRight)}`
    if (operandLeft.includes(' ')) {
      t.throws(() => compile([{ operandLeft, operator, operandRight }], datasetField, ''), { code: 'invalid' }, says)
      continue
    }
    const path = compile([{ operandLeft, operator, operandRight }], datasetField, '/selector')
    const [row] = await db.query<{ fits: boolean }>('select $1::jsonb @@ $2::jsonpath as fits', [json(document), path])
    t.equal(row?.fits, fits, says)
  }
})

t.test('all conditions must hold, and none is no condition', async t => {
  const db = await testDatabase(t)
  const [yes, no]: Criterion[] = [
    { operandLeft: 'id', operator: '=', operandRight: 'wind-1' },
    { operandLeft: 'id', operator: '=', operandRight: 'wind-2' },
  ]
  const fits = async (criteria: (Criterion | undefined)[]) => {
    const path = compile(
      criteria.filter(criterion => criterion !== undefined),
      datasetField,
      '',
    )
    const [row] = await db.query<{ fits: boolean }>('select $1::jsonb @@ $2::jsonpath as fits', [json(document), path])
    return row?.fits
  }
  t.same(await Promise.all([fits([]), fits([yes]), fits([yes, yes]), fits([yes, no])]), [true, true, true, false])
})

// biome-ignore format: a table is read by its columns
const unsupported: readonly [why: string, criterion: object, path: string][] = [
  [ 'an operator nobody knows',     { operandLeft: 'id', operator: 'near', operandRight: 'x' },                '/selector/0/operator'     ],
  [ 'an operator of every object',  { operandLeft: 'id', operator: 'constructor', operandRight: 'x' },         '/selector/0/operator'     ],
  [ 'no name',                      { operandLeft: '', operator: '=', operandRight: 'x' },                     '/selector/0/operandLeft'  ],
  [ 'a name that can be none',      { operandLeft: 'a b', operator: '=', operandRight: 'x' },                  '/selector/0/operandLeft'  ],
  [ 'a name with NUL',              { operandLeft: 'urn:a\0', operator: '=', operandRight: 'x' },              '/selector/0/operandLeft'  ],
  [ 'an object',                    { operandLeft: 'id', operator: '=', operandRight: { a: 1 } },              '/selector/0/operandRight' ],
  [ 'null',                         { operandLeft: 'id', operator: '=', operandRight: null },                  '/selector/0/operandRight' ],
  [ 'several values for one',       { operandLeft: 'id', operator: '=', operandRight: ['a', 'b'] },            '/selector/0/operandRight' ],
  [ 'one value for a list',         { operandLeft: 'id', operator: 'in', operandRight: 'a' },                  '/selector/0/operandRight' ],
  [ 'a number as pattern',          { operandLeft: 'id', operator: 'like', operandRight: 7 },                  '/selector/0/operandRight' ],
  [ 'truth in order',               { operandLeft: 'id', operator: '<', operandRight: true },                  '/selector/0/operandRight' ],
  [ 'NUL',                          { operandLeft: 'id', operator: '=', operandRight: 'a\0' },                 '/selector/0/operandRight' ],
  [ 'half a character',             { operandLeft: 'id', operator: '=', operandRight: '\ud800' },              '/selector/0/operandRight' ],
  [ 'a long pattern',               { operandLeft: 'id', operator: 'like', operandRight: '%'.repeat(201) },    '/selector/0/operandRight' ],
  [ 'a long list',                  { operandLeft: 'id', operator: 'in', operandRight: Array(501).fill('a') }, '/selector/0/operandRight' ],
]

for (const [why, criterion, path] of unsupported)
  t.test(`refused: ${why}`, async t => {
    t.throws(() => compile([criterion as Criterion], datasetField, '/selector'), {
      code: 'invalid',
      faults: [{ path }],
    })
  })

t.test('more conditions than a person writes are refused', async t => {
  const many = Array<Criterion>(101).fill({ operandLeft: 'id', operator: '=', operandRight: 'a' })
  t.throws(() => compile(many, datasetField, '/selector'), { code: 'invalid', faults: [{ path: '/selector' }] })
})

t.test('whatever the values are, PostgreSQL understands the path, and finds what is there', async t => {
  const db = await testDatabase(t)
  const scalar = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 20 }),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.integer(),
    fc.boolean(),
  )
  const stored = scalar.filter(value => !/[\0\p{Cs}]/u.test(String(value)))
  const key = fc
    .string({ minLength: 1, maxLength: 8 })
    .filter(name => plainField(`'${name}'`)?.join() === name && !/[\0\p{Cs}]/u.test(name))
  await fc.assert(
    fc.asyncProperty(
      key,
      stored,
      fc.constantFrom('=', 'in', 'contains', 'like', '!='),
      async (name, value, operator) => {
        const literal = String(value).replace(/[\\%_]/g, '\\$&')
        if (operator === 'like' && typeof value !== 'string') return
        const operandRight = operator === 'in' ? [value] : operator === 'like' ? literal : value
        const path = compile([{ operandLeft: `'${name}'`, operator, operandRight }], plainField, '')
        const [row] = await db.query<{ fits: boolean }>('select $1::jsonb @@ $2::jsonpath as fits', [
          json({ [name]: value }),
          path,
        ])
        t.equal(row?.fits, operator !== '!=', path)
      },
    ),
    { numRuns: 200 },
  )
})
