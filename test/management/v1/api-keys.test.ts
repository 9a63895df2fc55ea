import t from 'tap'
import { startApi } from '../api.ts'

t.test('a key is told once, and works from then on', async t => {
  const api = await startApi(t)
  const made = await api.call('POST', '/v1/api-keys', { name: 'dashboard', role: 'read' })
  t.match(made, { status: 201, body: { name: 'dashboard', role: 'read', createdBy: 'operator', expiresAt: null } })
  const { id, key } = made.body
  t.equal((await api.call('GET', '/v1/negotiations', undefined, { 'x-api-key': key })).status, 200)
  for (const path of ['/v1/api-keys', `/v1/api-keys/${id}`]) {
    const shown = JSON.stringify((await api.call('GET', path)).body)
    t.match(shown, 'dashboard')
    t.notMatch(shown, key)
  }
})

t.test('a revoked key is nobody’s', async t => {
  const api = await startApi(t)
  const { id, key } = (await api.call('POST', '/v1/api-keys', { name: 'ci', role: 'operator' })).body
  const headers = { 'x-api-key': key }
  const revoked = await api.call('POST', `/v1/api-keys/${id}/revoke`, undefined, headers)
  t.match(revoked, { status: 200, body: { id, revokedBy: 'key:ci', revokedAt: String } })
  t.match(await api.call('GET', '/v1/negotiations', undefined, headers), { status: 401 })
  t.match(await api.call('POST', `/v1/api-keys/${id}/revoke`), { status: 409 })
  t.match(await api.call('POST', '/v1/api-keys/nothing/revoke'), { status: 404 })
  t.match(await api.call('GET', '/v1/api-keys/nothing'), { status: 404 })
})

t.test('what a key cannot be is refused', async t => {
  const api = await startApi(t)
  for (const wish of [
    {},
    { name: 'x' },
    { name: 'x', role: 'god' },
    { name: 'a b', role: 'read' },
    { name: '', role: 'read' },
    { name: 'x', role: 'read', expiresAt: 'tomorrow' },
    { name: 'x', role: 'read', expiresAt: '2020-01-01T00:00:00Z' },
    { name: 'x', role: 'read', expiresAt: '2030-13-41T00:00:00Z' },
    { name: 'x', role: 'read', key: 'mine' },
  ])
    t.match(await api.call('POST', '/v1/api-keys', wish), { status: 400, body: { code: 'invalid' } })
})

t.test('who lacks the role is told so, in the words of each API', async t => {
  const api = await startApi(t)
  const { key } = (await api.call('POST', '/v1/api-keys', { name: 'ci', role: 'read' })).body
  const headers = { 'x-api-key': key }
  const edc = await api.call('DELETE', '/v3/assets/x', undefined, headers)
  t.match(edc, { status: 403, body: [{ type: 'NotAuthorized', message: /steward/, path: null, invalidValue: null }] })
  const ours = await api.call('POST', '/v1/negotiations', {}, headers)
  t.match(ours, { status: 403, type: /application\/problem\+json/, body: { code: 'forbidden', detail: /steward/ } })
})

t.test('the history of a process names the key that a command came by', async t => {
  const api = await startApi(t)
  const { key } = (await api.call('POST', '/v1/api-keys', { name: 'ci', role: 'steward' })).body
  const body = {
    counterparty: 'peer',
    address: 'http://peer.example/dsp/2025-1',
    offer: { '@id': 'o', target: 'd', permission: [{ action: 'use' }] },
  }
  const { id } = (await api.call('POST', '/v1/negotiations', body, { 'x-api-key': key })).body
  const { items } = (await api.call('GET', `/v1/negotiations/${encodeURIComponent(id)}/history`)).body
  t.match(items[0], { actor: 'key:ci', event: 'commanded', message: 'request' })
})
