import { randomUUID } from 'node:crypto'
import t, { type Test } from 'tap'
import { createConnector } from '../../src/connector.ts'
import { DSP_CONTEXT, EDC_CONTEXT } from '../../src/dsp/index.ts'
import { startPeer } from '../conformance/dsp/peer.ts'
import { testConfig } from '../support/config.ts'
import { testDatabaseUrl } from '../support/database.ts'

/*
 * An EDC stores its own step after it has read our answer, and where that fails it says the same again under a new id.
 */
const PEER = 'an-edc'
const permission = [{ action: 'use' }]
const EDC = [DSP_CONTEXT, EDC_CONTEXT]

async function setUp(t: Test) {
  const database = await testDatabaseUrl(t)
  const connector = await createConnector(testConfig({ id: 'us', database, knows: [{ id: PEER, token: 'theirs' }] }))
  t.teardown(() => connector.stop())
  await connector.start()
  const peer = await startPeer(t, { authorization: 'Bearer theirs' })
  const base = `${connector.protocolUrl()}/negotiations`
  const say = (path: string, type: string, carried: object, contexts: readonly string[] = EDC) =>
    peer.say(`${base}/${path}`, { '@id': randomUUID(), '@type': type, ...carried, '@context': contexts })
  return { connector, peer, say }
}

/** A negotiation that we have begun with it, up to its acknowledgement; `agree` says its agreement, under a name. */
async function beginWith({ connector, peer, say }: Awaited<ReturnType<typeof setUp>>) {
  const providerPid = randomUUID()
  const begun = peer.expect('/negotiations/request', ({ body }) => ({
    '@context': EDC,
    '@type': 'ContractNegotiation',
    consumerPid: body.consumerPid,
    providerPid,
    state: 'REQUESTED',
  }))
  const { id } = await connector.negotiations.request({
    counterparty: PEER,
    address: peer.url,
    offer: { '@id': 'offer-1', '@type': 'Offer', target: 'wind', permission },
  })
  await begun
  await connector.outbox.drained()
  const pids = { consumerPid: id, providerPid }
  const agree = (name: string) => {
    const parties = { target: 'wind', assigner: PEER, assignee: 'us', timestamp: '2026-01-01T00:00:00Z' }
    const agreement = { '@id': name, '@type': 'Agreement', ...parties, permission }
    return say(`${id}/agreement`, 'ContractAgreementMessage', { ...pids, agreement })
  }
  return { id, pids, agree }
}

t.test('of two agreements that an EDC makes of one negotiation the second counts', async t => {
  const world = await setUp(t)
  const { connector, peer, say } = world
  const { id, pids, agree } = await beginWith(world)
  t.equal((await agree('agreement-1')).status, 200)
  t.equal((await agree('agreement-2')).status, 200, 'though our verification is on its way')
  t.match(await connector.negotiations.agreementOf(id), { id: 'agreement-2', finalizedAt: null })

  await peer.expect(`/negotiations/${pids.providerPid}/agreement/verification`, () => undefined)
  await connector.negotiations.settled(id)
  t.equal((await agree('agreement-3')).status, 400, 'what is verified is not agreed to once more')
  await say(`${id}/events`, 'ContractNegotiationEventMessage', { ...pids, eventType: 'FINALIZED' })
  t.match(await connector.negotiations.agreement('agreement-2', 'consumer'), { finalizedAt: Date })
  t.notOk(await connector.negotiations.agreement('agreement-1', 'consumer'))
  t.equal(peer.taken.length, 2, 'the request and one verification')
})

t.test('an agreement under the id of another one is refused, and the first stays as it is', async t => {
  const world = await setUp(t)
  const first = await beginWith(world)
  t.equal((await first.agree('agreement-1')).status, 200)
  const second = await beginWith(world)
  const refused = await second.agree('agreement-1')
  t.equal(refused.status, 409)
  t.match(JSON.stringify(refused.body), 'names another agreement already')
  t.match(await world.connector.negotiations.get(second.id), { state: 'REQUESTED', data: { agreement: undefined } })
  t.match(await world.connector.negotiations.agreement('agreement-1', 'consumer'), { negotiationId: first.id })
})

for (const [who, contexts, status] of [
  ['an EDC', EDC, 200],
  ['anybody else', [DSP_CONTEXT], 400],
] as const)
  t.test(`what ${who} says twice under two ids is answered with ${status} the second time`, async t => {
    const { connector, peer, say } = await setUp(t)
    await connector.catalog.datasets.create({
      id: 'wind',
      properties: {},
      source: { type: 'HttpData', baseUrl: 'http://127.0.0.1:9/' },
    })
    await connector.catalog.policies.create({ id: 'use', policy: { permission } })
    await connector.catalog.publications.create({
      id: 'all',
      accessPolicyId: 'use',
      contractPolicyId: 'use',
      selector: [],
    })
    const { hasPolicy } = JSON.parse((await connector.catalog.dataset({ id: PEER, claims: {} }, 'wind')) ?? '')
    const consumerPid = randomUUID()
    const agreed = peer.expect(`/negotiations/${consumerPid}/agreement`, () => undefined)
    const begun = await say(
      'request',
      'ContractRequestMessage',
      { consumerPid, callbackAddress: peer.url, offer: { ...hasPolicy[0], target: 'wind' } },
      contexts,
    )
    await agreed
    const { providerPid } = begun.body
    const finalized = peer.expect(`/negotiations/${consumerPid}/events`, () => undefined)
    const verify = () =>
      say(
        `${providerPid}/agreement/verification`,
        'ContractAgreementVerificationMessage',
        { consumerPid, providerPid },
        contexts,
      )
    t.equal((await verify()).status, 200)
    await finalized
    await connector.outbox.drained()
    t.equal((await verify()).status, status)
  })
