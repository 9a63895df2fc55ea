import t from 'tap'
import { KontorError } from '../../../src/errors.ts'
import { PEER_URL, startApi } from '../api.ts'

const EDC = 'https://w3id.org/edc/v0.0.1/ns/'
const context = { '@vocab': EDC }
const request = {
  '@context': context,
  '@type': 'CatalogRequest',
  counterPartyAddress: PEER_URL,
  counterPartyId: 'peer',
  protocol: 'dataspace-protocol-http:2025-1',
}
const catalog = {
  '@id': 'f912',
  '@type': 'Catalog',
  participantId: 'peer',
  'edc:anything': { deep: [1, null] },
  '@context': ['https://w3id.org/dspace/2025/1/context.jsonld', 'https://w3id.org/edc/dspace/v0.0.1'],
}

t.test("a provider's catalogue is passed on as it came, in its own context", async t => {
  const api = await startApi(t)
  api.provided.catalog = catalog
  const answer = await api.call('POST', '/v3/catalog/request', request)
  t.equal(answer.status, 200)
  t.strictSame(answer.body, catalog)
  t.strictSame(api.asked, [{ peer: { counterparty: 'peer', address: PEER_URL }, what: undefined }])
})

t.test('a query is passed on in words that every connector can look up', async t => {
  const api = await startApi(t)
  const filterExpression = [{ '@type': 'Criterion', operandLeft: 'id', operator: 'in', operandRight: ['a', 'b'] }]
  await api.call('POST', '/v3/catalog/request', {
    ...request,
    querySpec: { '@type': 'QuerySpec', limit: 5, filterExpression },
  })
  t.strictSame(api.asked[0]?.what, [
    {
      '@type': `${EDC}QuerySpec`,
      [`${EDC}offset`]: 0,
      [`${EDC}limit`]: 5,
      [`${EDC}sortOrder`]: 'ASC',
      [`${EDC}filterExpression`]: [
        {
          '@type': `${EDC}Criterion`,
          [`${EDC}operandLeft`]: 'id',
          [`${EDC}operator`]: 'in',
          [`${EDC}operandRight`]: ['a', 'b'],
        },
      ],
    },
  ])
})

t.test('one dataset is passed on alone', async t => {
  const api = await startApi(t)
  api.provided.catalog = { '@id': 'c1', '@type': 'Dataset' }
  const answer = await api.call('POST', '/v3/catalog/dataset/request', {
    ...request,
    '@type': 'DatasetRequest',
    '@id': 'c1',
  })
  t.strictSame(answer.body, { '@id': 'c1', '@type': 'Dataset' })
  t.match(api.asked, [{ what: 'c1' }])
})

t.test('a request that says too little is refused before anybody is called', async t => {
  const api = await startApi(t)
  for (const missing of ['counterPartyAddress', 'counterPartyId', 'protocol'])
    t.match(await api.call('POST', '/v3/catalog/request', { ...request, [missing]: undefined }), {
      status: 400,
      body: [{ type: 'ValidationFailure', path: EDC + missing }],
    })
  t.match(await api.call('POST', '/v3/catalog/dataset/request', request), { status: 400, body: [{ path: '@id' }] })
  t.same(api.asked, [])
})

t.test('a provider that cannot be asked is told of as such, and what nobody expected stays private', async t => {
  const api = await startApi(t)
  const fail = (error: Error) => {
    const failed = Promise.reject(error)
    failed.catch(() => {})
    api.provided.catalog = failed
  }
  fail(new KontorError('bad-gateway', 502, 'peer answered 503.'))
  t.match(await api.call('POST', '/v3/catalog/request', request), {
    status: 502,
    body: [{ message: 'peer answered 503.', type: 'BadGateway' }],
  })
  fail(new Error('the password is swordfish'))
  const { status, body } = await api.call('POST', '/v3/catalog/request', request)
  t.equal(status, 500)
  t.match(body, [{ type: 'InternalServerError', path: null, invalidValue: null }])
  t.notMatch(JSON.stringify(body), /swordfish/)
  t.match(api.unexpected, [/swordfish/])
})
