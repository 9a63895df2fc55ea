import t from 'tap'
import { startApi } from '../api.ts'

const context = { '@vocab': 'https://w3id.org/edc/v0.0.1/ns/' }
const answered = {
  '@vocab': 'https://w3id.org/edc/v0.0.1/ns/',
  edc: 'https://w3id.org/edc/v0.0.1/ns/',
  odrl: 'http://www.w3.org/ns/odrl/2/',
}
const dataAddress = { '@type': 'DataAddress', type: 'HttpData', baseUrl: 'http://127.0.0.1:1/x' }
const asset = { '@context': context, '@id': 'c1', '@type': 'Asset', properties: { name: 'c1', number: 7 }, dataAddress }

t.test('an asset is created and shown as the EDC does it', async t => {
  const api = await startApi(t)
  t.strictSame(await api.call('POST', '/v3/assets', asset), {
    status: 200,
    body: { '@type': 'IdResponse', '@id': 'c1', createdAt: api.clock.at, '@context': answered },
    type: 'application/json; charset=utf-8',
  })
  const shown = await api.call('GET', '/v3/assets/c1')
  t.equal(shown.status, 200)
  t.strictSame(shown.body, {
    '@id': 'c1',
    '@type': 'Asset',
    properties: { name: 'c1', number: 7, id: 'c1' },
    dataAddress,
    '@context': answered,
  })
})

t.test('a second asset with the same id is a conflict', async t => {
  const api = await startApi(t)
  await api.call('POST', '/v3/assets', asset)
  const again = await api.call('POST', '/v3/assets', asset)
  t.equal(again.status, 409)
  t.strictSame(again.body, [
    { message: 'Asset with ID c1 already exists', type: 'ObjectConflict', path: null, invalidValue: null },
  ])
})

t.test('an asset without a data address is refused in the words of the EDC', async t => {
  const api = await startApi(t)
  const { dataAddress: _, ...incomplete } = asset
  const refused = await api.call('POST', '/v3/assets', incomplete)
  t.equal(refused.status, 400)
  t.strictSame(refused.body, [
    {
      message: "mandatory object 'https://w3id.org/edc/v0.0.1/ns/dataAddress' is missing",
      type: 'ValidationFailure',
      path: 'https://w3id.org/edc/v0.0.1/ns/dataAddress',
      invalidValue: null,
    },
  ])
})

t.test('an asset that is not there is not found', async t => {
  const api = await startApi(t)
  const found = await api.call('GET', '/v3/assets/none')
  t.equal(found.status, 404)
  t.strictSame(found.body, [
    {
      message: 'Object of type Asset with ID=none was not found',
      type: 'ObjectNotFound',
      path: null,
      invalidValue: null,
    },
  ])
  t.equal((await api.call('PUT', '/v3/assets', { ...asset, '@id': 'none' })).status, 404)
  t.equal((await api.call('DELETE', '/v3/assets/none')).status, 404)
})

t.test('an asset is replaced and removed without a word', async t => {
  const api = await startApi(t)
  await api.call('POST', '/v3/assets', asset)
  const silent = { status: 204, body: undefined, type: null }
  t.same(await api.call('PUT', '/v3/assets', { ...asset, properties: { name: 'new' } }), silent)
  t.match((await api.call('GET', '/v3/assets/c1')).body, { properties: { name: 'new', id: 'c1', number: undefined } })
  t.same(await api.call('DELETE', '/v3/assets/c1'), silent)
  t.equal((await api.call('GET', '/v3/assets/c1')).status, 404)
})

t.test('an asset without an id gets one', async t => {
  const api = await startApi(t)
  const { '@id': _, ...nameless } = asset
  const { body } = await api.call('POST', '/v3/assets', nameless)
  t.equal((await api.call('GET', `/v3/assets/${body['@id']}`)).status, 200)
})

t.test('all assets are listed by a query, and by no body at all', async t => {
  const api = await startApi(t)
  for (const id of ['a', 'b', 'c'])
    await api.call('POST', '/v3/assets', { ...asset, '@id': id, properties: { name: id, number: 7 } })
  const ids = async (query?: object) => {
    const { body } = await api.call(
      'POST',
      '/v3/assets/request',
      query && { '@context': context, '@type': 'QuerySpec', ...query },
    )
    return body.map((each: { '@id': string }) => each['@id'])
  }
  const where = (operandLeft: string, operator: string, operandRight: unknown) => ({
    filterExpression: [{ operandLeft, operator, operandRight }],
  })
  t.same(await ids(), ['a', 'b', 'c'])
  t.same(await ids({ offset: 1, limit: 1, sortField: 'id', sortOrder: 'ASC' }), ['b'])
  t.same(await ids({ sortField: 'id', sortOrder: 'DESC' }), ['c', 'b', 'a'])
  t.same(await ids(where('https://w3id.org/edc/v0.0.1/ns/id', '=', 'b')), ['b'])
  t.same(await ids(where('id', 'in', ['a', 'c'])), ['a', 'c'])
  t.same(await ids(where('id', 'IN', ['a', 'c'])), ['a', 'c'])
  t.same(await ids(where('id', 'not in', ['a', 'c'])), ['b'])
  t.same(await ids(where('https://w3id.org/edc/v0.0.1/ns/name', '=', 'c')), ['c'])
  t.same(await ids(where('name', 'like', '%b')), ['b'])
  t.same(await ids(where('number', '=', 7)), ['a', 'b', 'c'], 'a number that is stored is found')
  const both = (...criteria: readonly ReturnType<typeof where>[]) => ({
    filterExpression: criteria.flatMap(({ filterExpression }) => filterExpression),
  })
  const created = where('createdAt', '=', api.clock.at)
  t.same(await ids(both(where('name', '=', 'b'), created)), ['b'], 'a property, and what stands in no document')
  t.same(await ids(both(where('name', '=', 'b'), where('name', 'like', 'c'))), [], 'all conditions must hold')
  t.same(await ids(both(where('id', 'in', ['a', 'c']), where('name', '=', 'c'))), ['c'], 'of some, those that fit')
  t.same(await ids(both(where('id', 'in', ['a', 'c']), where('id', '=', 'b'))), [], 'two that exclude each other')
})

t.test('properties of any vocabulary survive, and private ones are kept apart', async t => {
  const api = await startApi(t)
  const given = {
    ...asset,
    '@context': { ...context, dct: 'http://purl.org/dc/terms/' },
    properties: { 'dct:title': 'Wind', keywords: ['a', 'b'], publisher: { name: 'x', size: 2 }, open: true },
    privateProperties: { room: 'cellar' },
  }
  await api.call('POST', '/v3/assets', given)
  const { body } = await api.call('GET', '/v3/assets/c1')
  t.strictSame(body.properties, {
    'http://purl.org/dc/terms/title': 'Wind',
    keywords: ['a', 'b'],
    publisher: { name: 'x', size: 2 },
    open: true,
    id: 'c1',
  })
  t.strictSame(body.privateProperties, { room: 'cellar' })
  t.strictSame(body.dataAddress, dataAddress)
  t.notMatch(JSON.stringify((await api.catalog.datasets.find('c1'))?.properties), /cellar/)
})

t.test('secrets of a data address are not told, and survive a change of the asset', async t => {
  const api = await startApi(t)
  const secret = { ...asset, dataAddress: { ...dataAddress, 'header:Authorization': 'Bearer x', authCode: 'y' } }
  await api.call('POST', '/v3/assets', secret)
  const { body } = await api.call('GET', '/v3/assets/c1')
  t.match(body.dataAddress, { 'header:Authorization': '[secret]', authCode: '[secret]' })
  await api.call('PUT', '/v3/assets', { ...body, properties: { name: 'new' } })
  const kept = await api.catalog.datasets.find('c1')
  t.match(kept?.source, { 'header:Authorization': 'Bearer x', authCode: 'y' })
})

t.test(
  'a data address of a known type is refused with its faults, and so is one that is nearly of such a type',
  async t => {
    const api = await startApi(t)
    for (const [type, ...faults] of [
      ['HttpData', 'baseUrl is missing.'],
      ['httpdata', 'type must be HttpData.', 'baseUrl is missing.'],
    ]) {
      const refused = await api.call('POST', '/v3/assets', { ...asset, dataAddress: { type } })
      t.equal(refused.status, 400)
      t.match(
        refused.body,
        faults.map(message => ({ message, type: 'ValidationFailure' })),
      )
    }
  },
)

t.test('properties that are none are refused, not lost', async t => {
  const api = await startApi(t)
  for (const change of [{ properties: 'x' }, { privateProperties: [7] }, { dataAddress: 'http://127.0.0.1/' }])
    t.equal((await api.call('POST', '/v3/assets', { ...asset, ...change })).status, 400, JSON.stringify(change))
})

t.test('an asset in another JSON-LD dress is the same asset', async t => {
  const api = await startApi(t)
  const ns = 'https://w3id.org/edc/v0.0.1/ns/'
  const dresses = {
    bare: { '@id': 'bare', properties: { name: 'x' }, dataAddress },
    prefixed: {
      '@context': { edc: ns },
      '@id': 'prefixed',
      'edc:properties': { 'edc:name': 'x' },
      'edc:dataAddress': { 'edc:type': 'HttpData', 'edc:baseUrl': 'http://127.0.0.1:1/x' },
    },
    expanded: {
      '@id': 'expanded',
      [`${ns}properties`]: [{ [`${ns}name`]: [{ '@value': 'x' }] }],
      [`${ns}dataAddress`]: [
        { [`${ns}type`]: [{ '@value': 'HttpData' }], [`${ns}baseUrl`]: [{ '@value': 'http://127.0.0.1:1/x' }] },
      ],
    },
    'by context': {
      '@context': 'https://w3id.org/edc/connector/management/v0.0.1',
      '@id': 'by context',
      '@type': 'Asset',
      properties: { name: 'x' },
      dataAddress,
    },
  }
  for (const [id, dress] of Object.entries(dresses)) {
    t.equal((await api.call('POST', '/v3/assets', dress)).status, 200, id)
    const { body } = await api.call('GET', `/v3/assets/${encodeURIComponent(id)}`)
    t.match(body, { properties: { name: 'x', id }, dataAddress }, id)
  }
})

t.test('a context that is not known here is refused with a sentence that says so', async t => {
  const api = await startApi(t)
  const refused = await api.call('POST', '/v3/assets', { ...asset, '@context': 'https://example.org/unknown' })
  t.equal(refused.status, 400)
  t.match(refused.body, [{ type: 'InvalidRequest', message: /never fetched/ }])
})

t.test('a query that cannot be answered is refused', async t => {
  const api = await startApi(t)
  const queries = [
    { limit: 0 },
    { limit: 'many' },
    { offset: -1 },
    { sortOrder: 'SIDEWAYS' },
    { filterExpression: [{ operator: '=', operandRight: 1 }] },
    { filterExpression: [{ operandLeft: 'id', operator: 'resembles', operandRight: 1 }] },
  ]
  for (const query of queries)
    t.equal((await api.call('POST', '/v3/assets/request', query)).status, 400, JSON.stringify(query))
  t.same(api.unexpected, [])
})

t.test('of a URL what opens it is hidden in answers, and stays when the rest is sent back', async t => {
  const api = await startApi(t)
  const address = { ...dataAddress, baseUrl: 'https://data.example/?sv=1&sig=hush', queryParams: 'code=whisper&a=1' }
  await api.call('POST', '/v3/assets', { ...asset, dataAddress: address })
  const { body } = await api.call('GET', '/v3/assets/c1')
  t.match(body.dataAddress, { baseUrl: 'https://data.example/?sv=1&sig=[secret]', queryParams: 'code=[secret]&a=1' })
  const source = async () => JSON.stringify((await api.catalog.datasets.find('c1'))?.source)
  const before = await source()

  const again = { ...body, properties: { name: 'new' } }
  t.equal((await api.call('PUT', '/v3/assets', again)).status, 204)
  t.equal(await source(), before)
  const changed = { ...again, dataAddress: { ...body.dataAddress, baseUrl: 'https://evil.example/?sig=[secret]' } }
  t.match(await api.call('PUT', '/v3/assets', changed), { status: 400, body: [{ message: /give the whole value/ }] })
})
