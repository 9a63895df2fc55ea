import t from 'tap'
import { beginCrawl, endCrawl, keepPage } from '../../../src/federation/store.ts'
import { type Api, startApi } from '../api.ts'

const EDC = 'https://w3id.org/edc/v0.0.1/ns/'
const context = ['https://w3id.org/dspace/2025/1/context.jsonld']
const V4 = ['https://w3id.org/edc/connector/management/v2']

/** Two catalogues, as they would have been found. */
async function withCatalogs(t: Parameters<typeof startApi>[0]): Promise<Api> {
  const api = await startApi(t)
  const at = new Date(api.clock.at)
  for (const [participant, names] of [
    ['north', ['wind', 'rain']],
    ['south', ['sun']],
  ] as const) {
    await beginCrawl(api.db, participant, `http://${participant}.example/dsp`, at)
    const datasets = names.map(name => ({
      shown: { '@id': name, '@type': 'Dataset', 'edc:name': name },
      document: { '@id': name, '@type': 'Dataset', [`${EDC}name`]: name },
    }))
    const header = {
      '@context': context,
      '@id': `catalog-${participant}`,
      '@type': 'Catalog',
      participantId: participant,
    }
    await keepPage(api.db, participant, 0, { header, datasets }, at)
    await endCrawl(api.db, participant, [undefined], at)
  }
  return api
}

/** What is found: the ids of catalogues, and of their datasets. */
const idsOf = (body: { '@id': string; dataset?: { '@id': string }[] }[]) =>
  body.map(({ '@id': id, dataset = [] }) => [id, ...dataset.map(each => each['@id'])])

t.test('clients of the federated catalogue ask for it by its own path', async t => {
  const api = await withCatalogs(t)
  const query = { '@context': { '@vocab': EDC }, '@type': 'QuerySpec' }
  const { status, body } = await api.call('POST', '/v1alpha/catalog/query', query)
  t.equal(status, 200)
  t.strictSame(body, (await api.call('POST', '/v3/catalogs/request')).body)
})

t.test('catalogues of others are listed as they came, in both versions, with when they were seen', async t => {
  const api = await withCatalogs(t)
  for (const version of ['v3', 'v4']) {
    const { status, body } = await api.call('POST', `/${version}/catalogs/request`)
    t.equal(status, 200)
    t.strictSame(idsOf(body), [
      ['catalog-north', 'wind', 'rain'],
      ['catalog-south', 'sun'],
    ])
    t.strictSame(body[1], {
      '@id': 'catalog-south',
      '@type': 'Catalog',
      participantId: 'south',
      dataset: [{ '@id': 'sun', '@type': 'Dataset', 'edc:name': 'sun' }],
      [`${EDC}originator`]: 'http://south.example/dsp',
      [`${EDC}crawledAt`]: api.clock.at,
      [`${EDC}changedAt`]: api.clock.at,
      [`${EDC}stale`]: false,
      '@context': context,
    })
  }
})

t.test('catalogues are looked for by participant, datasets by what is said of them', async t => {
  const api = await withCatalogs(t)
  const find = async (operandLeft: string, operator: string, operandRight: unknown, more: object = {}) => {
    const filterExpression = [{ '@type': 'Criterion', operandLeft, operator, operandRight }]
    return idsOf((await api.call('POST', '/v3/catalogs/request', { filterExpression, ...more })).body)
  }
  t.strictSame(await find('participantId', '=', 'south'), [['catalog-south', 'sun']])
  t.strictSame(await find('https://w3id.org/edc/v0.0.1/ns/participantId', 'in', ['south']), [['catalog-south', 'sun']])
  t.strictSame(await find('originator', 'like', '%north%'), [['catalog-north', 'wind', 'rain']])
  t.strictSame(await find('name', '=', 'wind'), [['catalog-north', 'wind']])
  t.strictSame(await find('datasets.name', 'ilike', '%N'), [
    ['catalog-north', 'rain'],
    ['catalog-south', 'sun'],
  ])
  t.strictSame(await find('dataset.id', '=', 'sun'), [['catalog-south', 'sun']])
  t.strictSame(await find('name', '=', 'snow'), [])
  t.strictSame(await find('id', '!=', 'x', { limit: 1, offset: 1 }), [['catalog-south', 'sun']])
  t.strictSame(await find('id', '!=', 'x', { sortField: 'participantId', sortOrder: 'DESC', limit: 1 }), [
    ['catalog-south', 'sun'],
  ])

  const filterExpression = [{ '@type': 'Criterion', operandLeft: 'name', operator: '=', operandRight: 'wind' }]
  const query = { '@context': V4, '@type': 'QuerySpec', filterExpression }
  t.strictSame(idsOf((await api.call('POST', '/v4/catalogs/request', query)).body), [['catalog-north', 'wind']])
})

t.test('what cannot be looked for is refused', async t => {
  const api = await withCatalogs(t)
  const wrong = [
    { sortField: 'name' },
    { filterExpression: [{ operandLeft: 'participantId', operator: 'resembles', operandRight: 'x' }] },
    { filterExpression: [{ operandLeft: 'name', operator: 'resembles', operandRight: 'x' }] },
    { filterExpression: [{ operandLeft: 'no name', operator: '=', operandRight: 'x' }] },
  ]
  for (const query of wrong)
    t.match(
      await api.call('POST', '/v3/catalogs/request', query),
      { status: 400, body: [{ message: String }] },
      JSON.stringify(query),
    )
  t.same(api.unexpected, [])
})
