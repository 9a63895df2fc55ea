import t from 'tap'
import { createJsonLd } from '../../../src/jsonld/index.ts'
import { fromDataAddress, readAddress, showAddress, toDataAddress, unmask } from '../../../src/management/v3/address.ts'
import { EDC } from '../../../src/management/v3/words.ts'

const jsonLd = createJsonLd()

async function read(address: object) {
  const [node = {}] = await jsonLd.expand({ '@context': { '@vocab': EDC }, ...address })
  return readAddress(jsonLd, node, 'dataAddress')
}

t.test('a data address keeps its properties under the names people gave them', async t => {
  const address = await read({
    '@type': 'DataAddress',
    type: 'HttpData',
    baseUrl: 'https://data.example/',
    proxyPath: 'true',
    'header:X-Api-Key': 'k',
  })
  t.same(address, { type: 'HttpData', baseUrl: 'https://data.example/', proxyPath: 'true', 'header:X-Api-Key': 'k' })
})

t.test('a data address without a type is refused', async t => {
  await t.rejects(read({ baseUrl: 'https://data.example/' }), { code: 'invalid' })
})

t.test('secrets in a data address are seen by their names only', async t => {
  const secrets = [
    'header:x',
    'authorization',
    'authCode',
    'clientSecret',
    'password',
    'accessToken',
    'apiKey',
    'api-key',
  ]
  const address = Object.fromEntries(secrets.map(name => [name, 'do not tell']))
  const shown = showAddress({ type: 'HttpData', baseUrl: 'https://data.example/', authKey: 'X-Key', ...address })
  t.notMatch(JSON.stringify(shown), /do not tell/)
  t.match(shown, { baseUrl: 'https://data.example/', authKey: 'X-Key', authCode: '[secret]' })
})

t.test('an address that was read and is sent again keeps its secrets', async t => {
  const before = { type: 'HttpData', baseUrl: 'https://a.example/', authCode: 'old' }
  const changed = { ...before, baseUrl: 'https://b.example/', authCode: '[secret]' }
  t.same(unmask(changed, before), { type: 'HttpData', baseUrl: 'https://b.example/', authCode: 'old' })
  t.same(unmask({ ...before, authCode: 'new' }, before), { ...before, authCode: 'new' })
})

t.test('a mask with nothing behind it is refused', async t => {
  t.throws(() => unmask({ type: 'HttpData', authCode: '[secret]' }, undefined), { code: 'invalid' })
})

t.test(
  'a destination goes to the provider under full names, as the EDC writes it, and with the endpoint for everyone else',
  async t => {
    t.same(toDataAddress({ type: 'HttpData', baseUrl: 'https://sink.example/' }), {
      '@type': 'DataAddress',
      endpointType: 'HttpData',
      endpoint: 'https://sink.example/',
      endpointProperties: [{ '@type': 'EndpointProperty', name: `${EDC}baseUrl`, value: 'https://sink.example/' }],
    })
  },
)

t.test('a destination has single texts only', async t => {
  t.throws(() => toDataAddress({ type: 'HttpData', baseUrl: ['a', 'b'] }), { code: 'invalid' })
})

t.test('names that a peer gave without a namespace stay as they are', async t => {
  const address = fromDataAddress({
    '@type': 'DataAddress',
    endpointType: 'https://w3id.org/idsa/v4.1/HTTP',
    endpoint: 'https://a.example/',
    endpointProperties: [
      { '@type': 'EndpointProperty', name: `${EDC}authorization`, value: 'eyJ' },
      { '@type': 'EndpointProperty', name: 'region', value: 'eu' },
    ],
  })
  t.same(address, {
    type: 'https://w3id.org/idsa/v4.1/HTTP',
    endpoint: 'https://a.example/',
    authorization: 'eyJ',
    region: 'eu',
  })
})

t.test('a peer cannot name a property like a keyword of JSON-LD', async t => {
  const property = { '@type': 'EndpointProperty', name: '@context', value: 'https://evil.example/' } as const
  const address = fromDataAddress({ '@type': 'DataAddress', endpointType: 'x', endpointProperties: [property] })
  t.same(address, { type: 'x' })
})
