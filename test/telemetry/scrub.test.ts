import fc from 'fast-check'
import t from 'tap'
import { Secret } from '../../src/config/index.ts'
import { invalid } from '../../src/errors.ts'
import { recorder } from './lines.ts'

const secret = 'hunter2hunter2'
const jwt = `eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJ4In0.${secret}`

const hiding: readonly (readonly [what: string, fields: Record<string, unknown>])[] = [
  ['a secret', { key: new Secret(secret) }],
  ['a header', { headers: { Authorization: `Bearer ${secret}`, 'x-api-key': secret, 'Set-Cookie': [secret] } }],
  ['a token of any name', { edr: { access_token: secret, refreshToken: secret, tokens: { a: secret } } }],
  ['a password', { database: { password: secret, dbPassword: secret, PASSWORD: secret } }],
  ['an API key', { management: { apiKey: secret, api_key: secret, apikey: { of: secret } } }],
  ['a data address', { endpointProperties: [{ '@type': 'EndpointProperty', name: 'authorization', value: secret }] }],
  ['the credentials of a URL', { at: `postgres://us:${secret}@db/kontor`, url: new URL(`https://a:${secret}@b/`) }],
  ['a bearer token in a text', { told: `it sent "Bearer ${secret}"` }],
  ['a JSON Web Token in a text', { told: `it sent ${jwt}.` }],
  ['a query', { path: `/data?token=${secret}&b=1` }],
  ['JSON in a text', { body: JSON.stringify({ access_token: secret, b: 1 }) }],
  ['an error', { error: new Error(`no answer to Bearer ${secret}`) }],
  [
    'the cause of an error',
    { error: new Error('a', { cause: invalid(`token=${secret}`, { cause: new Error(jwt) }) }) },
  ],
  ['what libraries hang on errors', { error: Object.assign(new Error('a'), { config: { data: secret } }) }],
  ['bytes', { body: Buffer.from(secret) }],
  ['errors in errors', { error: new AggregateError([new Error(`password: ${secret}`)], 'all failed') }],
]

t.test('no secret comes into a line', async t => {
  for (const [what, fields] of hiding) {
    const { log, text } = recorder()
    log.info(fields, 'a sentence')
    log.info({ deeper: [{ fields }] }, 'a sentence')
    log.child(fields).info('a sentence')
    t.notMatch(text(), secret, what)
    t.equal(text().split('\n').length, 4, 'every line was written')
  }
})

t.test('no secret comes into a line by its sentence', async t => {
  const { log, text } = recorder()
  log.info(`it sent Bearer ${secret}`)
  log.info({}, `it sent ${jwt}`)
  t.notMatch(text(), secret)
})

t.test('a secret is hidden at any depth, whatever stands around it', async t => {
  const names = fc.constantFrom('authorization', 'token', 'secret', 'password', 'apiKey', 'client_secret', 'ID-Token')
  const place = fc.array(fc.oneof(fc.string(), fc.constant(0)), { maxLength: 12 })
  fc.assert(
    fc.property(names, place, fc.jsonValue(), (name, path, beside) => {
      const { log, text } = recorder()
      const around = (inner: object, step: string | number) =>
        step === 0 ? [beside, inner] : { [step]: inner, beside }
      log.info({ at: path.reduce(around, { [name]: { any: secret } }) }, 'a sentence')
      return !text().includes(secret)
    }),
  )
  t.pass()
})

t.test('what is no secret stays as it is', async t => {
  const { log, lines } = recorder()
  const at = new Date('2026-01-02T03:04:05Z')
  const fields = { a: [1, { b: null }], c: 'it needs a Bearer token', d: at, e: at, f: true, g: 10n, h: undefined }
  log.info(fields, 'a sentence')
  const iso = at.toISOString()
  t.match(lines()[0], { a: [1, { b: null }], c: 'it needs a Bearer token', d: iso, e: iso, f: true, g: '10' })
})

t.test('an error is told with code, message, faults, stack and causes', async t => {
  const { log, lines } = recorder()
  const cause = invalid('It is broken.', { faults: [{ path: '/a', message: 'must be a text' }] })
  log.error({ error: new Error('outer', { cause }) }, 'a sentence')
  t.match(lines()[0]?.error, {
    type: 'Error',
    message: 'outer',
    stack: /^Error: outer\n {4}at /,
    cause: {
      type: 'KontorError',
      code: 'invalid',
      message: 'It is broken.',
      faults: [{ path: '/a', message: 'must be a text' }],
    },
  })
})

t.test('circles, depths and lengths come to an end', async t => {
  const { log, lines, text } = recorder()
  const circle: Record<string, unknown> = { long: 'x'.repeat(100_000) }
  circle.self = circle
  let deep: object = {}
  for (let i = 0; i < 100; i++) deep = { deep }
  log.info({ circle, deep }, 'a sentence')
  t.match(lines()[0], { circle: { self: '[shown above]' } })
  t.match(text(), '[deeper]')
  t.ok(text().length < 5_000)
})
