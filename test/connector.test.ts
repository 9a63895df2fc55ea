import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import t, { type Test } from 'tap'
import type { Config } from '../src/config/index.ts'
import { createConnector } from '../src/connector.ts'
import { testConfig } from './support/config.ts'
import { testDatabaseUrl } from './support/database.ts'
import { assertValid } from './support/spec.ts'

const knows = [{ id: 'did:web:peer', token: 'token-of-peer' }]

async function startConnector(t: Test, changes: Partial<Config> = {}) {
  const connector = await createConnector(
    testConfig({ id: 'did:web:us', database: await testDatabaseUrl(t), knows }, changes),
  )
  t.teardown(() => connector.stop())
  return { connector, urls: await connector.start() }
}

const json = async (url: string, init: RequestInit = {}) => {
  const answer = await fetch(url, init)
  const body = (await answer.json()) as { '@type'?: string; protocolVersions?: { path: string }[] }
  return { status: answer.status, body }
}

t.test('peers find the protocol from either root, without a token', async t => {
  const { connector, urls } = await startConnector(t)
  for (const root of [urls.protocol, `${urls.protocol}/dsp`]) {
    const { status, body } = await json(`${root}/.well-known/dspace-version`)
    t.equal(status, 200)
    await assertValid(t, { '@type': 'VersionResponse', ...body })
    t.equal(`${root}${body.protocolVersions?.[0]?.path}`, connector.protocolUrl())
    t.notHas(body.protocolVersions?.[0], { auth: {} }, 'tokens are handed over, not asked for by a protocol')
  }
})

t.test('health and metrics need no key, and tell nothing but that', async t => {
  const { urls } = await startConnector(t)
  t.match(await json(`${urls.management}/health/live`), { status: 200, body: { status: 'up' } })
  t.match(await json(`${urls.management}/health/ready`), { status: 200, body: { status: 'up' } })
  const metrics = await (await fetch(`${urls.management}/metrics`)).text()
  t.match(metrics, /kontor_outbox_depth 0/)
  t.match(metrics, /process_resident_memory_bytes/)
})

t.test('web pages use the management API if the setting names their origin, and no other plane', async t => {
  const management = { ...testConfig({ id: 'us' }).management, allowOrigins: ['https://console.example'] }
  const [named, plain] = [await startConnector(t, { management }), await startConnector(t)]
  const allowed = async (origin: string) => {
    const headers = { origin: 'https://console.example', 'access-control-request-method': 'POST' }
    const answer = await fetch(`${origin}/management/v3/assets/request`, { method: 'OPTIONS', headers })
    return answer.headers.get('access-control-allow-origin')
  }
  t.equal(await allowed(named.urls.management), 'https://console.example')
  t.equal(await allowed(named.urls.protocol), null)
  t.equal(await allowed(plain.urls.management), null, 'nobody by default')
})

t.test('the planes do not answer for each other', async t => {
  const { urls } = await startConnector(t)
  t.match(await json(`${urls.protocol}/management/v3/assets/x`), { status: 404, body: { code: 'not-found' } })
  t.match(await json(`${urls.data}/health/ready`), { status: 404 })
  t.equal((await fetch(`${urls.management}/dsp/2025-1/catalog/request`, { method: 'POST' })).status, 404)
})

// biome-ignore format: a table is read by its columns
const strangers = [
  [ '/catalog/request',             'POST', 'CatalogError'             ],
  [ '/catalog/datasets/x',          'GET',  'CatalogError'             ],
  [ '/negotiations/request',        'POST', 'ContractNegotiationError' ],
  [ '/negotiations/x',              'GET',  'ContractNegotiationError' ],
  [ '/negotiations/x/termination',  'POST', 'ContractNegotiationError' ],
  [ '/transfers/request',           'POST', 'TransferError'            ],
  [ '/transfers/x',                 'GET',  'TransferError'            ],
] as const

t.test('strangers get the error of the protocol they spoke', async t => {
  const { connector } = await startConnector(t)
  for (const [path, method, type] of strangers) {
    const { status, body } = await json(`${connector.protocolUrl()}${path}`, {
      method,
      headers: { authorization: 'Bearer no' },
    })
    t.match({ status, body }, { status: 401, body: { '@type': type, code: 'unauthenticated' } }, `${method} ${path}`)
    await assertValid(t, body)
  }
})

const post = (connector: { protocolUrl(): string }, path: string, body: object) =>
  json(`${connector.protocolUrl()}${path}`, {
    method: 'POST',
    headers: { authorization: 'Bearer token-of-peer', 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })

const request = (callbackAddress: string) => ({
  '@context': ['https://w3id.org/dspace/2025/1/context.jsonld'],
  '@type': 'ContractRequestMessage',
  consumerPid: 'urn:uuid:c',
  callbackAddress,
  offer: { '@type': 'Offer', '@id': 'o', target: 'd', permission: [{ action: 'use' }] },
})

for (const address of [
  'http://10.0.0.1/dsp',
  'http://169.254.169.254/latest',
  'http://[::1]:1/',
  'file:///etc/passwd',
  'http://user:pw@127.0.0.1/',
])
  t.test(`nobody makes us call ${address}`, async t => {
    const { connector } = await startConnector(t)
    const { status, body } = await post(connector, '/negotiations/request', request(address))
    t.equal(status, 400)
    t.equal(body['@type'], 'ContractNegotiationError')
    t.same(await connector.negotiations.list(), [])
  })

t.test('an offer we do not make is answered with an error, and begins nothing', async t => {
  const { connector } = await startConnector(t)
  const { status, body } = await post(connector, '/negotiations/request', request('http://127.0.0.1:1/dsp'))
  t.match(
    { status, body },
    { status: 404, body: { code: 'not-found', consumerPid: 'urn:uuid:c', reason: [/no offer with the id "o"/] } },
  )
  t.same(await connector.negotiations.list(), [])
})

t.test('a port that is taken ends the start with a sentence that names the setting', async t => {
  const other = createServer().listen(0, '127.0.0.1')
  await once(other, 'listening')
  t.teardown(() => other.close())
  const { port } = other.address() as AddressInfo
  const connector = await createConnector(
    testConfig(
      { id: 'did:web:us', database: await testDatabaseUrl(t) },
      { protocol: { host: '127.0.0.1', port, publicUrl: undefined } },
    ),
  )
  t.teardown(() => connector.stop())
  await t.rejects(connector.start(), { code: 'port-taken', message: /protocol\.port/ })
})

t.test('a decider that is none ends the start with a sentence that names the setting', async t => {
  const database = await testDatabaseUrl(t)
  const wrong = (module: string) =>
    createConnector(
      testConfig(
        { id: 'us', database },
        { negotiation: { counterOffers: 'ask', webhook: undefined, deciders: [module] } },
      ),
    )
  await t.rejects(wrong('no-such-package'), {
    code: 'configuration',
    message: /negotiation\.deciders: no-such-package cannot be loaded/,
  })
  await t.rejects(wrong('data:text/javascript,export default 1'), {
    message: /must export \{ negotiation, transfer \}/,
  })
})
