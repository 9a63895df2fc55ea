import t from 'tap'
import { readFilter } from '../../src/catalog/filter.ts'
import { spec } from './world.ts'

const everything = { matcher: null, offset: 0, limit: 100, descending: false, sort: undefined }

t.test('no filter and an empty one ask for everything', async t => {
  for (const filter of [undefined, [], [{}], spec({}), spec({ filterExpression: [] })])
    t.match(readFilter(filter), everything)
})

t.test('a query as the EDC sends it is understood', async t => {
  const filterExpression = [{ '@type': 'Criterion', operandLeft: 'dct:title', operator: '=', operandRight: 'x' }]
  const query = { limit: 1000, offset: 3, sortField: 'dct:title', sortOrder: 'DESC', filterExpression }
  const question = readFilter(spec(query))
  t.match(question, { matcher: String, offset: 3, limit: 1000, descending: true })
  t.same(question.sort, ['$."http://purl.org/dc/terms/title"."@value"', '$."http://purl.org/dc/terms/title"'])
  const edc = 'https://w3id.org/edc/v0.0.1/ns/'
  for (const prefix of ['edc:', edc]) {
    const dressed = Object.fromEntries(Object.entries(query).map(([word, value]) => [prefix + word, [value].flat()]))
    const criteria = filterExpression.map(criterion =>
      Object.fromEntries(
        Object.entries(criterion).map(([word, value]) => [
          word === '@type' ? word : prefix + word,
          { '@value': value },
        ]),
      ),
    )
    const wrapped = Object.fromEntries(Object.entries(dressed).map(([word, [value]]) => [word, [{ '@value': value }]]))
    t.same(
      readFilter([{ '@type': [`${prefix}QuerySpec`], ...wrapped, [`${prefix}filterExpression`]: criteria }]),
      question,
      prefix,
    )
  }
})

t.test('one condition need not stand in a list', async t => {
  const criterion = { operandLeft: 'id', operator: '=', operandRight: 'x' }
  t.same(readFilter(spec({ filterExpression: criterion })), readFilter(spec({ filterExpression: [criterion] })))
})

t.test('sorted by id is not sorted by a property', async t => {
  for (const sortField of ['id', '@id', 'https://w3id.org/edc/v0.0.1/ns/id'])
    t.equal(readFilter(spec({ sortField })).sort, undefined)
})

t.test('nobody gets a page without end', async t => {
  t.equal(readFilter(spec({ limit: 2_147_483_647 })).limit, 100_000)
})

// biome-ignore format: a table is read by its columns
const refused: readonly [why: string, filter: unknown[], path: string][] = [
  [ 'another language',             ['SELECT *'],                                            '/filter/0'                          ],
  [ 'another type',                 [{ '@type': 'Sparql' }],                                 '/filter/0'                          ],
  [ 'no type',                      [{ limit: 1 }],                                          '/filter/0'                          ],
  [ 'null',                         [null],                                                  '/filter/0'                          ],
  [ 'two queries',                  [...spec({}), ...spec({})],                              '/filter'                            ],
  [ 'a word nobody knows',          spec({ having: 1 }),                                     '/filter/0/having'                   ],
  [ 'a limit of nothing',           spec({ limit: 0 }),                                      '/filter/0/limit'                    ],
  [ 'a limit that is a text',       spec({ limit: '1' }),                                    '/filter/0/limit'                    ],
  [ 'half an offset',               spec({ offset: 0.5 }),                                   '/filter/0/offset'                   ],
  [ 'an order of no direction',     spec({ sortOrder: 'UP' }),                               '/filter/0/sortOrder'                ],
  [ 'a sort by nothing',            spec({ sortField: 7 }),                                  '/filter/0/sortField'                ],
  [ 'a sort by what can be none',   spec({ sortField: 'a b' }),                              '/filter/0/sortField'                ],
  [ 'a condition of one word',      spec({ filterExpression: ['id'] }),                      '/filter/0/filterExpression/0'       ],
  [ 'a condition without operator', spec({ filterExpression: [{ operandLeft: 'id' }] }),     '/filter/0/filterExpression/0'       ],
  [ 'an operator nobody knows',     spec({ filterExpression: [{ operandLeft: 'id', operator: '~', operandRight: 1 }] }), '/filter/0/filterExpression/0/operator' ],
]

for (const [why, filter, path] of refused)
  t.test(`refused: ${why}`, async t => {
    t.throws(() => readFilter(filter), { code: 'invalid', status: 400, faults: [{ path }] })
  })
