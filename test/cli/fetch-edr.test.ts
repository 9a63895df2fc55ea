import t from 'tap'
import { readEdr } from '../../src/cli/fetch/edr.ts'
import { refreshEdr } from '../../src/cli/fetch/refresh.ts'
import type { DataAddress } from '../../src/signaling/index.ts'
import { createSource } from '../dataplane/world.ts'

const addressOf = (properties: Record<string, string>, endpoint?: string): DataAddress => ({
  '@type': 'DataAddress',
  endpointType: 'https://w3id.org/idsa/v4.1/HTTP',
  ...(endpoint === undefined ? {} : { endpoint }),
  endpointProperties: Object.entries(properties).map(([name, value]) => ({ '@type': 'EndpointProperty', name, value })),
})

t.test('an address in the protocol’s words is understood', async t => {
  const address = addressOf(
    { authorization: 'abc', authType: 'bearer', refreshToken: 'r', refreshEndpoint: 'https://p/token' },
    'https://p/public',
  )
  t.same(readEdr(address), {
    url: 'https://p/public',
    authorization: 'Bearer abc',
    refresh: { endpoint: 'https://p/token', token: 'r' },
  })
})

t.test('an address in the EDC’s words is understood', async t => {
  const edc = 'https://w3id.org/edc/v0.0.1/ns/'
  const address = addressOf({
    [`${edc}endpoint`]: 'http://p/public',
    [`${edc}authType`]: 'bearer',
    [`${edc}authorization`]: 'abc',
  })
  t.same(readEdr(address), { url: 'http://p/public', authorization: 'Bearer abc', refresh: undefined })
})

t.test('an authorization with a scheme, or without a type, is sent as it is', async t => {
  t.equal(
    readEdr(addressOf({ authorization: 'Basic dTpw', authType: 'bearer' }, 'http://p/')).authorization,
    'Basic dTpw',
  )
  t.equal(readEdr(addressOf({ authorization: 'abc' }, 'http://p/')).authorization, 'abc')
  t.equal(readEdr(addressOf({}, 'http://p/')).authorization, undefined)
})

t.test('an address that is no web address is refused', async t => {
  for (const endpoint of [undefined, 'public', 'ftp://p/', 'file:///etc/passwd'])
    t.throws(() => readEdr(addressOf({}, endpoint)), { code: 'invalid' })
})

t.test('a refresh asks as OAuth 2.0 says, and keeps the refresh token if there is no new one', async t => {
  const bodies: string[] = []
  const endpoint = await createSource(t, async (request, response) => {
    bodies.push(String(Buffer.concat(await request.toArray())))
    response.end('{"access_token":"new","token_type":"Bearer"}')
  })
  const edr = { url: 'http://p/', authorization: 'Bearer old', refresh: { endpoint, token: 'r&' } }
  t.same(await refreshEdr(edr), { ...edr, authorization: 'Bearer new' })
  t.same(bodies, ['grant_type=refresh_token&refresh_token=r%26'])
})

t.test('a refresh that is refused, or makes no sense, says so', async t => {
  // biome-ignore format: a table is read by its columns
  const table = [
    [ 400, '{"error":"invalid_grant"}', 'invalid',     /answered 400 invalid_grant\./ ],
    [ 200, 'nonsense',                  'invalid',     /answered 200\./ ],
    [ 503, '',                          'bad-gateway', /answered 503/ ],
  ] as const
  for (const [status, body, code, message] of table) {
    const endpoint = await createSource(t, (_, response) => response.writeHead(status).end(body))
    await t.rejects(refreshEdr({ url: 'http://p/', authorization: undefined, refresh: { endpoint, token: 'r' } }), {
      code,
      message,
    })
  }
  await t.rejects(refreshEdr({ url: 'http://p/', authorization: undefined, refresh: undefined }), { code: 'invalid' })
})
