import { connect } from 'node:net'
import t from 'tap'
import { KEY, startApi } from './api.ts'

const paths = ['/v3/assets/x', '/v1/negotiations']

t.test('nobody gets in without the key, with a wrong one, or with part of it', async t => {
  const api = await startApi(t)
  for (const path of paths)
    for (const key of ['', 'wrong', KEY.slice(0, -1), `${KEY}x`])
      t.equal((await api.call('GET', path, undefined, { 'x-api-key': key })).status, 401, `${path} ${key}`)
})

t.test('the refusal is told in the words of each API', async t => {
  const api = await startApi(t)
  const edc = await api.call('GET', '/v3/assets/x', undefined, { 'x-api-key': '' })
  t.match(edc.body, [{ type: 'AuthenticationFailed', path: null, invalidValue: null }])
  const ours = await api.call('GET', '/v1/negotiations', undefined, { 'x-api-key': '' })
  t.match(ours, { type: /application\/problem\+json/, body: { status: 401, code: 'unauthenticated' } })
})

t.test('without the key nothing of a request is read', async t => {
  const api = await startApi(t)
  const status = await new Promise<string>((resolve, reject) => {
    const socket = connect(api.port, '127.0.0.1')
    socket.on('error', reject)
    socket.on('data', data => {
      resolve(data.toString().slice(0, 12))
      socket.destroy()
    })
    // The body that is announced never comes.
    socket.write(
      'POST /management/v3/assets HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n',
    )
  })
  t.equal(status, 'HTTP/1.1 401')
})

t.test('a path may end in a question mark', async t => {
  const api = await startApi(t)
  t.equal((await api.call('POST', '/v3/assets/request?')).status, 200)
})

t.test('an id that no database could hold is not found', async t => {
  const api = await startApi(t)
  for (const path of ['/v3/assets/%00', `/v3/assets/${'x'.repeat(3_000)}`, '/v1/negotiations/%00'])
    t.equal((await api.call('GET', path)).status, 404)
  t.same(api.unexpected, [])
})

t.test('a body that no database could hold is refused', async t => {
  const api = await startApi(t)
  for (const path of ['/v3/assets', '/v1/negotiations'])
    for (const text of ['"a\\u0000b"', '"\\ud800"']) {
      const answer = await api.call('POST', path, `{"x":[${text}]}`)
      t.equal(answer.status, 400)
    }
  t.same(api.unexpected, [])
})

t.test('a body that is no JSON object is refused', async t => {
  const api = await startApi(t)
  for (const body of ['[]', '7', '"x"', 'null', '{']) t.equal((await api.call('POST', '/v3/assets', body)).status, 400)
  t.same(api.unexpected, [])
})
