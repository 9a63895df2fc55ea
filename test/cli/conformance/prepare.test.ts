import { createServer } from 'node:net'
import t, { type Test } from 'tap'
import { KIT_PARTICIPANT, kitDatasets } from '../../../src/cli/conformance/kit.ts'
import { type Preparation, type Prepared, prepareForKit } from '../../../src/cli/conformance/prepare.ts'
import { Secret } from '../../../src/config/index.ts'
import { createConnector } from '../../../src/connector.ts'
import { startPeer } from '../../conformance/dsp/peer.ts'
import { scenarioConfig, secrets } from '../../conformance/dsp/scenario-config.ts'
import { testDatabaseUrl } from '../../support/database.ts'
import { freeUrl } from '../../support/ports.ts'

const database = new Secret(await testDatabaseUrl(t))
const connector = await createConnector(scenarioConfig({ database, directory: '/nowhere', log: 'silent' }))
t.teardown(() => connector.stop())
const urls = await connector.start()

async function prepare(t: Test, changes: Partial<Preparation> = {}): Promise<Prepared> {
  const prepared = await prepareForKit(
    {
      management: { url: `${urls.management}/management`, key: secrets.managementKey },
      baseUrl: urls.protocol,
      token: secrets.kitShows,
      kitUrl: await freeUrl(),
      signalUrl: await freeUrl(),
      ...changes,
    },
    error => t.error(error),
  )
  t.teardown(() => prepared.close())
  return prepared
}

t.test('a prepared connector has the datasets on offer under the ids that the kit is told', async t => {
  const { properties } = await prepare(t)
  t.equal((await connector.catalog.datasets.list({ limit: 100 })).length, kitDatasets.length)
  const dataset = await connector.catalog.dataset({ id: KIT_PARTICIPANT, claims: {} }, 'ACN0101')
  t.equal(JSON.parse(dataset ?? '{}').hasPolicy[0]['@id'], properties.get('CN_01_01_OFFERID'))
})

t.test('it has final agreements with the kit in both roles, also when it is prepared again', async t => {
  const { properties } = await prepare(t)
  for (const [key, role, datasetId] of [
    ['TP_01_01', 'provider', 'ATP0101'],
    ['TP_C_03_06', 'consumer', 'ATPC0306'],
  ] as const) {
    const agreement = () => connector.negotiations.agreement(properties.get(`${key}_AGREEMENTID`) ?? '', role)
    // The provider is told that its finalisation has arrived when the kit has heard of it.
    await connector.negotiations.settled((await agreement())?.negotiationId ?? '')
    t.match(await agreement(), { counterparty: KIT_PARTICIPANT, datasetId, finalizedAt: Date })
  }
})

t.test("the kit's start signals begin negotiations and transfers with the very address they name", async t => {
  const { properties } = await prepare(t)
  const signal = async (name: string, body: object) => {
    const url = properties.get(`dataspacetck.dsp.connector.${name}.initiate.url`) ?? ''
    const headers = { 'content-type': 'application/json' }
    const whom = { providerId: KIT_PARTICIPANT, connectorAddress: peer.url }
    return (await fetch(url, { method: 'POST', headers, body: JSON.stringify({ ...whom, ...body }) })).status
  }
  const peer = await startPeer(t, { authorization: `Bearer ${secrets.kitShows}` })
  const requested = peer.expect('/negotiations/request', () => ({ providerPid: 'a' }))
  t.equal(await signal('negotiation', { datasetId: 'ACNC0201', offerId: 'offerACNC0201' }), 204)
  t.match((await requested).body, { offer: { '@id': 'offerACNC0201', target: 'ACNC0201' } })
  const asked = peer.expect('/transfers/request', () => ({ providerPid: 'b' }))
  const agreementId = properties.get('TP_C_01_01_AGREEMENTID')
  t.equal(await signal('transfer', { agreementId, format: 'HttpData-PULL' }), 204)
  t.match((await asked).body, { agreementId, format: 'HttpData-PULL' })
  t.equal(await signal('transfer', { agreementId }), 400, 'a signal that is not complete is refused')
})

t.test('who gives a wrong token, a wrong key or a port in use is told what is wrong', async t => {
  await t.rejects(prepare(t, { token: 'unknown' }), { code: 'unauthenticated', message: /identity\.participants/ })
  const management = { url: `${urls.management}/management`, key: 'unknown' }
  await t.rejects(prepare(t, { management }), { message: /401/ })
  const taken = createServer()
  const kitUrl = await listen(taken)
  await t.rejects(prepare(t, { kitUrl }), { code: 'port-taken', message: /Is the kit running already/ })
  await new Promise(resolve => taken.close(resolve))
  await t.rejects(prepare(t, { baseUrl: kitUrl }), { message: /Is the connector running there/ })
})

function listen(server: ReturnType<typeof createServer>): Promise<string> {
  return new Promise(resolve => {
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      resolve(`http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`)
    })
  })
}
