import t from 'tap'
import { type Api, PEER_URL, startApi } from '../api.ts'

const context = { '@vocab': 'https://w3id.org/edc/v0.0.1/ns/' }
const policy = {
  '@context': 'http://www.w3.org/ns/odrl.jsonld',
  '@id': 'Y2Rj:YzE=:ZDI1',
  '@type': 'Offer',
  permission: [
    { action: 'use', constraint: { leftOperand: 'https://example.org/region', operator: 'eq', rightOperand: 'eu' } },
  ],
  assigner: 'peer',
  target: 'c1',
}
const request = {
  '@context': context,
  '@type': 'ContractRequest',
  counterPartyAddress: PEER_URL,
  counterPartyId: 'peer',
  protocol: 'dataspace-protocol-http:2025-1',
  policy,
}
/** What goes over the wire for it. */
const offer = {
  '@id': 'Y2Rj:YzE=:ZDI1',
  '@type': 'Offer',
  permission: [
    { action: 'use', constraint: [{ leftOperand: 'https://example.org/region', operator: 'eq', rightOperand: 'eu' }] },
  ],
  assigner: 'peer',
  target: 'c1',
}

async function begin(api: Api, change: object = {}): Promise<string> {
  const { body } = await api.call('POST', '/v3/contractnegotiations', { ...request, ...change })
  return body['@id']
}

/** Brings a negotiation of ours to its good end. */
async function finish(api: Api, id: string, providerPid: string, agreementId: string): Promise<void> {
  const pids = { consumerPid: id, providerPid }
  const timestamp = '2026-11-23T15:21:20Z'
  const agreement = { ...offer, '@id': agreementId, '@type': 'Agreement', assignee: 'us', timestamp }
  await api.negotiate(id, { '@type': 'ContractAgreementMessage', '@id': `m1-${id}`, ...pids, agreement })
  await api.settled()
  await api.negotiate(id, {
    '@type': 'ContractNegotiationEventMessage',
    '@id': `m2-${id}`,
    ...pids,
    eventType: 'FINALIZED',
  })
}

t.test('a contract request becomes a negotiation, and its offer reaches the provider as it was', async t => {
  const api = await startApi(t)
  const { status, body } = await api.call('POST', '/v3/contractnegotiations', request)
  t.equal(status, 200)
  t.match(body, { '@type': 'IdResponse', createdAt: api.clock.at })
  await api.settled()
  const [sent] = api.peer.sent
  t.match(sent, { counterparty: 'peer', url: `${PEER_URL}/negotiations/request` })
  t.strictSame(sent?.message.offer, offer)
})

t.test('the state follows what is on its way', async t => {
  const api = await startApi(t)
  api.peer.hold()
  const id = await begin(api)
  const state = async () => (await api.call('GET', `/v3/contractnegotiations/${id}/state`)).body
  t.match(await state(), { '@type': 'NegotiationState', state: 'REQUESTING' })
  api.peer.release()
  await api.settled()
  t.match(await state(), { state: 'REQUESTED' })
})

t.test('a finalised negotiation is shown as the EDC shows it', async t => {
  const api = await startApi(t)
  const id = await begin(api)
  await api.settled()
  await finish(api, id, 'peer-1', 'urn:uuid:agreed')
  const { status, body } = await api.call('GET', `/v3/contractnegotiations/${id}`)
  t.equal(status, 200)
  t.strictSame(body, {
    '@type': 'ContractNegotiation',
    '@id': id,
    type: 'CONSUMER',
    protocol: 'dataspace-protocol-http:2025-1',
    state: 'FINALIZED',
    counterPartyId: 'peer',
    counterPartyAddress: PEER_URL,
    callbackAddresses: [],
    createdAt: api.clock.at,
    assetId: 'c1',
    contractAgreementId: 'urn:uuid:agreed',
    correlationId: 'peer-1',
    '@context': { ...context, edc: 'https://w3id.org/edc/v0.0.1/ns/', odrl: 'http://www.w3.org/ns/odrl/2/' },
  })
})

t.test('its agreement is shown by the negotiation, by its own id, and leads back', async t => {
  const api = await startApi(t)
  const id = await begin(api)
  await api.settled()
  t.equal((await api.call('GET', `/v3/contractnegotiations/${id}/agreement`)).status, 404, 'none yet')
  await finish(api, id, 'peer-1', 'urn:uuid:agreed')
  const { body } = await api.call('GET', `/v3/contractnegotiations/${id}/agreement`)
  t.strictSame(body, {
    '@type': 'ContractAgreement',
    '@id': 'urn:uuid:agreed',
    assetId: 'c1',
    agreementId: 'urn:uuid:agreed',
    policy: {
      '@id': 'urn:uuid:agreed',
      '@type': 'odrl:Agreement',
      'odrl:permission': {
        'odrl:action': { '@id': 'odrl:use' },
        'odrl:constraint': {
          'odrl:leftOperand': { '@id': 'https://example.org/region' },
          'odrl:operator': { '@id': 'odrl:eq' },
          'odrl:rightOperand': 'eu',
        },
      },
      'odrl:prohibition': [],
      'odrl:obligation': [],
      'odrl:assignee': 'us',
      'odrl:assigner': 'peer',
      'odrl:target': { '@id': 'c1' },
    },
    contractSigningDate: api.clock.at / 1_000,
    consumerId: 'us',
    providerId: 'peer',
    '@context': body['@context'],
  })
  t.strictSame((await api.call('GET', '/v3/contractagreements/urn:uuid:agreed')).body, body)
  t.match((await api.call('GET', '/v3/contractagreements/urn:uuid:agreed/negotiation')).body, {
    '@id': id,
    state: 'FINALIZED',
  })
})

t.test('agreements are listed by what clients know of them', async t => {
  const api = await startApi(t)
  for (const [at, name] of ['a1', 'a2'].entries()) {
    api.clock.at += 1_000
    const id = await begin(api)
    await api.settled()
    await finish(api, id, `peer-${2 * at + 1}`, name)
  }
  const ids = async (query?: object) => {
    const { body } = await api.call('POST', '/v3/contractagreements/request', query)
    return body.map((each: { '@id': string }) => each['@id'])
  }
  const where = (operandLeft: string, operandRight: unknown, operator = '=') => ({
    filterExpression: [{ operandLeft, operator, operandRight }],
  })
  t.same(await ids(), ['a2', 'a1'], 'the latest first')
  t.same(await ids({ sortField: 'contractSigningDate' }), ['a1', 'a2'])
  t.same(await ids({ sortField: 'agreementId', sortOrder: 'DESC' }), ['a2', 'a1'])
  t.same(await ids({ sortField: 'policy.target' }), ['a1', 'a2'])
  t.same(await ids(where('agreementId', 'a1')), ['a1'])
  t.same(await ids(where('assetId', ['c1', 'c2'], 'in')), ['a2', 'a1'])
  t.same(await ids(where('providerId', 'peer')), ['a2', 'a1'])
  t.same(await ids(where('consumerId', 'peer')), [])
  t.same(await ids(where('agreementId', 'a%', 'like')), ['a2', 'a1'])
  t.same(await ids(where('agreementId', 'a1', '!=')), ['a2'])
  t.same(await ids(where('policy.assigner', 'peer')), ['a2', 'a1'])
  t.same(await ids(where('contractSigningDate', api.clock.at / 1_000)), ['a2'])
  t.same(await ids(where('contractSigningDate', api.clock.at / 1_000, '<')), ['a1'])
  t.equal((await api.call('POST', '/v3/contractagreements/request', where('colour', 'red'))).status, 400)
  t.equal((await api.call('GET', '/v3/contractagreements/none')).status, 404)
})

t.test('a negotiation is ended, with a reason the other side is told', async t => {
  const api = await startApi(t)
  const id = await begin(api)
  await api.settled()
  const end = { '@context': context, '@type': 'TerminateNegotiation', '@id': id, reason: 'too dear' }
  t.match(await api.call('POST', `/v3/contractnegotiations/${id}/terminate`, end), { status: 204, body: undefined })
  await api.settled()
  t.match(api.peer.sent.at(-1)?.message, { '@type': 'ContractNegotiationTerminationMessage', reason: ['too dear'] })
  t.match((await api.call('GET', `/v3/contractnegotiations/${id}`)).body, {
    state: 'TERMINATED',
    errorDetail: 'too dear',
  })
  t.match(await api.call('POST', `/v3/contractnegotiations/${id}/terminate`, end), {
    status: 409,
    body: [{ type: 'ObjectConflict' }],
  })
})

t.test('an end without a reason is refused', async t => {
  const api = await startApi(t)
  const id = await begin(api)
  t.match(await api.call('POST', `/v3/contractnegotiations/${id}/terminate`), {
    status: 400,
    body: [{ type: 'ValidationFailure', path: 'https://w3id.org/edc/v0.0.1/ns/reason' }],
  })
})

t.test('a negotiation that led to nothing can be deleted, no other', async t => {
  const api = await startApi(t)
  const id = await begin(api)
  const remove = async (id: string) => (await api.call('DELETE', `/v3/contractnegotiations/${id}`)).status
  await api.settled()
  t.equal(await remove(id), 409, 'it goes on')
  await api.call('POST', `/v3/contractnegotiations/${id}/terminate`, { reason: 'too dear' })
  await api.settled()
  t.equal(await remove(id), 204)
  t.equal((await api.call('GET', `/v3/contractnegotiations/${id}`)).status, 404)
  t.equal(await remove(id), 404)

  const agreed = await begin(api)
  await api.settled()
  const providerPid = `peer-${api.peer.sent.length}`
  await finish(api, agreed, providerPid, 'urn:uuid:agreed')
  t.match(await api.call('DELETE', `/v3/contractnegotiations/${agreed}`), {
    status: 409,
    body: [{ type: 'ObjectConflict' }],
  })
})

t.test('a negotiation whose end the other side has not heard of cannot be deleted yet', async t => {
  const api = await startApi(t)
  const id = await begin(api)
  await api.settled()
  api.peer.hold()
  await api.call('POST', `/v3/contractnegotiations/${id}/terminate`, { reason: 'too dear' })
  t.equal((await api.call('DELETE', `/v3/contractnegotiations/${id}`)).status, 409)
  api.peer.release()
  await api.settled()
  t.equal((await api.call('DELETE', `/v3/contractnegotiations/${id}`)).status, 204)
})

t.test('a negotiation that is not there is not found', async t => {
  const api = await startApi(t)
  for (const path of ['', '/state', '/agreement'])
    t.match(await api.call('GET', `/v3/contractnegotiations/none${path}`), {
      status: 404,
      body: [{ message: 'Object of type ContractNegotiation with ID=none was not found', type: 'ObjectNotFound' }],
    })
  t.equal((await api.call('POST', '/v3/contractnegotiations/none/terminate', { reason: 'x' })).status, 404)
})

t.test('of an incomplete offer everything that is missing is told', async t => {
  const api = await startApi(t)
  const { assigner: _a, target: _t, ...incomplete } = policy
  const { status, body } = await api.call('POST', '/v3/contractnegotiations', { ...request, policy: incomplete })
  t.equal(status, 400)
  t.match(body, [
    { type: 'ValidationFailure', path: 'https://w3id.org/edc/v0.0.1/ns/policy/http://www.w3.org/ns/odrl/2/assigner' },
    { type: 'ValidationFailure', path: 'https://w3id.org/edc/v0.0.1/ns/policy/http://www.w3.org/ns/odrl/2/target' },
  ])
})

t.test('what is wrong with a contract request is refused before anybody is called', async t => {
  const api = await startApi(t)
  const wrong = [
    { counterPartyAddress: undefined },
    { counterPartyAddress: 'ftp://peer.example/' },
    { counterPartyAddress: 'http://169.254.169.254/dsp/2025-1' },
    { protocol: undefined },
    { protocol: 'dataspace-protocol-http:2024/1' },
    { counterPartyId: 'somebody else' },
    { policy: undefined },
    { policy: 'use it' },
    { callbackAddresses: [{ events: ['contract.negotiation'] }] },
    { callbackAddresses: [{ uri: 'ftp://us.example/', events: ['contract.negotiation'] }] },
    { callbackAddresses: [{ uri: 'http://169.254.169.254/latest', events: ['contract.negotiation'] }] },
    { callbackAddresses: [{ uri: 'https://us.example/callback' }] },
    { callbackAddresses: [{ uri: 'https://us.example/callback', events: [] }] },
    { callbackAddresses: [{ uri: 'https://us.example/callback', events: [' '] }] },
    { callbackAddresses: [{ uri: 'https://us.example/callback', events: ['x'], transactional: 'perhaps' }] },
    { callbackAddresses: [{ uri: 'https://us.example/callback', events: ['x'], authKey: 'x-key' }] },
    {
      callbackAddresses: [{ uri: 'https://us.example/callback', events: ['x'], authKey: 'x-key', authCodeId: 'none' }],
    },
    { callbackAddresses: [{ uri: 'https://us.example/callback', events: ['x'], authKey: 'Host', authCodeId: 'none' }] },
    { callbackAddresses: [{ uri: 'https://us.example/callback', events: ['x'], authKey: 'a: b', authCodeId: 'none' }] },
    { callbackAddresses: Array(21).fill({ uri: 'https://us.example/callback', events: ['x'] }) },
  ]
  for (const change of wrong)
    t.equal(
      (await api.call('POST', '/v3/contractnegotiations', { ...request, ...change })).status,
      400,
      JSON.stringify(change),
    )
  t.same(api.peer.sent, [])
  t.same(api.unexpected, [])
})

t.test('older ways to name the counterparty and the protocol are understood', async t => {
  const api = await startApi(t)
  const changes = [
    { counterPartyId: undefined },
    { counterPartyId: undefined, providerId: 'peer' },
    { protocol: 'dataspace-protocol-http' },
    { callbackAddresses: [] },
  ]
  for (const change of changes) {
    const id = await begin(api, change)
    t.match(
      (await api.call('GET', `/v3/contractnegotiations/${id}`)).body,
      { counterPartyId: 'peer' },
      JSON.stringify(change),
    )
  }
})

t.test('whoever is to be called back is shown again, in the words of each version', async t => {
  const api = await startApi(t)
  await api.call('POST', '/v3/secrets', { '@context': context, '@id': 'our-key', value: 'open sesame' })
  const plain = {
    uri: 'https://us.example/callback',
    events: ['contract.negotiation', 'transfer'],
    transactional: true,
  }
  const known = { ...plain, events: ['contract'], transactional: false, authKey: 'x-key', authCodeId: 'our-key' }
  const id = await begin(api, { callbackAddresses: [plain, known] })
  const shown = async (version: string, negotiation: string) =>
    (await api.call('GET', `/${version}/contractnegotiations/${negotiation}`)).body.callbackAddresses
  const type = { '@type': 'CallbackAddress' }
  t.strictSame(await shown('v3', id), [
    { ...type, ...plain },
    { ...type, ...known, events: 'contract' },
  ])
  t.strictSame(await shown('v4', id), [
    { ...type, ...plain },
    {
      ...type,
      uri: known.uri,
      events: ['contract'],
      transactional: false,
      'edc:authKey': 'x-key',
      'edc:authCodeId': 'our-key',
    },
  ])
  const alone = await begin(api, { callbackAddresses: plain })
  t.strictSame(await shown('v3', alone), { ...type, ...plain }, 'what is alone stands alone')
  t.notMatch(JSON.stringify((await api.call('GET', `/v1/negotiations/${id}`)).body), 'sesame')
})

t.test('an address that is only a root is completed by asking there', async t => {
  const api = await startApi(t)
  const id = await begin(api, { counterPartyAddress: 'http://peer.example' })
  const { body } = await api.call('GET', `/v3/contractnegotiations/${id}`)
  t.equal(body.counterPartyAddress, 'http://peer.example/discovered/2025-1')
})

t.test('negotiations are listed by what clients know of them', async t => {
  const api = await startApi(t)
  const first = await begin(api)
  await api.settled()
  await finish(api, first, 'peer-1', 'agreed')
  api.clock.at += 1_000
  const second = await begin(api, { policy: { ...policy, target: 'c2' } })
  await api.settled()
  const ids = async (query?: object) => {
    const { status, body } = await api.call('POST', '/v3/contractnegotiations/request', query)
    return status === 200 ? body.map((each: { '@id': string }) => each['@id']) : status
  }
  const where = (...criteria: [string, string, unknown][]) => ({
    filterExpression: criteria.map(([operandLeft, operator, operandRight]) => ({
      operandLeft,
      operator,
      operandRight,
    })),
  })
  t.same(await ids(), [second, first], 'the latest first')
  t.same(await ids({ sortField: 'createdAt', sortOrder: 'ASC' }), [first, second])
  t.same(await ids({ sortField: 'stateTimestamp', sortOrder: 'DESC' }), [second, first])
  t.same(await ids({ sortField: 'assetId', sortOrder: 'DESC' }), [second, first])
  t.same(await ids({ sortField: 'https://w3id.org/edc/v0.0.1/ns/assetId' }), [first, second], 'ascending, unless said')
  t.same(await ids({ sortField: 'state' }), [second, first], 'states by their numbers')
  t.same(await ids({ sortField: 'state', sortOrder: 'DESC' }), [first, second])
  t.same(await ids({ sortField: 'contractAgreement.contractSigningDate' }), [first, second], 'what has none comes last')
  t.same(await ids({ sortField: 'contractAgreement.assetId', sortOrder: 'DESC' }), [first, second])
  t.same(await ids({ offset: 1 }), [first])
  t.same(await ids(where(['assetId', 'not in', ['c1', 'c3']])), [second])
  t.same(await ids(where(['state', 'NOT IN', ['FINALIZED', 'REQUESTING']])), [second], 'in capitals or not')
  t.same(await ids(where(['assetId', 'LIKE', 'c%'])), [second, first])
  t.same(await ids(where(['state', '=', 1200])), [first])
  t.same(await ids(where(['state', '=', 'REQUESTED'])), [second])
  t.same(await ids(where(['state', 'in', ['FINALIZED', 200]])), [second, first])
  t.same(await ids(where(['state', '=', 'REQUESTED'], ['state', '=', 'FINALIZED'])), [], 'all must hold')
  t.same(await ids(where(['type', '=', 'CONSUMER'])), [second, first])
  t.same(await ids(where(['type', '=', 'PROVIDER'])), [])
  t.same(await ids(where(['counterPartyId', '=', 'peer'])), [second, first])
  t.same(await ids(where(['https://w3id.org/edc/v0.0.1/ns/assetId', '=', 'c2'])), [second])
  t.same(await ids(where(['contractAgreement.assetId', '=', 'c1'])), [first])
  t.same(await ids(where(['contractAgreementId', '=', 'agreed'])), [first])
  t.same(await ids(where(['correlationId', '=', 'peer-1'])), [first])
  t.same(await ids(where(["'https://w3id.org/edc/v0.0.1/ns/id'", 'in', [first]])), [first])
  t.same(await ids(where(['state', 'in', []])), [], 'one of none')
  t.same(await ids(where(['state', '!=', 'FINALIZED'])), [second])
  t.same(await ids(where(['state', '>=', 1200])), [first])
  t.same(await ids(where(['state', '<', 1200])), [second])
  t.same(await ids(where(['state', 'like', 'F%'])), [first])
  t.same(await ids(where(['protocol', '=', 'dataspace-protocol-http:2025-1'])), [second, first])
  t.same(await ids(where(['protocol', 'like', 'nothing%'])), [])
  t.same(await ids(where(['createdAt', '=', api.clock.at])), [second], 'numbers are found')
  t.same(await ids(where(['createdAt', '<', String(api.clock.at)])), [first])
  t.same(await ids(where(['stateTimestamp', '<=', api.clock.at])), [second, first])
  t.same(await ids(where(['createdAt', 'like', '17%'])), [second, first])
  t.same(await ids(where(['assetId', '!=', 'c1'])), [second])
  t.same(await ids(where(['assetId', 'like', 'c_'], ['assetId', '>', 'c1'])), [second])
  t.same(await ids(where(['counterPartyAddress', 'ilike', 'HTTP://PEER%'])), [second, first])
  t.same(await ids(where(['counterPartyId', 'contains', 'ee'])), [second, first])
  t.same(await ids(where(['contractAgreement.providerId', '=', 'peer'])), [first])
  t.same(await ids(where(['contractAgreement.contractSigningDate', '<=', api.clock.at / 1_000])), [first])
  t.same(await ids(where(['contractAgreement.policy.assignee', 'like', 'u%'])), [first])
  t.same(await ids(where(['contractAgreementId', 'in', ['agreed', 'other']])), [first])
  t.same(await ids(where(['errorDetail', '!=', 'x'])), [], 'what has none is not found')
  for (const criterion of [
    ['state', '=', 'DONE'],
    ['type', '=', 'constructor'],
    ['constructor', '=', 'x'],
    ['state', 'almost', 'FINALIZED'],
    ['createdAt', '<', 'yesterday'],
    ['createdAt', '<', [1, 2]],
    ['id', '=', { '@type': 'x' }],
  ] as const)
    t.equal(await ids(where([...criterion])), 400, criterion.join(' '))
  t.equal(await ids({ sortField: 'constructor' }), 400)
})

t.test('what is on its way is found by its own state', async t => {
  const api = await startApi(t)
  api.peer.hold()
  const id = await begin(api)
  const { body } = await api.call('POST', '/v3/contractnegotiations/request', {
    filterExpression: { operandLeft: 'state', operator: '=', operandRight: 100 },
  })
  t.match(body, [{ '@id': id, state: 'REQUESTING' }])
})
