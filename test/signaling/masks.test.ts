import t from 'tap'
import { isSecret, masked } from '../../src/signaling/masks.ts'

t.test('names tell what opens something, with a namespace before them or not', async t => {
  const secrets = [
    'header:x',
    'header:X-User-Name',
    'authorization',
    'authCode',
    'https://w3id.org/edc/v0.0.1/ns/authCode',
    'clientSecret',
    'oauth2:clientSecret',
    'secretAccessKey',
    'password',
    'accessToken',
    'refreshToken',
    'sasToken',
    'apiKey',
    'api-key',
    'accountKey',
    'privateKey',
    'connectionString',
  ]
  for (const name of secrets) t.ok(isSecret(name), name)
})

t.test('what only names a secret, or says where it is had, is none', async t => {
  const others = [
    'secretName',
    'https://w3id.org/edc/v0.0.1/ns/secretName',
    'authKey',
    'authType',
    'tokenUrl',
    'accessKeyId',
  ]
  for (const name of [
    ...others,
    'refreshEndpoint',
    'expiresIn',
    'keyName',
    'region',
    'baseUrl',
    'https://token.example/path',
  ])
    t.notOk(isSecret(name), name)
})

t.test('of a URL all is seen but who asks, and parameters that open what is behind it', async t => {
  const table = [
    ['https://data.example/wind?year=2026', 'https://data.example/wind?year=2026'],
    ['https://x.example/?sv=1&sig=a%2Fb&se=2', 'https://x.example/?sv=1&sig=[secret]&se=2'],
    ['https://x.example/?X-Amz-Signature=ab#top', 'https://x.example/?X-Amz-Signature=[secret]#top'],
    ['https://me:hush@x.example/a', 'https://[secret]@x.example/a'],
    ['https://x.example/?keyword=solar&monkey=1', 'https://x.example/?keyword=solar&monkey=1'],
    ['https://x.example/?api_key=k&key=l', 'https://x.example/?api_key=[secret]&key=[secret]'],
  ]
  for (const [url, shown] of table) t.equal(masked('baseUrl', url), shown)
})

t.test('parameters without a URL around them are read in queryParams only', async t => {
  t.equal(masked('queryParams', 'code=abc&format=csv'), 'code=[secret]&format=csv')
  t.equal(masked('queryParams', '?code=abc'), '?code=[secret]')
  t.equal(masked('path', 'code=abc'), 'code=abc')
})
