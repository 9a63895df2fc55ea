import t from 'tap'
import { startProvider } from '../support/openid-provider.ts'
import { PEER_URL, startApi } from './api.ts'

const without = { 'x-api-key': '' }

t.test('a provider’s access token opens the API, and journal and audit name its subject', async t => {
  const provider = await startProvider(t, () => new Date('2026-11-23T15:00:00Z'))
  const roles = { 'data-stewards': 'steward' } as const
  const oidc = { issuer: provider.issuer, audience: 'kontor', roleClaim: 'roles', roles }
  const api = await startApi(t, { oidc, allow: ['127.0.0.1'] })
  const headers = { ...without, authorization: `Bearer ${await provider.token()}` }
  const offer = { '@id': 'o', target: 'd', permission: [{ action: 'use' }] }
  const made = await api.call('POST', '/v1/negotiations', { counterparty: 'peer', address: PEER_URL, offer }, headers)
  t.equal(made.status, 201)
  const history = await api.call(
    'GET',
    `/v1/negotiations/${encodeURIComponent(made.body.id)}/history`,
    undefined,
    headers,
  )
  t.match(history.body.items[0], { actor: 'oidc:alice' })
  t.match((await api.call('GET', '/v1/audit')).body.items, [{ actor: 'oidc:alice', object: made.body.id }])
  t.equal((await api.call('GET', '/v1/api-keys', undefined, headers)).status, 403)
  const wrong = await api.call('GET', '/v1/negotiations', undefined, { ...without, authorization: 'Bearer x' })
  t.match(wrong, { status: 401, body: { code: 'unauthenticated' } })
})

t.test('where no provider is set a token opens nothing', async t => {
  const api = await startApi(t)
  const headers = { ...without, authorization: 'Bearer x.y.z' }
  t.equal((await api.call('GET', '/v1/negotiations', undefined, headers)).status, 401)
})

t.test('who sends more than a caller may is told when there is room again, and others pass', async t => {
  const api = await startApi(t, { limits: { managementRequests: 3, managementFailures: 100 }, elapsed: () => 0 })
  const statuses = await Promise.all([1, 2, 3, 4].map(async () => (await api.call('GET', '/v1/negotiations')).status))
  t.same(statuses.toSorted(), [200, 200, 200, 429])
  t.match(await api.call('POST', '/v3/assets/request', {}), { status: 429, body: [{ type: 'TooManyRequests' }] })
})

t.test('who guesses is stopped, the right key at last included; who was let in before passes', async t => {
  const clock = { elapsed: 0 }
  const limits = { managementRequests: 100, managementFailures: 5 }
  const api = await startApi(t, { limits, elapsed: () => clock.elapsed })
  const ask = (key: string) => api.call('GET', '/v1/negotiations', undefined, { 'x-api-key': key })
  const { key } = (await api.call('POST', '/v1/api-keys', { name: 'ci', role: 'read' })).body
  const guesses = []
  for (let guess = 0; guess < 6; guess++) guesses.push((await ask(`guess-${guess}`)).status)
  t.same(guesses, [401, 401, 401, 401, 401, 429])
  t.equal((await ask(key)).status, 429, 'the right key among guesses is not told from them')
  t.equal((await api.call('GET', '/v1/negotiations')).status, 200)
  clock.elapsed += 12_000
  t.equal((await ask(key)).status, 200)
})

t.test('an answer that there is too much says when to come again', async t => {
  const api = await startApi(t, { limits: { managementRequests: 1, managementFailures: 1 }, elapsed: () => 0 })
  const ask = () => fetch(`http://127.0.0.1:${api.port}/management/v1/negotiations`)
  t.equal((await ask()).status, 401)
  const second = await ask()
  t.equal(second.status, 429)
  t.equal(second.headers.get('retry-after'), '60')
})
