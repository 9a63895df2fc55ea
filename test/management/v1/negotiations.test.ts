import t from 'tap'
import type { Negotiation } from '../../../src/negotiation/index.ts'
import { fromWire } from '../../../src/negotiation/wire.ts'
import { type Api, PEER_URL, startApi } from '../api.ts'

const offer = {
  '@id': 'offer-1',
  '@type': 'Offer',
  target: 'c1',
  assigner: 'peer',
  permission: [{ action: 'use' }],
  'https://example.org/ns#price': { currency: 'EUR', amount: 7 },
}
const beginning = { counterparty: 'peer', address: PEER_URL, offer }

/** A consumer asks us for a dataset, on terms that nobody has published: a person has to decide. */
async function askedForOtherTerms(api: Api): Promise<Negotiation> {
  const { policies, datasets, publications } = api.catalog
  await policies.create({ id: 'open', policy: {} })
  await datasets.create({ id: 'c1', properties: {}, source: { type: 'HttpData', baseUrl: 'http://127.0.0.1:1/' } })
  await publications.create({ accessPolicyId: 'open', contractPolicyId: 'open', selector: [] })
  const sender = { id: 'peer', claims: {} }
  const dataset = JSON.parse((await api.catalog.dataset(sender, 'c1')) ?? '')
  const terms = { target: 'c1', permission: [{ action: 'use' }], prohibition: [{ action: 'sell' }] }
  const message = {
    '@context': 'https://w3id.org/dspace/2025/1/context.jsonld',
    '@type': 'ContractRequestMessage',
    consumerPid: 'theirs',
    callbackAddress: PEER_URL,
    offer: { ...terms, '@id': dataset.hasPolicy[0]['@id'], '@type': 'Offer' },
  } as const
  return api.negotiations.receiveFirst(fromWire({ sender, message }), 'provider', PEER_URL)
}

t.test('a consumer begins with a request, and every property of the offer goes out with it', async t => {
  const api = await startApi(t)
  const { status, body } = await api.call('POST', '/v1/negotiations', beginning)
  t.equal(status, 201)
  t.match(body, {
    role: 'consumer',
    state: null,
    sending: ['request'],
    counterparty: 'peer',
    dataset: 'c1',
    error: null,
  })
  await api.settled()
  t.match(api.peer.sent, [{ url: `${PEER_URL}/negotiations/request` }])
  t.strictSame(api.peer.sent[0]?.message.offer, offer)
})

t.test('what a consumer needs at least is kept, not sent; a provider has publications for that', async t => {
  const api = await startApi(t)
  const needs = { 'odrl:permission': { action: 'use' } }
  const { body } = await api.call('POST', '/v1/negotiations', { ...beginning, needs })
  t.match(body, { needs: { permission: [{ action: 'use' }] } })
  await api.settled()
  t.notOk(JSON.stringify(api.peer.sent).includes('needs'))
  const faultsOf = async (more: object) =>
    (await api.call('POST', '/v1/negotiations', { ...beginning, ...more })).body.faults
  t.match(await faultsOf({ needs, role: 'provider' }), [{ path: '/needs' }])
  t.match(await faultsOf({ needs: { permission: [{ action: [] }] } }), [{ path: /^\/needs\/permission\/0/ }])
})

t.test('a provider begins with an offer', async t => {
  const api = await startApi(t)
  const { body } = await api.call('POST', '/v1/negotiations', { ...beginning, role: 'provider' })
  t.match(body, { role: 'provider', sending: ['offer'] })
  await api.settled()
  t.match(api.peer.sent, [{ url: `${PEER_URL}/negotiations/offers`, message: { '@type': 'ContractOfferMessage' } }])
})

t.test('an address that is only a root is completed by asking there', async t => {
  const api = await startApi(t)
  const { body } = await api.call('POST', '/v1/negotiations', { ...beginning, address: 'http://peer.example/' })
  t.equal(body.address, 'http://peer.example/discovered/2025-1')
})

t.test('a negotiation is shown with its rounds, whom it waits for, and its agreement', async t => {
  const api = await startApi(t)
  const { id } = await askedForOtherTerms(api)
  t.match(await api.call('GET', `/v1/negotiations/${id}`), {
    status: 200,
    body: {
      id,
      role: 'provider',
      state: 'REQUESTED',
      peerPid: 'theirs',
      address: PEER_URL,
      waiting: { whom: 'person', reasons: ['The terms differ from what was offered.'] },
      offers: [{ by: 'consumer', offer: { target: 'c1', prohibition: [{ action: 'sell' }] } }],
      agreement: null,
      agreementId: null,
      createdAt: new Date(api.clock.at).toISOString(),
    },
  })
})

t.test('a person says yes', async t => {
  const api = await startApi(t)
  const { id } = await askedForOtherTerms(api)
  t.match((await api.call('POST', `/v1/negotiations/${id}/approve`)).body, { sending: ['agree'], waiting: null })
  await api.settled()
  const { body } = await api.call('GET', `/v1/negotiations/${id}`)
  t.match(body, { state: 'AGREED', agreement: { assigner: 'us', assignee: 'peer', prohibition: [{ action: 'sell' }] } })
  t.equal(body.agreementId, body.agreement['@id'])
})

t.test('a person answers with other terms', async t => {
  const api = await startApi(t)
  const { id } = await askedForOtherTerms(api)
  const other = { '@id': 'offer-2', target: 'c1', permission: [{ action: 'use' }], obligation: [{ action: 'inform' }] }
  t.match(await api.call('POST', `/v1/negotiations/${id}/counter`, { offer: other }), {
    status: 200,
    body: { sending: ['offer'] },
  })
  await api.settled()
  t.match((await api.call('GET', `/v1/negotiations/${id}`)).body, {
    state: 'OFFERED',
    offers: [{ by: 'consumer' }, { by: 'provider' }],
  })
})

t.test('a person says no, with a reason or without', async t => {
  const api = await startApi(t)
  const { id } = await askedForOtherTerms(api)
  t.match(await api.call('POST', `/v1/negotiations/${id}/terminate`, { reason: 'no selling' }), { status: 200 })
  await api.settled()
  t.match((await api.call('GET', `/v1/negotiations/${id}`)).body, { state: 'TERMINATED', error: 'no selling' })
  const other = (await api.call('POST', '/v1/negotiations', beginning)).body.id
  t.equal((await api.call('POST', `/v1/negotiations/${other}/terminate`)).status, 200)
})

t.test('the history tells everything that happened, in order', async t => {
  const api = await startApi(t)
  const { id } = await askedForOtherTerms(api)
  await api.call('POST', `/v1/negotiations/${id}/approve`)
  await api.settled()
  const { body } = await api.call('GET', `/v1/negotiations/${id}/history`)
  t.match(body.items, [
    { seq: 1, actor: 'peer', event: 'received', message: 'request', state: 'REQUESTED' },
    { seq: 2, event: 'decided', message: 'ask' },
    { seq: 3, actor: 'operator', event: 'commanded', message: 'agree' },
    { seq: 4, actor: 'peer', event: 'acknowledged', message: 'agree', state: 'AGREED' },
  ])
})

t.test(
  'each entry of the history has its time, each message its digest, each decision its reasons, each command the key that gave it',
  async t => {
    const api = await startApi(t)
    const { id } = await askedForOtherTerms(api)
    const at = [new Date(api.clock.at).toISOString()]
    api.clock.at += 1_000
    at.push(new Date(api.clock.at).toISOString())
    const { key } = (await api.call('POST', '/v1/api-keys', { name: 'ci', role: 'steward' })).body
    await api.call('POST', `/v1/negotiations/${id}/approve`, undefined, { 'x-api-key': key })
    await api.settled()
    const { body } = await api.call('GET', `/v1/negotiations/${id}/history`)
    const digest = /^[0-9a-f]{64}$/
    t.match(body.items, [
      { at: at[0], actor: 'peer', event: 'received', message: 'request', digest },
      { at: at[0], event: 'decided', message: 'ask', detail: { reasons: ['The terms differ from what was offered.'] } },
      { at: at[1], actor: 'key:ci', event: 'commanded', message: 'agree' },
      { at: at[1], actor: 'peer', event: 'acknowledged', message: 'agree' },
    ])
  },
)

t.test('the list is paged, the latest first, and narrowed by state, role and counterparty', async t => {
  const api = await startApi(t)
  const ids: string[] = []
  for (const role of ['consumer', 'provider']) {
    api.clock.at += 1_000
    ids.unshift((await api.call('POST', '/v1/negotiations', { ...beginning, role })).body.id)
    await api.settled()
  }
  const list = async (query = '') => (await api.call('GET', `/v1/negotiations${query}`)).body
  t.match(await list(), { items: [{ id: ids[0] }, { id: ids[1] }], offset: 0, limit: 50 })
  t.match(await list('?limit=1&offset=1'), { items: [{ id: ids[1] }], offset: 1, limit: 1 })
  t.match((await list('?state=OFFERED')).items, [{ id: ids[0], state: 'OFFERED' }])
  t.match((await list('?role=consumer&counterparty=peer')).items, [{ id: ids[1] }])
  t.strictSame((await list('?counterparty=stranger')).items, [])
  const first = await list('?limit=1')
  t.match(await list(`?limit=1&after=${first.next}`), { items: [{ id: ids[1] }] })
  const { next } = await list(`?limit=1&after=${first.next}`)
  t.strictSame(await list(`?limit=1&after=${next}`), { items: [], offset: 0, limit: 1, next: null })
})

t.test('what is not known here is refused, with its place', async t => {
  const api = await startApi(t)
  const refused = async (method: string, path: string, body?: object) => {
    const answer = await api.call(method, path, body)
    t.equal(answer.status, 400, `${method} ${path}`)
    t.match(answer.type, /problem\+json/)
    return answer.body.faults?.map(({ path }: { path: string }) => path)
  }
  t.same(await refused('GET', '/v1/negotiations?colour=red'), ['/colour'])
  t.same(await refused('GET', '/v1/negotiations?state=DONE&limit=0'), ['/state', '/limit'])
  t.same(await refused('GET', '/v1/negotiations?offset=10001'), ['/offset'])
  t.same(await refused('GET', '/v1/negotiations?after=somewhere'), ['/after'])
  t.same(await refused('POST', '/v1/negotiations', { ...beginning, colour: 'red' }), ['/colour'])
  t.same(await refused('POST', '/v1/negotiations', {}), ['/counterparty', '/address', '/offer'])
  t.same(await refused('POST', '/v1/negotiations', { ...beginning, address: 'peer.example' }), ['/address'])
  t.same(await refused('POST', '/v1/negotiations', { ...beginning, offer: { '@id': 'x' } }), ['/offer/target'])
  t.same(await refused('POST', '/v1/negotiations', { ...beginning, offer: { ...offer, permission: [{}] } }), [
    '/offer/permission/0/action',
  ])
  await refused('POST', '/v1/negotiations', { ...beginning, address: 'http://169.254.169.254/' })
  t.same(await refused('POST', '/v1/negotiations/x/counter', {}), ['/offer'])
  t.same(await refused('POST', '/v1/negotiations/x/approve', { sure: true }), ['/sure'])
  t.same(api.peer.sent, [])
  t.same(api.unexpected, [])
})

t.test('what is not there is not found, what does not fit the state is a conflict', async t => {
  const api = await startApi(t)
  for (const [method, path] of [
    ['GET', ''],
    ['GET', '/history'],
    ['POST', '/approve'],
    ['POST', '/terminate'],
  ] as const)
    t.match(await api.call(method, `/v1/negotiations/none${path}`), {
      status: 404,
      body: { code: 'not-found', status: 404 },
    })
  const { id } = (await api.call('POST', '/v1/negotiations', beginning)).body
  await api.settled()
  t.match(await api.call('POST', `/v1/negotiations/${id}/approve`), {
    status: 409,
    body: { code: 'wrong-state', status: 409 },
  })
})
