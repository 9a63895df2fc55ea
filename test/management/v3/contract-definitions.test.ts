import t from 'tap'
import { type Api, startApi } from '../api.ts'

const context = { '@vocab': 'https://w3id.org/edc/v0.0.1/ns/' }
const criterion = {
  '@type': 'Criterion',
  operandLeft: 'https://w3id.org/edc/v0.0.1/ns/id',
  operator: '=',
  operandRight: 'c1',
}
const definition = {
  '@context': context,
  '@id': 'cdc',
  '@type': 'ContractDefinition',
  accessPolicyId: 'pc',
  contractPolicyId: 'pc',
  assetsSelector: [criterion],
}

async function withPolicy(t: Parameters<typeof startApi>[0]): Promise<Api> {
  const api = await startApi(t)
  await api.catalog.policies.create({ id: 'pc', policy: {} })
  return api
}

t.test('a contract definition is created and shown as the EDC does it, a single criterion as an object', async t => {
  const api = await withPolicy(t)
  const created = await api.call('POST', '/v3/contractdefinitions', definition)
  t.match(created, { status: 200, body: { '@type': 'IdResponse', '@id': 'cdc', createdAt: api.clock.at } })
  t.strictSame((await api.call('GET', '/v3/contractdefinitions/cdc')).body, {
    '@id': 'cdc',
    '@type': 'ContractDefinition',
    accessPolicyId: 'pc',
    contractPolicyId: 'pc',
    assetsSelector: criterion,
    '@context': created.body['@context'],
  })
})

t.test('a selector is one criterion, several, or none for all assets', async t => {
  const api = await withPolicy(t)
  const { '@type': _, ...untyped } = criterion
  const selectors = [
    [untyped, criterion],
    [
      [untyped, { ...untyped, operator: 'in', operandRight: ['a', 'b'] }],
      [criterion, { ...criterion, operator: 'in', operandRight: ['a', 'b'] }],
    ],
    [[], []],
    [undefined, []],
  ]
  for (const [given, shown] of selectors) {
    const { body } = await api.call('POST', '/v3/contractdefinitions', {
      ...definition,
      '@id': undefined,
      assetsSelector: given,
    })
    t.strictSame((await api.call('GET', `/v3/contractdefinitions/${body['@id']}`)).body.assetsSelector, shown)
  }
})

t.test('what it puts on offer is on offer', async t => {
  const api = await withPolicy(t)
  const source = { type: 'HttpData', baseUrl: 'http://127.0.0.1:1/x' }
  for (const id of ['c1', 'c2']) await api.catalog.datasets.create({ id, properties: {}, source })
  await api.call('POST', '/v3/contractdefinitions', definition)
  const seen = (id: string) => api.catalog.dataset({ id: 'peer', claims: {} }, id)
  t.ok(await seen('c1'))
  t.notOk(await seen('c2'))
})

t.test('contract definitions are replaced, listed and removed', async t => {
  const api = await withPolicy(t)
  await api.call('POST', '/v3/contractdefinitions', definition)
  t.equal((await api.call('PUT', '/v3/contractdefinitions', { ...definition, assetsSelector: [] })).status, 204)
  t.match((await api.call('POST', '/v3/contractdefinitions/request')).body, [{ '@id': 'cdc', assetsSelector: [] }])
  t.equal((await api.call('DELETE', '/v3/contractdefinitions/cdc')).status, 204)
  t.equal((await api.call('GET', '/v3/contractdefinitions/cdc')).status, 404)
})

t.test('everything that is missing is told at once', async t => {
  const api = await withPolicy(t)
  const { status, body } = await api.call('POST', '/v3/contractdefinitions', { '@context': context, '@id': 'x' })
  t.equal(status, 400)
  t.match(body, [
    { message: "mandatory value 'https://w3id.org/edc/v0.0.1/ns/accessPolicyId' is missing or it is blank" },
    { message: "mandatory value 'https://w3id.org/edc/v0.0.1/ns/contractPolicyId' is missing or it is blank" },
  ])
})

t.test('a selector that cannot be understood is refused, since none would mean every asset', async t => {
  const api = await withPolicy(t)
  for (const assetsSelector of [
    'c1',
    [{}],
    [7],
    { operandLeft: 'id' },
    { operandLeft: 'id', operator: 'near', operandRight: 1 },
  ])
    t.equal((await api.call('POST', '/v3/contractdefinitions', { ...definition, assetsSelector })).status, 400)
  t.same(await api.catalog.publications.list(), [])
})

t.test('a policy that is in use stays', async t => {
  const api = await withPolicy(t)
  await api.call('POST', '/v3/contractdefinitions', definition)
  t.match(await api.call('DELETE', '/v3/policydefinitions/pc'), { status: 409, body: [{ type: 'ObjectConflict' }] })
})

t.test('a contract definition may come before its policies', async t => {
  const api = await withPolicy(t)
  const early = { ...definition, accessPolicyId: 'later' }
  t.equal((await api.call('POST', '/v3/contractdefinitions', early)).status, 200)
  t.match((await api.call('GET', `/v3/contractdefinitions/${early['@id']}`)).body, { accessPolicyId: 'later' })
})
