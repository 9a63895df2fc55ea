import t from 'tap'
import { fromWire } from '../../../src/transfer/wire.ts'
import { giveAgreement } from '../../support/agreements.ts'
import { type Api, PEER_URL, startApi } from '../api.ts'

const EDC = 'https://w3id.org/edc/v0.0.1/ns/'
const property = (name: string, value: string) => ({ '@type': 'EndpointProperty' as const, name, value })
const dataAddress = {
  '@type': 'DataAddress',
  endpointType: 'https://w3id.org/idsa/v4.1/HTTP',
  endpoint: 'http://peer.example/public',
  endpointProperties: [
    property(`${EDC}authorization`, 'old'),
    property('refreshToken', 'r'),
    property('refreshEndpoint', 'http://peer.example/token'),
    property('expiresIn', '300'),
  ],
}

async function requested(api: Api): Promise<string> {
  const agreement = { id: 'agreed', role: 'consumer', participantId: 'us', counterparty: 'peer' } as const
  await giveAgreement(api.db, { ...agreement, datasetId: 'c1', permission: [{ action: 'use' }] })
  const { id } = await api.transfers.request({
    counterparty: 'peer',
    address: PEER_URL,
    agreementId: 'agreed',
    format: 'HttpData-PULL',
  })
  await api.settled()
  return id
}

async function started(api: Api): Promise<string> {
  const id = await requested(api)
  const pids = { consumerPid: id, providerPid: 'peer-1' }
  await api.transfer(id, { '@type': 'TransferStartMessage', '@id': 'm1', ...pids, dataAddress })
  return id
}

t.test('a transfer is shown without where the data is and how it is opened', async t => {
  const api = await startApi(t)
  const id = await started(api)
  const { status, body } = await api.call('GET', `/v1/transfers/${id}`)
  t.equal(status, 200)
  t.match(body, {
    id,
    role: 'consumer',
    state: 'STARTED',
    counterparty: 'peer',
    dataset: 'c1',
    agreementId: 'agreed',
    format: 'HttpData-PULL',
    hasEdr: true,
    suspendedBy: null,
    peerPid: 'peer-1',
    destination: null,
  })
  t.notMatch(JSON.stringify(body), /old|public/)
})

t.test('where the data can be fetched is told when asked for', async t => {
  const api = await startApi(t)
  const id = await started(api)
  t.strictSame((await api.call('GET', `/v1/transfers/${id}/edr`)).body, { transfer: id, dataAddress })
})

t.test('with a token that is good now, if that is wished', async t => {
  const api = await startApi(t)
  const id = await started(api)
  api.clock.at += 299_000
  const asTold = await api.call('GET', `/v1/transfers/${id}/edr?fresh=false`)
  t.match(asTold.body.dataAddress.endpointProperties, [{ value: 'old' }])
  const fresh = await api.call('GET', `/v1/transfers/${id}/edr?fresh=true`)
  t.match(fresh.body.dataAddress.endpointProperties, [{ value: 'fresh' }])
})

t.test('before there is anything to fetch, that is said', async t => {
  const api = await startApi(t)
  const id = await requested(api)
  t.match(await api.call('GET', `/v1/transfers/${id}/edr`), { status: 404, body: { code: 'not-found' } })
})

t.test('a transfer is suspended, resumed and completed', async t => {
  const api = await startApi(t)
  const id = await started(api)
  const command = async (name: string, body?: object) => {
    t.equal((await api.call('POST', `/v1/transfers/${id}/${name}`, body)).status, 200, name)
    await api.settled()
    return (await api.call('GET', `/v1/transfers/${id}`)).body
  }
  t.match(await command('suspend', { reason: 'pause' }), { state: 'SUSPENDED', suspendedBy: 'consumer' })
  t.match(await command('resume'), { state: 'STARTED', suspendedBy: null })
  t.match(await command('complete'), { state: 'COMPLETED' })
  t.match(await api.call('POST', `/v1/transfers/${id}/terminate`), { status: 409, body: { code: 'wrong-state' } })
})

t.test('a transfer is ended, with a reason or without', async t => {
  const api = await startApi(t)
  const id = await requested(api)
  t.match((await api.call('POST', `/v1/transfers/${id}/terminate`)).body, { sending: ['terminate'] })
  await api.settled()
  t.match((await api.call('GET', `/v1/transfers/${id}`)).body, {
    state: 'TERMINATED',
    error: 'decided by the operator',
  })
})

t.test('a provider starts what a consumer has requested', async t => {
  const api = await startApi(t)
  const agreement = { id: 'given', role: 'provider', participantId: 'us', counterparty: 'peer' } as const
  await giveAgreement(api.db, { ...agreement, datasetId: 'c1', permission: [{ action: 'use' }] })
  await api.catalog.datasets.create({
    id: 'c1',
    properties: {},
    source: { type: 'HttpData', baseUrl: 'http://127.0.0.1:1/' },
  })
  api.peer.hold()
  const message = {
    '@context': 'https://w3id.org/dspace/2025/1/context.jsonld',
    '@type': 'TransferRequestMessage',
    consumerPid: 'theirs',
    agreementId: 'given',
    format: 'HttpData-PULL',
    callbackAddress: PEER_URL,
  } as const
  const { id } = await api.transfers.receiveRequest(fromWire({ sender: { id: 'peer', claims: {} }, message }), PEER_URL)
  const again = await api.call('POST', `/v1/transfers/${id}/start`)
  t.match(again, { status: 409, body: { detail: /under way/ } }, 'it has started by itself already')
  api.peer.release()
  await api.settled()
  t.match((await api.call('GET', '/v1/transfers?role=provider')).body.items, [{ id, state: 'STARTED' }])
})

t.test('the history and the list tell what happened', async t => {
  const api = await startApi(t)
  const id = await started(api)
  const { body } = await api.call('GET', `/v1/transfers/${id}/history`)
  t.match(body.items, [
    { actor: 'operator', event: 'commanded', message: 'request' },
    { event: 'acknowledged', state: 'REQUESTED' },
    { event: 'received', state: 'STARTED' },
  ])
  t.match((await api.call('GET', '/v1/transfers?state=STARTED')).body, { items: [{ id }], limit: 50 })
  t.strictSame((await api.call('GET', '/v1/transfers?state=COMPLETED')).body.items, [])
})

t.test('what is not known here is refused, what is not there is not found', async t => {
  const api = await startApi(t)
  t.equal((await api.call('GET', '/v1/transfers?state=FINALIZED')).status, 400)
  t.equal((await api.call('GET', '/v1/transfers/x/edr?fresh=maybe')).status, 400)
  t.equal((await api.call('POST', '/v1/transfers/x/suspend', { why: 'x' })).status, 400)
  for (const path of ['', '/history', '/edr']) t.equal((await api.call('GET', `/v1/transfers/none${path}`)).status, 404)
  for (const path of ['start', 'suspend', 'resume', 'complete', 'terminate'])
    t.equal((await api.call('POST', `/v1/transfers/none/${path}`)).status, 404, path)
  t.same(api.unexpected, [])
})
