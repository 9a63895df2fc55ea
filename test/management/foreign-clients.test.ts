import t from 'tap'
import { alice, http, openCatalog, readPage } from '../catalog/world.ts'
import { startLab } from '../support/lab.ts'
import { apiOf } from '../support/v3.ts'
import { type Api, PEER_URL, startApi } from './api.ts'

/**
 * Requests as tools that others wrote for the EDC send them, each with what was once in their way here. Which tools these are, and what came
 * of them: docs/guide/edc-tools.md.
 */

const EDC = 'https://w3id.org/edc/v0.0.1/ns/'
const ODRL = 'http://www.w3.org/ns/odrl/2/'
const vocabulary = { '@vocab': EDC }
const v4 = ['https://w3id.org/edc/connector/management/v2']
const peer = { counterPartyAddress: PEER_URL, counterPartyId: 'peer', protocol: 'dataspace-protocol-http:2025-1' }

const dataAddress = { type: 'HttpData', baseUrl: 'http://127.0.0.1:9/users' }

/** The offer that the last message to the peer asked for. */
const offered = (api: Api) => Object(api.peer.sent.at(-1)?.message).offer

t.test('contract definitions are made before their policies, and offer nothing until these are there', async t => {
  const { catalog } = await openCatalog(t)
  await catalog.publications.create({ id: 'first', accessPolicyId: 'later', contractPolicyId: 'last', selector: [] })
  await catalog.datasets.create({ id: 'prices', properties: {}, source: http })
  const seen = async () => (await readPage(catalog, alice)).ids
  t.strictSame(await seen(), [])
  await catalog.policies.create({ id: 'later', policy: {} })
  t.strictSame(await seen(), [])
  await catalog.policies.create({ id: 'last', policy: {} })
  t.strictSame(await seen(), ['prices'])
  await t.rejects(catalog.policies.remove('last'), { code: 'conflict' })
})

t.test('properties of older releases have IRIs of a scheme that nobody knows', async t => {
  const api = await startApi(t)
  const properties = { 'asset:prop:id': 'old', 'asset:prop:name': 'product description' }
  const asset = { '@context': vocabulary, '@id': 'old', '@type': 'Asset', properties, dataAddress }
  t.equal((await api.call('POST', '/v3/assets', asset)).status, 200)
  t.match((await api.call('GET', '/v3/assets/old')).body, { properties: { 'asset:prop:name': 'product description' } })
})

t.test('an asset whose source nobody can fetch here is kept, and its keys are not told', async t => {
  const api = await startApi(t)
  const address = {
    type: 'AmazonS3',
    region: 'eu-central-1',
    bucketName: 'b',
    accessKeyId: 'AK',
    secretAccessKey: 'SK',
  }
  for (const [version, context] of [
    ['v3', vocabulary],
    ['v4', v4],
  ] as const) {
    const asset = { '@context': context, '@id': version, '@type': 'Asset', properties: {}, dataAddress: address }
    t.equal((await api.call('POST', `/${version}/assets`, asset)).status, 200, version)
    t.match((await api.call('GET', `/${version}/assets/${version}`)).body.dataAddress, {
      type: 'AmazonS3',
      bucketName: 'b',
      secretAccessKey: '[secret]',
    })
  }
})

t.test('version 4 takes an offer as a client has expanded it', async t => {
  const api = await startApi(t)
  const policy = {
    '@context': 'http://www.w3.org/ns/odrl.jsonld',
    '@id': 'the-offer',
    '@type': [`${ODRL}Offer`],
    [`${ODRL}permission`]: [{ [`${ODRL}action`]: [{ '@id': `${ODRL}use` }] }],
    assigner: 'peer',
    target: 'c1',
  }
  const request = { '@context': v4, '@type': 'ContractRequest', ...peer, policy }
  t.match(await api.call('POST', '/v4/contractnegotiations', request), { status: 200 })
  await api.settled()
  t.match(offered(api), { '@id': 'the-offer', target: 'c1', permission: [{ action: 'use' }] })
})

t.test('version 4 takes a single rule that stands alone, and an empty list of callbacks', async t => {
  const api = await startApi(t)
  const policy = {
    '@type': 'Offer',
    '@id': 'the-offer',
    assigner: 'peer',
    permission: [],
    prohibition: [],
    obligation: {
      action: 'use',
      constraint: { leftOperand: 'ManufacturerCredential.part_types', operator: 'eq', rightOperand: 'non_critical' },
    },
    target: 'c1',
  }
  const request = { '@context': v4, '@type': 'ContractRequest', ...peer, policy, callbackAddresses: [] }
  t.match(await api.call('POST', '/v4/contractnegotiations', request), { status: 200 })
  await api.settled()
  t.match(offered(api), { obligation: [{ action: 'use', constraint: [{ operator: 'eq' }] }] })
})

t.test('version 4 takes queries that do not say what they are', async t => {
  const api = await startApi(t)
  t.match(await api.call('POST', '/v4/assets/request', { '@type': 'QuerySpec' }), { status: 200, body: [] })
  const querySpec = { offset: 0, limit: 50 }
  const request = { '@context': v4, '@type': 'CatalogRequest', ...peer, querySpec }
  t.equal((await api.call('POST', '/v4/catalog/request', request)).status, 200)
})

t.test('policies of Catena-X are taken with their contexts, and none of their words is lost', async t => {
  const api = await startApi(t)
  const policyDefinition = {
    '@context': [
      'https://w3id.org/catenax/2025/9/policy/odrl.jsonld',
      'https://w3id.org/catenax/2025/9/policy/context.jsonld',
      vocabulary,
    ],
    '@type': 'PolicyDefinition',
    '@id': 'members',
    policy: {
      '@type': 'Set',
      permission: [
        {
          action: 'access',
          constraint: {
            and: [
              { leftOperand: 'Membership', operator: 'eq', rightOperand: 'active' },
              { leftOperand: 'BusinessPartnerNumber', operator: 'isAnyOf', rightOperand: ['BPNL00000003AZQP'] },
            ],
          },
        },
      ],
      prohibition: [],
      obligation: [],
    },
  }
  t.equal((await api.call('POST', '/v3/policydefinitions', policyDefinition)).status, 200)
  const kept = JSON.stringify((await api.catalog.policies.find('members'))?.policy)
  for (const word of ['access', 'Membership', 'BusinessPartnerNumber'])
    t.match(kept, `https://w3id.org/catenax/2025/9/policy/${word}`)
})

t.test('a contract and its data are asked for in one request, as clients of Tractus-X do it', async t => {
  const lab = await startLab(t)
  const provider = lab.provider.connector.catalog
  await provider.policies.create({ id: 'use', policy: { permission: [{ action: 'use' }] } })
  await provider.datasets.create({
    id: 'prices',
    properties: {},
    source: { type: 'File', path: 'day-ahead-prices.json' },
  })
  await provider.publications.create({ id: 'all', accessPolicyId: 'use', contractPolicyId: 'use', selector: [] })
  const call = apiOf(`${lab.consumer.urls.management}/management`, lab.consumer.key)
  const address = `${lab.provider.urls.protocol}/dsp/2025-1`
  const protocol = 'dataspace-protocol-http:2025-1'
  const asked = { counterPartyAddress: address, counterPartyId: lab.provider.id, protocol, '@id': 'prices' }
  const dataset = Object(await call('POST', '/catalog/dataset/request', { '@context': vocabulary, ...asked }))
  const request = {
    '@context': [
      'http://www.w3.org/ns/odrl.jsonld',
      'https://w3id.org/catenax/2025/9/policy/context.jsonld',
      vocabulary,
    ],
    '@type': 'ContractRequest',
    counterPartyAddress: address,
    protocol,
    policy: {
      '@id': dataset.hasPolicy[0]['@id'],
      '@type': 'Offer',
      assigner: lab.provider.id,
      target: 'prices',
      permission: [{ action: 'use' }],
      prohibition: [],
      obligation: [],
    },
    callbackAddresses: [],
  }
  const { '@id': negotiation } = Object(await call('POST', '/edrs', request))
  await lab.drain()
  const filterExpression = [{ operandLeft: 'contractNegotiationId', operator: '=', operandRight: negotiation }]
  const query = { '@context': vocabulary, '@type': 'QuerySpec', filterExpression }
  const [edr, ...others] = [await call('POST', '/edrs/request', query)].flat()
  t.strictSame(others, [])
  const id = Object(edr).transferProcessId
  const { endpoint, authorization } = Object(await call('GET', `/edrs/${id}/dataaddress?auto_refresh=true`))
  t.equal((await fetch(endpoint, { headers: { authorization } })).status, 200)
  t.match(await call('POST', `/edrs/${id}/refresh`), { endpoint, authorization: /./ })
})
