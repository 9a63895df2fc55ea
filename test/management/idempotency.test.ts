import t from 'tap'
import { joinReplicas } from '../../src/process/index.ts'
import { KEY, PEER_URL, startApi } from './api.ts'

const edc = { '@context': { '@vocab': 'https://w3id.org/edc/v0.0.1/ns/' } }
const asset = {
  ...edc,
  properties: { name: 'wind' },
  dataAddress: { type: 'HttpData', baseUrl: 'http://source.example/' },
}
const negotiation = {
  counterparty: 'peer',
  address: PEER_URL,
  offer: { '@id': 'o', target: 'd', permission: [{ action: 'use' }] },
}
const once = (key: string) => ({ 'idempotency-key': key })

t.test('the same again is answered the same, and done once', async t => {
  const api = await startApi(t)
  for (const [path, body] of [
    ['/v3/assets', asset],
    ['/v1/negotiations', negotiation],
    ['/v1/api-keys', { name: 'ci', role: 'read' }],
  ] as const) {
    const first = await api.call('POST', path, body, once('one'.concat(path)))
    const again = await api.call('POST', path, body, once('one'.concat(path)))
    t.match(first, { status: /^20[01]$/ }, path)
    t.same(again, first, path)
  }
  await api.settled()
  t.equal(api.peer.sent.length, 1)
  t.equal((await api.call('POST', '/v3/assets/request', {})).body.length, 1)
})

t.test('those who come at the same moment get one answer, and it is done once', async t => {
  const api = await startApi(t)
  const answers = await Promise.all(
    Array.from({ length: 10 }, () => api.call('POST', '/v3/assets', asset, once('same'))),
  )
  t.equal(new Set(answers.map(({ body }) => body['@id'])).size, 1)
  t.equal((await api.call('POST', '/v3/assets/request', {})).body.length, 1)
})

t.test('a key that comes with something else is refused', async t => {
  const api = await startApi(t)
  await api.call('POST', '/v3/assets', asset, once('k'))
  const other = await api.call('POST', '/v3/assets', { ...asset, '@id': 'other' }, once('k'))
  t.match(other, { status: 422, body: [{ message: /another request/ }] })
  t.match(await api.call('POST', '/v1/negotiations', asset, once('k')), { status: 422, body: { code: 'key-reused' } })
})

t.test('keys belong to whoever uses them', async t => {
  const api = await startApi(t)
  const { key } = (await api.call('POST', '/v1/api-keys', { name: 'ci', role: 'steward' })).body
  const mine = await api.call('POST', '/v3/assets', asset, once('k'))
  const theirs = await api.call('POST', '/v3/assets', asset, { ...once('k'), 'x-api-key': key })
  t.not(mine.body['@id'], theirs.body['@id'])
})

t.test('what was refused may be tried again by the same key', async t => {
  const api = await startApi(t)
  t.equal((await api.call('POST', '/v3/assets', { ...edc }, once('k'))).status, 400)
  t.equal((await api.call('POST', '/v3/assets', asset, once('k'))).status, 200)
})

t.test('a request that was broken off is not done again, and that is said', async t => {
  const api = await startApi(t)
  const first = await api.call('POST', '/v3/assets', asset, once('k'))
  // As if the process had died between the change and the answer.
  await api.db.query('update idempotency set answer = null, replica = 999')
  t.match(await api.call('POST', '/v3/assets', asset, once('k')), { status: 409, body: [{ message: /broken off/ }] })
  t.match((await api.call('POST', '/v3/assets/request', {})).body, [{ '@id': first.body['@id'] }])
})

t.test('what another process has at work is not begun a second time, and may be asked for again', async t => {
  const api = await startApi(t)
  await api.call('POST', '/v3/assets', asset, once('k'))
  const other = await joinReplicas(api.db)
  t.teardown(() => other.leave())
  await api.db.query('update idempotency set answer = null, replica = $1', [other.number])
  const again = await api.call('POST', '/v3/assets', asset, once('k'))
  t.match(again, { status: 409, body: [{ message: /still at work/ }] })
})

t.test('a day later a key is forgotten', async t => {
  const api = await startApi(t)
  const first = await api.call('POST', '/v3/assets', asset, once('k'))
  api.clock.at += 86_400_001
  const second = await api.call('POST', '/v3/assets', asset, once('k'))
  t.not(first.body['@id'], second.body['@id'])
})

t.test('a new API key that is told once more is readable in the database nowhere', async t => {
  const api = await startApi(t)
  const { key } = (await api.call('POST', '/v1/api-keys', { name: 'ci', role: 'read' }, once('k'))).body
  const [row] = await api.db.query<{ answer: Buffer }>('select answer from idempotency')
  t.ok(row && !row.answer.includes(key) && !row.answer.includes(KEY))
})

t.test('what no key can be is refused', async t => {
  const api = await startApi(t)
  for (const key of ['x'.repeat(256), 'a b'])
    t.equal((await api.call('POST', '/v3/assets', asset, once(key))).status, 400)
})

t.test('a repetition is marked as one', async t => {
  const api = await startApi(t)
  const ask = () =>
    fetch(`http://127.0.0.1:${api.port}/management/v3/assets`, {
      method: 'POST',
      headers: { 'x-api-key': KEY, 'content-type': 'application/json', ...once('k') },
      body: JSON.stringify(asset),
    })
  t.equal((await ask()).headers.get('idempotency-replayed'), null)
  t.equal((await ask()).headers.get('idempotency-replayed'), 'true')
})
