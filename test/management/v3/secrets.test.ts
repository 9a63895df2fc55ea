import t from 'tap'
import { startApi } from '../api.ts'

const EDC = 'https://w3id.org/edc/v0.0.1/ns/'
const context = { '@vocab': EDC }
const secret = { '@context': context, '@id': 'key-of-the-source', '@type': 'Secret', value: 'swordfish' }

t.test('a secret is created, and shown without its value', async t => {
  const api = await startApi(t)
  const created = await api.call('POST', '/v3/secrets', secret)
  t.match(created, {
    status: 200,
    body: { '@type': 'IdResponse', '@id': 'key-of-the-source', createdAt: api.clock.at },
  })
  const shown = await api.call('GET', '/v3/secrets/key-of-the-source')
  t.equal(shown.status, 200)
  t.strictSame(shown.body, {
    '@type': 'Secret',
    '@id': 'key-of-the-source',
    '@context': created.body['@context'],
  })
  t.equal((await api.secrets.reveal('key-of-the-source'))?.reveal(), 'swordfish')
})

t.test('a secret is replaced and removed without a word', async t => {
  const api = await startApi(t)
  await api.call('POST', '/v3/secrets', secret)
  t.match(await api.call('PUT', '/v3/secrets', { ...secret, value: 'dorsch' }), { status: 204, body: undefined })
  t.equal((await api.secrets.reveal('key-of-the-source'))?.reveal(), 'dorsch')
  t.match(await api.call('DELETE', '/v3/secrets/key-of-the-source'), { status: 204, body: undefined })
  t.equal(await api.secrets.reveal('key-of-the-source'), undefined)
})

t.test('what is not there is not found, by its sentence', async t => {
  const api = await startApi(t)
  const answers = [
    await api.call('GET', '/v3/secrets/key-of-the-source'),
    await api.call('PUT', '/v3/secrets', secret),
    await api.call('DELETE', '/v3/secrets/key-of-the-source'),
  ]
  const message = 'Object of type Secret with ID=key-of-the-source was not found'
  for (const answer of answers) t.match(answer, { status: 404, body: [{ type: 'ObjectNotFound', message }] })
})

t.test('a name is taken once', async t => {
  const api = await startApi(t)
  await api.call('POST', '/v3/secrets', secret)
  const message = 'Secret with ID key-of-the-source already exists'
  t.match(await api.call('POST', '/v3/secrets', secret), { status: 409, body: [{ type: 'ObjectConflict', message }] })
})

t.test('a secret without a name gets one; one without a value is refused', async t => {
  const api = await startApi(t)
  const { '@id': _, ...nameless } = secret
  const { body } = await api.call('POST', '/v3/secrets', nameless)
  t.equal((await api.secrets.reveal(body['@id']))?.reveal(), 'swordfish')
  for (const value of [undefined, ' ', 7, { a: 1 }])
    t.match(await api.call('POST', '/v3/secrets', { ...secret, value }), {
      status: 400,
      body: [{ type: 'ValidationFailure', path: `${EDC}value` }],
    })
  t.match(await api.call('POST', '/v3/secrets', { ...secret, '@id': ' ' }), { status: 400, body: [{ path: '@id' }] })
  t.match(await api.call('PUT', '/v3/secrets', nameless), { status: 400, body: [{ path: '@id' }] })
})

t.test('no answer shows a value, whatever is wrong with the rest', async t => {
  const api = await startApi(t)
  const long = { ...secret, value: 'swordfish'.repeat(20_000) }
  for (const body of [{ ...secret, '@id': 'x'.repeat(600) }, { ...secret, '@id': ' x' }, long]) {
    const answer = await api.call('POST', '/v3/secrets', body)
    t.equal(answer.status, 400)
    t.notMatch(JSON.stringify(answer.body), /swordfish/)
  }
})
