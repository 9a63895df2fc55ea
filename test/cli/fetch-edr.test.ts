import t from 'tap'
import { readEdr } from '../../src/cli/fetch/edr.ts'
import type { DataAddress } from '../../src/signaling/index.ts'

const addressOf = (properties: Record<string, string>, endpoint?: string): DataAddress => ({
  '@type': 'DataAddress',
  endpointType: 'https://w3id.org/idsa/v4.1/HTTP',
  ...(endpoint === undefined ? {} : { endpoint }),
  endpointProperties: Object.entries(properties).map(([name, value]) => ({ '@type': 'EndpointProperty', name, value })),
})

t.test('an address in the protocol’s words is understood', async t => {
  const address = addressOf({ authorization: 'abc', authType: 'bearer' }, 'https://p/public')
  t.same(readEdr(address), {
    url: 'https://p/public',
    authorization: 'Bearer abc',
  })
})

t.test('an address in the EDC’s words is understood; its data plane takes the token alone', async t => {
  const edc = 'https://w3id.org/edc/v0.0.1/ns/'
  const address = addressOf({
    [`${edc}endpoint`]: 'http://p/public',
    [`${edc}authType`]: 'bearer',
    [`${edc}authorization`]: 'abc',
  })
  t.same(readEdr(address), { url: 'http://p/public', authorization: 'abc' })
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
