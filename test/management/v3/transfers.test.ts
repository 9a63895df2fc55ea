import t from 'tap'
import { Secret } from '../../../src/config/index.ts'
import type { DataAddress } from '../../../src/signaling/index.ts'
import { giveAgreement } from '../../support/agreements.ts'
import { dump } from '../../support/dump.ts'
import { type Api, PEER_URL, startApi } from '../api.ts'

const EDC = 'https://w3id.org/edc/v0.0.1/ns/'
const context = { '@vocab': EDC }
const request = {
  '@context': context,
  '@type': 'TransferRequest',
  counterPartyAddress: PEER_URL,
  counterPartyId: 'peer',
  protocol: 'dataspace-protocol-http:2025-1',
  contractId: 'agreed',
  transferType: 'HttpData-PULL',
}

async function withAgreement(t: Parameters<typeof startApi>[0]): Promise<Api> {
  const api = await startApi(t)
  const agreement = { id: 'agreed', role: 'consumer', participantId: 'us', counterparty: 'peer' } as const
  await giveAgreement(api.db, { ...agreement, datasetId: 'c1', permission: [{ action: 'use' }] })
  return api
}

async function begin(api: Api, change: object = {}): Promise<string> {
  const { body } = await api.call('POST', '/v3/transferprocesses', { ...request, ...change })
  await api.settled()
  return body['@id']
}

const start = (api: Api, id: string, providerPid = 'peer-1') =>
  api.transfer(id, { '@type': 'TransferStartMessage', '@id': `start-${id}`, consumerPid: id, providerPid })

t.test('a transfer is requested and shown as the EDC does it', async t => {
  const api = await withAgreement(t)
  const { status, body } = await api.call('POST', '/v3/transferprocesses', request)
  t.equal(status, 200)
  t.match(body, { '@type': 'IdResponse', createdAt: api.clock.at })
  const id = body['@id']
  await api.settled()
  t.match(api.peer.sent, [
    {
      counterparty: 'peer',
      url: `${PEER_URL}/transfers/request`,
      message: { '@type': 'TransferRequestMessage', agreementId: 'agreed', format: 'HttpData-PULL', consumerPid: id },
    },
  ])
  api.clock.at += 1_000
  await start(api, id)
  t.strictSame((await api.call('GET', `/v3/transferprocesses/${id}`)).body, {
    '@id': id,
    '@type': 'TransferProcess',
    state: 'STARTED',
    stateTimestamp: api.clock.at,
    type: 'CONSUMER',
    callbackAddresses: [],
    correlationId: 'peer-1',
    assetId: 'c1',
    contractId: 'agreed',
    transferType: 'HttpData-PULL',
    '@context': body['@context'],
  })
})

t.test('the state is told alone, too', async t => {
  const api = await withAgreement(t)
  const id = await begin(api)
  t.match((await api.call('GET', `/v3/transferprocesses/${id}/state`)).body, {
    '@type': 'TransferState',
    state: 'REQUESTED',
  })
})

t.test('a push goes to where the client says, in the words the EDC sends', async t => {
  const api = await withAgreement(t)
  const dataDestination = {
    '@type': 'DataAddress',
    type: 'HttpData',
    baseUrl: 'http://us.example/sink',
    authCode: 'hush',
  }
  const id = await begin(api, { transferType: 'HttpData-PUSH', dataDestination })
  t.match(api.peer.sent[0]?.message.dataAddress, {
    '@type': 'DataAddress',
    endpointType: 'HttpData',
    endpoint: 'http://us.example/sink',
    endpointProperties: [
      { '@type': 'EndpointProperty', name: `${EDC}authCode`, value: 'hush' },
      { '@type': 'EndpointProperty', name: `${EDC}baseUrl`, value: 'http://us.example/sink' },
    ],
  })
  const { body } = await api.call('GET', `/v3/transferprocesses/${id}`)
  t.match(body.dataDestination, {
    '@type': 'DataAddress',
    type: 'HttpData',
    baseUrl: 'http://us.example/sink',
    authCode: '[secret]',
  })
})

t.test('a destination names a secret of ours, and the provider gets what stands behind it', async t => {
  const api = await withAgreement(t)
  const dataDestination = {
    '@type': 'DataAddress',
    type: 'HttpData',
    baseUrl: 'http://us.example/sink',
    authKey: 'x-api-key',
    secretName: 'key-of-the-sink',
  }
  const asked = { ...request, transferType: 'HttpData-PUSH', dataDestination }
  t.match(await api.call('POST', '/v3/transferprocesses', asked), {
    status: 400,
    body: [{ message: /There is no secret "key-of-the-sink"/ }],
  })
  await api.secrets.create({ id: 'key-of-the-sink', value: new Secret('hush') })
  const id = await begin(api, asked)
  const sent = api.peer.sent[0]?.message.dataAddress as DataAddress | undefined
  t.strictSame(sent?.endpointProperties, [
    { '@type': 'EndpointProperty', name: `${EDC}authKey`, value: 'x-api-key' },
    { '@type': 'EndpointProperty', name: `${EDC}baseUrl`, value: 'http://us.example/sink' },
    { '@type': 'EndpointProperty', name: `${EDC}authCode`, value: 'hush' },
  ])
  const { body } = await api.call('GET', `/v3/transferprocesses/${id}`)
  t.match(body.dataDestination, { authKey: 'x-api-key', secretName: 'key-of-the-sink' })
  t.notMatch(await dump(api.db), /hush/)
})

t.test('a destination for a pull says nothing, and is not passed on', async t => {
  const api = await withAgreement(t)
  await begin(api, { dataDestination: { type: 'HttpProxy' } })
  t.equal(api.peer.sent[0]?.message.dataAddress, undefined)
})

t.test('a transfer is suspended, resumed and ended', async t => {
  const api = await withAgreement(t)
  const id = await begin(api)
  await start(api, id)
  const command = async (name: string, body?: object) => {
    const { status } = await api.call('POST', `/v3/transferprocesses/${id}/${name}`, body)
    await api.settled()
    const { state, errorDetail } = (await api.call('GET', `/v3/transferprocesses/${id}`)).body
    return { status, state, errorDetail }
  }
  t.match(await command('suspend', { '@context': context, '@type': 'SuspendTransfer', reason: 'pause' }), {
    status: 204,
    state: 'SUSPENDED',
  })
  t.match(api.peer.sent.at(-1)?.message, { '@type': 'TransferSuspensionMessage', reason: ['pause'] })
  t.match(await command('resume'), { status: 204, state: 'STARTED' })
  t.match(await command('terminate', { '@context': context, '@type': 'TerminateTransfer', reason: 'done' }), {
    status: 204,
    state: 'TERMINATED',
    errorDetail: 'done',
  })
  t.match(await command('terminate', { reason: 'again' }), { status: 409 })
})

t.test('of a transfer that has ended nothing is left to be deprovisioned; one that runs is a conflict', async t => {
  const api = await withAgreement(t)
  const id = await begin(api)
  const deprovision = async (id: string) =>
    (await api.call('POST', `/v3/transferprocesses/${id}/deprovision`, { '@context': context })).status
  t.equal(await deprovision(id), 409)
  await api.call('POST', `/v3/transferprocesses/${id}/terminate`, { reason: 'done' })
  await api.settled()
  t.equal(await deprovision(id), 204)
  t.equal(await deprovision('none'), 404)
})

t.test('commands say why, except to resume', async t => {
  const api = await withAgreement(t)
  const id = await begin(api)
  for (const name of ['suspend', 'terminate'])
    t.match(await api.call('POST', `/v3/transferprocesses/${id}/${name}`), {
      status: 400,
      body: [{ type: 'ValidationFailure', path: `${EDC}reason` }],
    })
})

t.test('what cannot be done in a state is a conflict', async t => {
  const api = await withAgreement(t)
  const id = await begin(api)
  t.match(await api.call('POST', `/v3/transferprocesses/${id}/resume`), {
    status: 409,
    body: [{ type: 'ObjectConflict' }],
  })
  t.match(await api.call('POST', `/v3/transferprocesses/${id}/suspend`, { reason: 'x' }), { status: 409 })
})

t.test('a transfer that is not there is not found', async t => {
  const api = await withAgreement(t)
  for (const [method, path] of [
    ['GET', ''],
    ['GET', '/state'],
    ['POST', '/resume'],
    ['POST', '/suspend'],
    ['POST', '/terminate'],
  ] as const) {
    const body = method === 'POST' ? { reason: 'x' } : undefined
    t.match(await api.call(method, `/v3/transferprocesses/none${path}`, body), {
      status: 404,
      body: [{ message: 'Object of type TransferProcess with ID=none was not found' }],
    })
  }
})

t.test('without an agreement there is no transfer', async t => {
  const api = await withAgreement(t)
  const refused = await api.call('POST', '/v3/transferprocesses', { ...request, contractId: 'no-such-agreement' })
  t.strictSame(refused.body, [
    {
      message: 'Contract agreement with id no-such-agreement not found',
      type: 'InvalidRequest',
      path: null,
      invalidValue: null,
    },
  ])
  t.equal(refused.status, 400)
})

t.test('what is wrong with a transfer request is refused before anybody is called', async t => {
  const api = await withAgreement(t)
  const wrong = [
    { contractId: undefined },
    { transferType: undefined },
    { counterPartyAddress: undefined },
    { counterPartyId: 'somebody else' },
    { transferType: 'HttpData-PUSH' },
    { transferType: 'HttpData-PUSH', dataDestination: { baseUrl: 'http://us.example/sink' } },
    { transferType: 'HttpData-PUSH', dataDestination: { type: 'HttpData', baseUrl: { deep: 1 } } },
  ]
  for (const change of wrong)
    t.equal(
      (await api.call('POST', '/v3/transferprocesses', { ...request, ...change })).status,
      400,
      JSON.stringify(change),
    )
  t.same(api.peer.sent, [])
  t.same(api.unexpected, [])
})

t.test('transfers are listed by what clients know of them', async t => {
  const api = await withAgreement(t)
  const first = await begin(api)
  await start(api, first)
  api.clock.at += 1_000
  const second = await begin(api, {
    transferType: 'HttpData-PUSH',
    dataDestination: { type: 'HttpData', baseUrl: 'http://us.example/' },
  })
  const ids = async (...criteria: [string, string, unknown][]) => {
    const filterExpression = criteria.map(([operandLeft, operator, operandRight]) => ({
      operandLeft,
      operator,
      operandRight,
    }))
    const { body } = await api.call('POST', '/v3/transferprocesses/request', { '@context': context, filterExpression })
    return body.map((each: { '@id': string }) => each['@id'])
  }
  t.same(await ids(), [second, first])
  t.same(await ids(['state', '=', 600]), [first])
  t.same(await ids(['state', 'in', ['STARTED', 'REQUESTED']]), [second, first])
  t.same(await ids(['state', '=', 570]), [], 'what is a state of the EDC and never of ours')
  t.same(await ids(['contractId', '=', 'agreed'], ['transferType', '=', 'HttpData-PUSH']), [second])
  t.same(await ids(['contractAgreementId', '=', 'other']), [])
  t.same(await ids(['assetId', '=', 'c1'], ['type', '=', 'CONSUMER']), [second, first])
  t.same(await ids(['correlationId', '=', 'peer-2']), [second])
  t.same(await ids(['transferType', 'like', '%-PULL']), [first])
  t.same(await ids(['state', '>', 500]), [first])
  t.same(await ids(['dataDestination.type', '=', 'HttpData']), [second])
  t.same(await ids(['contractId', '!=', 'other'], ['createdAt', '>=', api.clock.at]), [second])
})
