import { randomUUID } from 'node:crypto'
import t, { type Test } from 'tap'
import { createConnector } from '../../src/connector.ts'
import { DSP_CONTEXT, EDC_CONTEXT } from '../../src/dsp/index.ts'
import { startPeer } from '../conformance/dsp/peer.ts'
import { giveAgreement } from '../support/agreements.ts'
import { testConfig } from '../support/config.ts'
import { testDatabaseUrl } from '../support/database.ts'

const PEER = 'an-edc'
const AGREEMENT = 'agreement-1'

/** A connector with an agreement in that role, and a peer that speaks as the EDC does, or without its context. */
async function setUp(t: Test, role: 'provider' | 'consumer', contexts: readonly string[] = [DSP_CONTEXT, EDC_CONTEXT]) {
  const database = await testDatabaseUrl(t)
  const connector = await createConnector(testConfig({ id: 'us', database, knows: [{ id: PEER, token: 'theirs' }] }))
  t.teardown(() => connector.stop())
  await connector.start()
  await connector.catalog.datasets.create({
    id: 'wind',
    properties: {},
    source: { type: 'HttpData', baseUrl: 'http://127.0.0.1:9/' },
  })
  const parties = { participantId: 'us', counterparty: PEER, role, permission: [{ action: 'use' }] }
  await giveAgreement(connector.db, { id: AGREEMENT, datasetId: 'wind', ...parties })
  const peer = await startPeer(t, { authorization: 'Bearer theirs' })
  const base = `${connector.protocolUrl()}/transfers`
  const say = async (path: string, type: string, carried: object) => {
    const message = { '@id': randomUUID(), '@type': type, ...carried, '@context': contexts }
    const { status, body } = await peer.say(`${base}/${path}`, message)
    if (status >= 300) throw new Error(`${type} was answered ${status} ${JSON.stringify(body)}`)
    return body
  }
  return { connector, peer, say }
}

/** The token in a start message. */
const tokenIn = (body: Readonly<Record<string, unknown>>): unknown => {
  const { dataAddress } = body as { dataAddress?: { endpointProperties: readonly { name: string; value: string }[] } }
  return dataAddress?.endpointProperties.find(({ name }) => name === 'authorization')?.value
}

/** A transfer that a consumer has suspended, and resumes. */
async function resumeAsConsumer(t: Test, contexts?: readonly string[]) {
  const { connector, peer, say } = await setUp(t, 'provider', contexts)
  const consumerPid = randomUUID()
  const started = peer.expect(`/transfers/${consumerPid}/start`, () => undefined)
  const { providerPid } = await say('request', 'TransferRequestMessage', {
    consumerPid,
    agreementId: AGREEMENT,
    format: 'HttpData-PULL',
    callbackAddress: peer.url,
  })
  const first = await started
  const pids = { consumerPid, providerPid }
  await connector.outbox.drained()
  await say(`${providerPid}/suspension`, 'TransferSuspensionMessage', pids)
  const again = peer.expect(`/transfers/${consumerPid}/start`, () => undefined)
  again.catch(() => {})
  const answered = await say(`${providerPid}/start`, 'TransferStartMessage', pids)
  return { connector, peer, first, again, answered, id: String(providerPid) }
}

t.test('an EDC that resumes what it has suspended is sent a start with a new token', async t => {
  const { connector, first, again, answered, id } = await resumeAsConsumer(t)
  t.equal(answered.state, 'STARTED')
  const { body } = await again
  t.type(tokenIn(body), 'string')
  t.not(tokenIn(body), tokenIn(first.body))
  await connector.outbox.drained()
  t.match(await connector.transfers.get(id), { state: 'STARTED', sending: [] })
})

t.test('other consumers that resume are acknowledged, and sent nothing', async t => {
  const { connector, peer, answered } = await resumeAsConsumer(t, [DSP_CONTEXT])
  t.equal(answered.state, 'STARTED')
  await connector.outbox.drained()
  t.equal(peer.taken.length, 1, 'the start from before the suspension')
})

const theirAddress = (token: string) => ({
  '@type': 'DataAddress',
  endpointType: 'https://w3id.org/idsa/v4.1/HTTP',
  endpointProperties: [
    { '@type': 'EndpointProperty', name: 'https://w3id.org/edc/v0.0.1/ns/endpoint', value: 'http://127.0.0.1:9/' },
    { '@type': 'EndpointProperty', name: 'https://w3id.org/edc/v0.0.1/ns/authorization', value: token },
  ],
})

for (const when of ['after', 'before'] as const)
  t.test(`an EDC that answers our resumption by a start ${when} its acknowledgement is taken at its word`, async t => {
    const { connector, peer, say } = await setUp(t, 'consumer')
    const providerPid = randomUUID()
    const begun = peer.expect('/transfers/request', ({ body }) => ({
      '@context': [DSP_CONTEXT],
      '@type': 'TransferProcess',
      consumerPid: body.consumerPid,
      providerPid,
      state: 'REQUESTED',
    }))
    const { id } = await connector.transfers.request({
      counterparty: PEER,
      address: peer.url,
      agreementId: AGREEMENT,
      format: 'HttpData-PULL',
    })
    await begun
    const pids = { consumerPid: id, providerPid }
    await say(`${id}/start`, 'TransferStartMessage', { ...pids, dataAddress: theirAddress('first') })
    const suspended = peer.expect(`/transfers/${providerPid}/suspension`, () => undefined)
    await connector.transfers.suspend(id, 'lunch')
    await suspended
    await connector.outbox.drained()

    const resumed = peer.expect(`/transfers/${providerPid}/start`, () => undefined)
    await connector.transfers.resume(id)
    // The peer's answer takes 20 ms, and its next message overtakes it.
    await resumed
    if (when === 'after') await connector.outbox.drained()
    await say(`${id}/start`, 'TransferStartMessage', { ...pids, dataAddress: theirAddress('second') })

    await connector.outbox.drained()
    t.match(await connector.transfers.get(id), { state: 'STARTED', sending: [], error: null })
    const { endpointProperties = [] } = await connector.transfers.edrs.fresh(id)
    t.equal(endpointProperties.find(({ name }) => name.endsWith('authorization'))?.value, 'second')
  })

t.test('a started transfer is not started once more by its operator', async t => {
  const { connector, again, id } = await resumeAsConsumer(t)
  await again
  await connector.outbox.drained()
  await t.rejects(connector.transfers.start(id), { code: 'wrong-state', message: /STARTED already/ })
})
