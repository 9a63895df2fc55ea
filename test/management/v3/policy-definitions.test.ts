import t from 'tap'
import { startApi } from '../api.ts'

const context = { '@vocab': 'https://w3id.org/edc/v0.0.1/ns/' }
const definition = {
  '@context': context,
  '@id': 'pc',
  '@type': 'PolicyDefinition',
  policy: {
    '@context': 'http://www.w3.org/ns/odrl.jsonld',
    '@type': 'Set',
    permission: [
      {
        action: 'use',
        constraint: {
          leftOperand: 'https://w3id.org/edc/v0.0.1/ns/inForceDate',
          operator: 'gteq',
          rightOperand: 'contractAgreement+0s',
        },
      },
    ],
    prohibition: [],
    obligation: [],
  },
}

t.test('a policy definition is created and shown as the EDC does it', async t => {
  const api = await startApi(t)
  const created = await api.call('POST', '/v3/policydefinitions', definition)
  t.equal(created.status, 200)
  t.match(created.body, { '@type': 'IdResponse', '@id': 'pc', createdAt: api.clock.at })
  const { body } = await api.call('GET', '/v3/policydefinitions/pc')
  t.strictSame(body, {
    '@id': 'pc',
    '@type': 'PolicyDefinition',
    createdAt: api.clock.at,
    policy: {
      '@id': 'pc',
      '@type': 'odrl:Set',
      'odrl:permission': {
        'odrl:action': { '@id': 'odrl:use' },
        'odrl:constraint': {
          'odrl:leftOperand': { '@id': 'edc:inForceDate' },
          'odrl:operator': { '@id': 'odrl:gteq' },
          'odrl:rightOperand': 'contractAgreement+0s',
        },
      },
      'odrl:prohibition': [],
      'odrl:obligation': [],
    },
    '@context': created.body['@context'],
  })
})

t.test('what is shown can be sent again, and replaces', async t => {
  const api = await startApi(t)
  await api.call('POST', '/v3/policydefinitions', definition)
  const { body } = await api.call('GET', '/v3/policydefinitions/pc')
  t.equal((await api.call('PUT', '/v3/policydefinitions/pc', body)).status, 204)
  t.strictSame((await api.call('GET', '/v3/policydefinitions/pc')).body, body)
})

t.test('policy definitions are listed and removed', async t => {
  const api = await startApi(t)
  await api.call('POST', '/v3/policydefinitions', definition)
  t.match((await api.call('POST', '/v3/policydefinitions/request')).body, [{ '@id': 'pc' }])
  t.equal((await api.call('DELETE', '/v3/policydefinitions/pc')).status, 204)
  t.strictSame((await api.call('POST', '/v3/policydefinitions/request')).body, [])
  const gone = await api.call('GET', '/v3/policydefinitions/pc')
  t.match(gone, { status: 404, body: [{ message: 'Object of type PolicyDefinition with ID=pc was not found' }] })
})

t.test('a policy that would mean nothing is refused, for it would permit everything', async t => {
  const api = await startApi(t)
  const { '@context': _, ...foreign } = definition.policy
  const refused = await api.call('POST', '/v3/policydefinitions', { ...definition, policy: foreign })
  t.match(refused, { status: 400, body: [{ type: 'ValidationFailure', message: /not in the words of ODRL/ }] })
  t.equal((await api.call('POST', '/v3/policydefinitions', { ...definition, policy: undefined })).status, 400)
})

t.test('a policy definition without an id gets one, the same id twice is a conflict', async t => {
  const api = await startApi(t)
  const { '@id': _, ...nameless } = definition
  const { body } = await api.call('POST', '/v3/policydefinitions', nameless)
  t.equal((await api.call('GET', `/v3/policydefinitions/${body['@id']}`)).status, 200)
  const again = await api.call('POST', '/v3/policydefinitions', { ...definition, '@id': body['@id'] })
  t.match(again, { status: 409, body: [{ type: 'ObjectConflict' }] })
})

t.test('a rule in words that no context explains is refused, not dropped', async t => {
  const api = await startApi(t)
  const refused = await api.call('POST', '/v3/policydefinitions', {
    '@context': { edc: 'https://w3id.org/edc/v0.0.1/ns/' },
    '@id': 'pc',
    'edc:policy': { '@type': 'http://www.w3.org/ns/odrl/2/Set', prohibition: [{ action: 'sell' }] },
  })
  t.match(refused, { status: 400, body: [{ type: 'ValidationFailure', message: /not in the words of ODRL/ }] })
})
