import t from 'tap'
import type { Connector } from '../../../src/connector.ts'
import { league, settle } from '../../support/league.ts'
import { startApi } from '../api.ts'

/** Asks the management API of a connector of the tests. */
async function call(
  connector: Connector,
  method: 'GET' | 'POST',
  path: string,
  body?: object,
  key = 'a key for the tests',
) {
  const response = await fetch(`${connector.urls().management}/management/v1${path}`, {
    method,
    headers: { 'x-api-key': key, ...(body && { 'content-type': 'application/json' }) },
    ...(body && { body: JSON.stringify(body) }),
  })
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every shape
  return { status: response.status, body: (await response.json()) as any }
}

t.test('a person asks for a membership, another approves and later revokes it, all by the API', async t => {
  const { startAuthority, startMember, authority: did, member: holder } = await league(t, { approval: 'person' })
  const [authority, member] = await Promise.all([startAuthority(), startMember()])
  const asked = await call(member, 'POST', '/credentials/requests', { issuer: did, types: ['MembershipCredential'] })
  t.match(asked, { status: 201, body: { issuer: did, state: 'REQUESTED' } })
  await settle(member, authority)

  const waiting = await call(authority, 'GET', '/issuance/requests?state=WAITING')
  t.match(waiting.body, { items: [{ holder, definitions: ['membership'], holderPid: asked.body.id }], limit: 50 })
  t.notOk('access' in waiting.body.items[0], 'the token of the holder is not told')
  const path = `/issuance/requests/${waiting.body.items[0].id}`
  t.match(await call(authority, 'POST', `${path}/approve`, { claims: { city: 'Visby' } }), {
    status: 200,
    body: { state: 'APPROVED', decidedBy: 'operator' },
  })
  t.match(await call(authority, 'POST', `${path}/reject`, {}), { status: 409, body: { code: 'conflict' } })
  await settle(authority, member)
  t.match((await call(member, 'GET', `/credentials/requests/${asked.body.id}`)).body, { state: 'ISSUED' })

  const wallet = await call(member, 'GET', '/credentials?type=MembershipCredential')
  const [held] = wallet.body.items
  t.match(held, { types: ['MembershipCredential'], issuer: did })
  t.notMatch(JSON.stringify(wallet.body), /Visby|eyJ|sealed/, 'neither token nor content')
  t.match((await call(member, 'GET', `/credentials/${held.digest}/token`)).body.token, /^eyJ/)

  const issued = await call(authority, 'GET', `/issuance/credentials?holder=${encodeURIComponent(holder)}`)
  t.match(issued.body.items, [{ id: held.id, state: 'ACTIVE', type: 'MembershipCredential' }])
  t.notOk('claims' in issued.body.items[0])
  const credential = `/issuance/credentials/${encodeURIComponent(held.id)}`
  t.match(await call(authority, 'POST', `${credential}/revoke`, { reason: 'has left' }), {
    status: 200,
    body: { state: 'REVOKED', reason: 'has left' },
  })
  t.match(await call(authority, 'POST', `${credential}/reinstate`, {}), { status: 409 })
  t.match(await call(member, 'POST', `/credentials/${held.digest}/remove`, {}), { body: { removed: true } })
  t.equal((await call(member, 'GET', `/credentials/${held.digest}`)).status, 404)
})

t.test('an offer goes out, waits, and is declined, all by the API', async t => {
  const { startAuthority, startMember, member: holder } = await league(t)
  const [authority, member] = await Promise.all([startAuthority(), startMember()])
  const offered = await call(authority, 'POST', '/issuance/offers', { holder, credentials: ['membership'] })
  t.equal(offered.status, 201)
  await settle(authority, member)
  const offers = await call(member, 'GET', '/credentials/offers')
  t.match(offers.body.items, [{ state: 'WAITING', objects: ['membership'] }])
  const path = `/credentials/offers/${offers.body.items[0].id}`
  t.match(await call(member, 'POST', `${path}/decline`, {}), { status: 200, body: { state: 'DECLINED' } })
  t.match(await call(member, 'POST', `${path}/accept`, {}), { status: 409 })
})

// biome-ignore format: a table is read by its columns
const wrong = [
  [ 'POST', '/credentials/requests',   { issuer: 'nobody', types: ['T'] },       '/issuer'      ],
  [ 'POST', '/credentials/requests',   { issuer: 'did:web:x', types: [] },       '/types'       ],
  [ 'GET',  '/credentials/requests?state=LOST', undefined,                       '/state'       ],
  [ 'GET',  '/issuance/requests?limit=0', undefined,                             '/limit'       ],
  [ 'POST', '/issuance/offers',        { holder: 'did:web:x' },                  '/credentials' ],
  [ 'POST', '/issuance/requests/x/approve', { claims: 'all' },                   '/claims'      ],
] as const

t.test('what is asked wrongly is refused, and the place is named; without the key nothing is told', async t => {
  const { startAuthority } = await league(t)
  const authority = await startAuthority()
  for (const [method, path, body, place] of wrong)
    t.match(await call(authority, method, path, body), { status: 400, body: { faults: [{ path: place }] } }, path)
  t.match(await call(authority, 'GET', '/issuance/requests/none'), { status: 404 })
  t.match(await call(authority, 'POST', '/issuance/credentials/none/revoke', {}), { status: 404 })
  for (const path of ['/credentials', '/credentials/x/token', '/issuance/requests', '/issuance/credentials'])
    t.equal((await call(authority, 'GET', path, undefined, 'another key')).status, 401, path)
})

t.test('a connector that holds or issues nothing says which setting changes that', async t => {
  const api = await startApi(t)
  t.match(await api.call('GET', '/v1/credentials'), {
    status: 404,
    body: { code: 'not-enabled', detail: /identity.mode/ },
  })
  t.match(await api.call('GET', '/v1/issuance/requests'), { status: 404, body: { detail: /issuer.definitions/ } })
})
