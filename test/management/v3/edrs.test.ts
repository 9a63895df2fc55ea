import t from 'tap'
import type { Transfer } from '../../../src/transfer/index.ts'
import { giveAgreement } from '../../support/agreements.ts'
import { type Api, PEER_URL, startApi } from '../api.ts'

const EDC = 'https://w3id.org/edc/v0.0.1/ns/'
const property = (name: string, value: string) => ({ '@type': 'EndpointProperty' as const, name, value })

/** What an EDC sends with the start of a pull. */
const dataAddress = {
  '@type': 'DataAddress',
  endpointType: 'https://w3id.org/idsa/v4.1/HTTP',
  endpointProperties: [
    property(`${EDC}endpoint`, 'http://127.0.0.1:21004/public'),
    property(`${EDC}authType`, 'bearer'),
    property(`${EDC}endpointType`, 'https://w3id.org/idsa/v4.1/HTTP'),
    property(`${EDC}authorization`, 'eyJ'),
  ],
}

async function startedTransfer(t: Parameters<typeof startApi>[0]): Promise<{ api: Api; transfer: Transfer }> {
  const api = await startApi(t)
  const agreement = { id: 'agreed', role: 'consumer', participantId: 'us', counterparty: 'peer' } as const
  await giveAgreement(api.db, { ...agreement, datasetId: 'c1', permission: [{ action: 'use' }] })
  const { id } = await api.transfers.request({
    counterparty: 'peer',
    address: PEER_URL,
    agreementId: 'agreed',
    format: 'HttpData-PULL',
  })
  await api.settled()
  const pids = { consumerPid: id, providerPid: 'peer-1' }
  const transfer = await api.transfer(id, { '@type': 'TransferStartMessage', '@id': 'm1', ...pids, dataAddress })
  return { api, transfer }
}

t.test('what was given to us is listed as the EDC lists it', async t => {
  const { api, transfer } = await startedTransfer(t)
  const { status, body } = await api.call('POST', '/v3/edrs/request', {
    '@context': { '@vocab': EDC },
    '@type': 'QuerySpec',
  })
  t.equal(status, 200)
  t.strictSame(body, [
    {
      '@id': transfer.id,
      '@type': 'EndpointDataReferenceEntry',
      providerId: 'peer',
      assetId: 'c1',
      agreementId: 'agreed',
      transferProcessId: transfer.id,
      createdAt: api.clock.at,
      contractNegotiationId: (await api.negotiations.agreement('agreed'))?.negotiationId,
      '@context': { '@vocab': EDC, edc: EDC, odrl: 'http://www.w3.org/ns/odrl/2/' },
    },
  ])
})

t.test('the data address is shown flat, with everything the provider said', async t => {
  const { api, transfer } = await startedTransfer(t)
  const { status, body } = await api.call('GET', `/v3/edrs/${transfer.id}/dataaddress`)
  t.equal(status, 200)
  t.strictSame(body, {
    '@type': 'DataAddress',
    type: 'https://w3id.org/idsa/v4.1/HTTP',
    endpoint: 'http://127.0.0.1:21004/public',
    authType: 'bearer',
    endpointType: 'https://w3id.org/idsa/v4.1/HTTP',
    authorization: 'eyJ',
    '@context': body['@context'],
  })
})

t.test('they are found by agreement, asset, provider, transfer and negotiation', async t => {
  const { api, transfer } = await startedTransfer(t)
  const negotiation = (await api.negotiations.agreement('agreed'))?.negotiationId
  const count = async (operandLeft: string, operandRight: unknown, operator = '=') =>
    (await api.call('POST', '/v3/edrs/request', { filterExpression: [{ operandLeft, operator, operandRight }] })).body
      .length
  for (const [name, value] of [
    ['agreementId', 'agreed'],
    ['assetId', 'c1'],
    ['providerId', 'peer'],
    ['transferProcessId', transfer.id],
    ['contractNegotiationId', negotiation],
    ['createdAt', api.clock.at],
  ] as const) {
    t.equal(await count(name, value), 1, name)
    t.equal(await count(name, value, '!='), 0, name)
  }
})

t.test('what is forgotten is gone, the transfer is not', async t => {
  const { api, transfer } = await startedTransfer(t)
  t.match(await api.call('DELETE', `/v3/edrs/${transfer.id}`), { status: 204, body: undefined })
  t.strictSame((await api.call('POST', '/v3/edrs/request')).body, [])
  for (const method of ['GET', 'DELETE'])
    t.equal((await api.call(method, `/v3/edrs/${transfer.id}${method === 'GET' ? '/dataaddress' : ''}`)).status, 404)
  t.match((await api.call('GET', `/v3/transferprocesses/${transfer.id}`)).body, { state: 'STARTED' })
})

t.test('what can no longer be fetched is no longer listed', async t => {
  const { api, transfer } = await startedTransfer(t)
  await api.transfers.terminate(transfer.id, 'enough')
  await api.settled()
  t.strictSame((await api.call('POST', '/v3/edrs/request')).body, [])
  t.match(await api.call('GET', `/v3/edrs/${transfer.id}/dataaddress`), {
    status: 404,
    body: [{ type: 'ObjectNotFound' }],
  })
})

t.test('with the end of its transfer an address is forgotten, also in the database', async t => {
  const { api, transfer } = await startedTransfer(t)
  const kept = async () => (await api.transfers.find(transfer.id))?.data.edr
  t.ok(await kept())
  const pids = { consumerPid: transfer.id, providerPid: 'peer-1' }
  await api.transfer(transfer.id, { '@type': 'TransferCompletionMessage', '@id': 'm2', ...pids })
  t.equal(await kept(), undefined)
  t.equal((await api.call('GET', `/v3/edrs/${encodeURIComponent(transfer.id)}/dataaddress`)).status, 404)
})
