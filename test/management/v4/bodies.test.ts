import t from 'tap'
import { giveAgreement } from '../../support/agreements.ts'
import { type Api, PEER_URL, startApi } from '../api.ts'

const context = ['https://w3id.org/edc/connector/management/v2']
const peer = { counterPartyAddress: PEER_URL, counterPartyId: 'peer', protocol: 'dataspace-protocol-http:2025-1' }
const asset = {
  '@context': context,
  '@id': 'wind',
  '@type': 'Asset',
  properties: { name: 'Wind', conformsTo: 'https://standards.example/wind' },
  dataAddress: { '@type': 'DataAddress', type: 'HttpData', baseUrl: 'http://127.0.0.1:9/' },
}
const policyDefinition = {
  '@context': context,
  '@id': 'use',
  '@type': 'PolicyDefinition',
  policy: {
    '@type': 'Set',
    permission: [
      { action: 'use', constraint: [{ leftOperand: 'spatial', operator: 'eq', rightOperand: 'DE' }] },
      { action: 'use', constraint: [{ leftOperand: 'inForceDate', operator: 'gteq', rightOperand: '2026-01-01' }] },
    ],
  },
}
const criterion = { '@type': 'Criterion', operandLeft: 'id', operator: '=', operandRight: 'wind' }
const contractDefinition = {
  '@context': context,
  '@id': 'all',
  '@type': 'ContractDefinition',
  accessPolicyId: 'use',
  contractPolicyId: 'use',
  assetsSelector: [criterion],
}
const query = { '@context': context, '@type': 'QuerySpec', filterExpression: [criterion] }

async function openShop(api: Api): Promise<void> {
  await api.call('POST', '/v4/assets', asset)
  await api.call('POST', '/v4/policydefinitions', policyDefinition)
  await api.call('POST', '/v4/contractdefinitions', contractDefinition)
}

t.test('what is on the shelf is made, replaced, listed and removed', async t => {
  const api = await startApi(t)
  // biome-ignore format: a table is read by its columns
  const shelf = [
    [ '/v4/assets',              'wind', asset,              '/v4/assets'                ],
    [ '/v4/policydefinitions',   'use',  policyDefinition,   '/v4/policydefinitions/use' ],
    [ '/v4/contractdefinitions', 'all',  contractDefinition, '/v4/contractdefinitions'   ],
  ] as const
  for (const [path, id, body, put] of shelf) {
    const created = await api.call('POST', path, body)
    t.match(created, { status: 200, body: { '@context': context, '@type': 'IdResponse', '@id': id } })
    t.match(await api.call('POST', path, body), { status: 409, body: [{ type: 'ObjectConflict' }] })
    t.equal((await api.call('PUT', put, body)).status, 204)
    t.match((await api.call('POST', `${path}/request`)).body, [{ '@id': id }])
    t.equal((await api.call('POST', `${path}/request`, { ...query, filterExpression: [] })).body.length, 1)
  }
  t.match(await api.catalog.datasets.find('wind'), {
    properties: { 'http://purl.org/dc/terms/conformsTo': { '@id': 'https://standards.example/wind' } },
  })
  t.match((await api.catalog.policies.find('use'))?.policy, policyDefinition.policy)
  for (const [path, id] of [...shelf].reverse())
    t.match(await api.call('DELETE', `${path}/${id}`), { status: 204, body: undefined })
})

t.test('a criterion finds', async t => {
  const api = await startApi(t)
  await openShop(api)
  t.match((await api.call('POST', '/v4/assets/request', query)).body, [{ '@id': 'wind' }])
  const other = { ...query, filterExpression: [{ ...criterion, operandRight: 'sun' }] }
  t.strictSame((await api.call('POST', '/v4/assets/request', other)).body, [])
})

t.test('a catalogue and one dataset of it are asked for, and passed on as they came', async t => {
  const api = await startApi(t)
  api.provided.catalog = { '@id': 'f912', '@type': 'Catalog', 'edc:anything': [1] }
  const querySpec = { '@type': 'QuerySpec', limit: 5 }
  const request = { '@context': context, '@type': 'CatalogRequest', ...peer, querySpec }
  t.strictSame((await api.call('POST', '/v4/catalog/request', request)).body, api.provided.catalog)
  const one = { '@context': context, '@type': 'DatasetRequest', '@id': 'wind', ...peer }
  t.equal((await api.call('POST', '/v4/catalog/dataset/request', one)).status, 200)
  t.match(api.asked, [{ peer: { counterparty: 'peer', address: PEER_URL } }, { what: 'wind' }])
})

t.test('a contract is asked for, and the negotiation ended and deleted', async t => {
  const api = await startApi(t)
  const policy = {
    '@id': 'the-offer',
    '@type': 'Offer',
    permission: [{ action: 'use', constraint: [{ leftOperand: 'spatial', operator: 'eq', rightOperand: 'DE' }] }],
    assigner: 'peer',
    target: 'wind',
  }
  const request = { '@context': context, '@type': 'ContractRequest', ...peer, policy }
  const { status, body } = await api.call('POST', '/v4/contractnegotiations', request)
  t.equal(status, 200)
  await api.settled()
  t.match(api.peer.sent[0]?.message, { offer: { '@id': 'the-offer', target: 'wind', permission: policy.permission } })
  const id = body['@id']
  const end = { '@context': context, '@type': 'TerminateNegotiation' }
  t.equal((await api.call('POST', `/v4/contractnegotiations/${id}/terminate`, end)).status, 204)
  await api.settled()
  t.match(api.peer.sent[1]?.message, {
    '@type': 'ContractNegotiationTerminationMessage',
    reason: ['No reason was given.'],
  })
  t.equal((await api.call('DELETE', `/v4/contractnegotiations/${id}`)).status, 204)
})

t.test('a transfer is asked for, suspended, resumed and ended; of its agreement retirement is possible', async t => {
  const api = await startApi(t)
  const agreement = { id: 'agreed', role: 'consumer', participantId: 'us', counterparty: 'peer' } as const
  await giveAgreement(api.db, { ...agreement, datasetId: 'c1', permission: [{ action: 'use' }] })
  await api.call('POST', '/v4/secrets', { '@context': context, '@type': 'Secret', '@id': 'our-key', value: 'sesame' })
  const callback = {
    '@type': 'CallbackAddress',
    uri: 'https://us.example/told',
    events: ['transfer'],
    transactional: false,
  }
  const request = {
    '@context': context,
    '@type': 'TransferRequest',
    ...peer,
    contractId: 'agreed',
    transferType: 'HttpData-PULL',
    callbackAddresses: [callback, { ...callback, authKey: 'x-key', authCodeId: 'our-key' }],
  }
  const { body } = await api.call('POST', '/v4/transferprocesses', request)
  await api.settled()
  const id = body['@id']
  t.strictSame((await api.call('GET', `/v4/transferprocesses/${id}`)).body.callbackAddresses, [
    callback,
    { ...callback, 'edc:authKey': 'x-key', 'edc:authCodeId': 'our-key' },
  ])
  const address = { '@type': 'DataAddress', endpointType: 'x', endpoint: 'http://peer.example/' }
  await api.transfer(id, {
    '@type': 'TransferStartMessage',
    '@id': 'm',
    consumerPid: id,
    providerPid: 'peer-1',
    dataAddress: address,
  })
  const commands = [
    ['suspend', { '@context': context, '@type': 'SuspendTransfer', reason: 'pause' }, 'SUSPENDED'],
    ['resume', undefined, 'STARTED'],
    ['terminate', { '@context': context, '@type': 'TerminateTransfer', reason: 'done' }, 'TERMINATED'],
    ['deprovision', undefined, 'TERMINATED'],
  ] as const
  for (const [command, said, state] of commands) {
    if (command === 'terminate') t.equal((await api.call('DELETE', `/v4/edrs/${id}`)).status, 204)
    t.equal((await api.call('POST', `/v4/transferprocesses/${id}/${command}`, said)).status, 204, command)
    await api.settled()
    t.match((await api.call('GET', `/v4/transferprocesses/${id}/state`)).body, { '@type': 'TransferState', state })
  }
  const retirement = {
    '@context': context,
    '@type': 'AgreementsRetirementEntry',
    agreementId: 'agreed',
    reason: 'over',
  }
  t.equal((await api.call('POST', '/v4/contractagreements/retirements', retirement)).status, 204)
  t.equal((await api.call('DELETE', '/v4/contractagreements/retirements/agreed')).status, 204)
})

t.test('secrets are written, replaced and removed', async t => {
  const api = await startApi(t)
  const secret = { '@context': context, '@id': 'key', '@type': 'Secret', value: 'swordfish' }
  t.match(await api.call('POST', '/v4/secrets', secret), { status: 200, body: { '@id': 'key' } })
  t.equal((await api.call('PUT', '/v4/secrets', { ...secret, value: 'dorsch' })).status, 204)
  t.equal((await api.secrets.reveal('key'))?.reveal(), 'dorsch')
  t.equal((await api.call('DELETE', '/v4/secrets/key')).status, 204)
})

t.test('a body that does not say what it is, or is something else, is refused as the EDC refuses it', async t => {
  const api = await startApi(t)
  await openShop(api)
  const { '@type': _type, ...untyped } = asset
  const { '@context': _context, ...bare } = asset
  const { '@type': _of, ...untypedCriterion } = criterion
  const transferWith = (callback: object) => ({
    ...{
      '@context': context,
      '@type': 'TransferRequest',
      ...peer,
      contractId: 'agreed',
      transferType: 'HttpData-PULL',
    },
    callbackAddresses: [{ '@type': 'CallbackAddress', ...callback }],
  })
  // biome-ignore format: a table is read by its columns
  const refused: readonly (readonly [method: string, path: string, body: unknown, where: string | RegExp])[] = [
    [ 'POST', '/v4/assets',                untyped,                                                     '/@type'             ],
    [ 'POST', '/v4/assets',                bare,                                                        '/@context'          ],
    [ 'POST', '/v4/assets',                { ...asset, '@context': { '@vocab': 'https://w3id.org/edc/v0.0.1/ns/' } }, /^.@context/ ],
    [ 'POST', '/v4/assets',                { ...asset, '@type': 'Secret' },                             '/@type'             ],
    [ 'POST', '/v4/assets',                { ...asset, properties: undefined },                         '/properties'        ],
    [ 'POST', '/v4/assets',                { ...asset, properties: 'Wind' },                            '/properties'        ],
    [ 'POST', '/v4/policydefinitions',     { ...policyDefinition, '@id': 'p', policy: { permission: [] } }, '/policy/@type'  ],
    [ 'POST', '/v4/policydefinitions',     { ...policyDefinition, '@id': 'p', policy: { '@type': 'Set', permission: {} } }, '/policy/permission' ],
    [ 'POST', '/v4/contractdefinitions',   { ...contractDefinition, '@id': 'c', assetsSelector: criterion }, '/assetsSelector' ],
    [ 'POST', '/v4/assets/request',        { ...query, filterExpression: [untypedCriterion] },          '/filterExpression/0/@type' ],
    [ 'POST', '/v4/assets/request',        { ...query, limit: '5' },                                    '/limit'             ],
    [ 'POST', '/v4/assets/request',        { ...query, sortOrder: 'UP' },                               '/sortOrder'         ],
    [ 'POST', '/v4/contractnegotiations',  { '@context': context, '@type': 'ContractRequest', ...peer },  '/policy'          ],
    [ 'POST', '/v4/transferprocesses',     { '@context': context, '@type': 'TransferRequest', ...peer },  '/contractId'      ],
    [ 'POST', '/v4/transferprocesses',     transferWith({ uri: 'https://us.example/', transactional: false }),  '/callbackAddresses/0/events' ],
    [ 'POST', '/v4/transferprocesses',     transferWith({ uri: 'https://us.example/', events: ['x'] }),  '/callbackAddresses/0/transactional' ],
    [ 'POST', '/v4/secrets',               { '@context': context, '@type': 'Secret', value: 7 },          '/value'           ],
  ]
  for (const [method, path, body, where] of refused) {
    const answer = await api.call(method, path, body)
    t.equal(answer.status, 400, JSON.stringify(body))
    t.match(answer.body[0], { type: 'ValidationFailure', path: where, message: String, invalidValue: null }, path)
  }
  t.same(api.unexpected, [])
})

t.test('a word of the policy that no context explains is one of ODRL, and none is lost', async t => {
  const api = await startApi(t)
  const policy = { '@type': 'Set', prohibition: [{ action: 'distribute' }], permission: [{ action: 'use', sale: 'x' }] }
  await api.call('POST', '/v4/policydefinitions', { ...policyDefinition, policy })
  const kept = await api.catalog.policies.find('use')
  t.match(kept?.policy, { prohibition: [{ action: 'distribute' }] })
  t.match(JSON.stringify(kept?.policy), /sale/)
})

t.test('an asset without a data address is refused, by the place where it should be', async t => {
  const api = await startApi(t)
  const { dataAddress: _, ...bare } = asset
  const { status, body } = await api.call('POST', '/v4/assets', bare)
  t.equal(status, 400)
  t.match(body, [{ path: /dataAddress/ }])
})
