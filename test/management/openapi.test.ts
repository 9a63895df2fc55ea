import { readFile } from 'node:fs/promises'
import t from 'tap'
import { parse } from 'yaml'
import { createConnector } from '../../src/connector.ts'
import { openApiReference } from '../../src/management/index.ts'
import { giveAgreement } from '../support/agreements.ts'
import { testConfig } from '../support/config.ts'
import { testDatabaseUrl } from '../support/database.ts'
import { described, document, faultsBy } from '../support/described.ts'
import { type Api, startApi } from './api.ts'

const file = new URL('../../docs/reference/openapi.json', import.meta.url)

t.test('the manual says what the program does; `npm run docs` writes it anew', async t => {
  t.equal(await readFile(file, 'utf8'), openApiReference())
})

t.test('everything that is answered on the management listener is described, and nothing else', async t => {
  const connector = await createConnector(testConfig({ id: 'did:web:us', database: await testDatabaseUrl(t) }))
  t.teardown(() => connector.stop())
  const answered = connector.endpoints
    .filter(({ plane, path }) => plane === 'management' && !path.startsWith('/management/v4beta/'))
    .map(({ method, path }) => `${method} ${path}`)
  // Of this there is something only where programs of the operator are configured.
  const byConfiguration = ['POST /sts/token']
  t.strictSame(
    described.map(({ method, path }) => `${method} ${path}`).toSorted(),
    [...answered, ...byConfiguration].toSorted(),
  )
})

t.test('every operation has an id of its own, a sentence, and schemas that JSON Schema 2020-12 can read', async t => {
  t.equal(new Set(described.map(({ id }) => id)).size, described.length)
  for (const { id, operation } of described) {
    t.match(operation.summary, /^[A-Z].*[^.]$/, id)
    t.doesNotThrow(() => faultsBy(operation.takes.schema, {}), id)
  }
})

t.test('the document is OpenAPI 3.1, and its references lead somewhere', async t => {
  t.match(document, { openapi: /^3\.1\./, info: { title: String, version: String }, paths: Object })
  const text = JSON.stringify(document)
  const pointers = new Set([...text.matchAll(/"\$ref":"#([^"]+)"/g)].map(([, pointer = '']) => pointer))
  t.ok(pointers.size > 30)
  for (const pointer of pointers) t.ok(at(pointer), pointer)
})

const at = (pointer: string): unknown =>
  pointer
    .split('/')
    .slice(1)
    .reduce<unknown>((value, key) => (value as Record<string, unknown> | undefined)?.[key], document)

/** An answer of an operation, as far as it leads on to others. */
interface Leading {
  readonly operationId: string
  readonly responses: Readonly<Record<string, { readonly links?: Readonly<Record<string, Link>> }>>
}

interface Link {
  readonly operationId: string
  readonly parameters: Readonly<Record<string, string>>
}

t.test('answers lead on to whatever else can be asked of what they name', async t => {
  const operations = Object.values(at('/paths') as object).flatMap(path => Object.values(path as object) as Leading[])
  const links = new Map(
    operations.map(({ operationId, responses }) => [operationId, Object.values(responses).flatMap(linksIn)] as const),
  )
  const known = new Map(described.map(each => [each.id, each]))
  for (const [id, found] of links)
    for (const { operationId, parameters } of found) {
      t.match(known.get(operationId)?.path, /\/:id/, `${id} leads to ${operationId}`)
      t.match(parameters, { id: /^\$response\.body#(\/items)?(\/0)?\/\S+$/ })
    }
  const leads = (id: string) => links.get(id)?.map(({ operationId }) => operationId) ?? []
  t.ok(leads('createAssetV3').includes('removeAssetV3'), 'what was created can be removed')
  t.ok(leads('requestContractNegotiationsV4').includes('terminateContractNegotiationV4'), 'what is listed, be ended')
  t.ok(leads('listWebhooks').includes('pingWebhook'))
  t.ok(leads('getContractNegotiationV3').includes('getContractAgreementV3'), 'a negotiation leads to its agreement')
})

const linksIn = ({ links = {} }: Leading['responses'][string]): readonly Link[] => Object.values(links)

t.test('it is served to everybody, as JSON and as YAML', async t => {
  const { port } = await startApi(t)
  const get = (path: string) => fetch(`http://127.0.0.1:${port}/management${path}`)
  const json = await get('/openapi.json')
  t.match(json.headers.get('content-type'), 'application/json')
  t.strictSame(await json.json(), document)
  const yaml = await get('/openapi.yaml')
  t.match(yaml.headers.get('content-type'), 'application/yaml')
  t.strictSame(parse(await yaml.text()), document)
})

t.test('every example is what its own schema asks for', async t => {
  for (const { id, operation } of described)
    if (operation.example) t.equal(faultsBy(operation.takes.schema, operation.example), undefined, id)
})

t.test('a query need not be sent at all, in either version, and the document says so', async t => {
  const api = await startApi(t)
  const queries = described.filter(({ id }) => /^request\w+sV[34]$/.test(id))
  t.equal(queries.length, 18)
  for (const { id, path } of queries) {
    t.match(document, { paths: { [path]: { post: { requestBody: { required: false } } } } }, id)
    t.equal((await api.call('POST', path.replace('/management', ''))).status, 200, id)
  }
})

/** What has to be there for an example to work: the id in its path, by the beginning of that. */
type Prepare = (api: Api) => Promise<string>

/** The peer of these tests is called `peer`; the examples speak of somebody else. */
const ofPeer = (example: object | undefined): object =>
  JSON.parse(
    JSON.stringify(example).replaceAll('did:web:provider.example', 'peer').replaceAll('the-agreement', 'with-peer'),
  )

const exampleOf = (id: string) => ofPeer(described.find(each => each.id === id)?.operation.example)

const negotiation: Prepare = async ({ call, settled }) => {
  const { body } = await call('POST', '/v1/negotiations', exampleOf('beginNegotiation'))
  await settled()
  return body.id
}

const transfer: Prepare = async ({ call, settled }) => {
  const { body } = await call('POST', '/v3/transferprocesses', exampleOf('createTransferProcessV3'))
  await settled()
  return body['@id']
}

const webhook: Prepare = async ({ call }) => (await call('POST', '/v1/webhooks', exampleOf('createWebhook'))).body.id

const pidsOf = ({ peer }: Api, consumerPid: string) => ({ consumerPid, providerPid: `peer-${peer.sent.length}` })

const started: Prepare = async api => {
  const id = await transfer(api)
  await api.transfer(id, { '@type': 'TransferStartMessage', '@id': `start-${id}`, ...pidsOf(api, id) })
  return id
}

const offered: Prepare = async api => {
  const id = await negotiation(api)
  const offer = { '@id': 'another', '@type': 'Offer', target: 'wind', prohibition: [{ action: 'sell' }] }
  await api.negotiate(id, { '@type': 'ContractOfferMessage', '@id': `offer-${id}`, ...pidsOf(api, id), offer })
  return id
}

// biome-ignore format: a table is read by its columns
const prepared: readonly (readonly [path: RegExp, prepare: Prepare])[] = [
  [ /\/policydefinitions\/:id/,            async () => 'use'           ],
  [ /\/agreements\/:id/,                   async () => 'the-agreement' ],
  [ /\/webhooks\/:id/,                    webhook                     ],
  [ /negotiations\/:id\/counter$/,         offered                     ],
  [ /negotiations\/:id/,                   negotiation                 ],
  [ /(transfers|transferprocesses)\/:id\/suspend$/, started            ],
  [ /(transfers|transferprocesses)\/:id/,  transfer                    ],
]

/** Where a wallet, an issuer or a duty is needed that these tests do not have; others try them. */
const elsewhere = /\/credentials|\/issuance|\/obligations/

t.test('every example works as it stands', async t => {
  const api = await startApi(t)
  for (const [id, counterparty] of [
    ['the-agreement', 'did:web:provider.example'],
    ['with-peer', 'peer'],
  ] as const)
    await giveAgreement(api.db, {
      id,
      counterparty,
      role: 'consumer',
      participantId: 'us',
      datasetId: 'wind',
      permission: [{ action: 'use' }],
    })
  const tried = described.filter(({ operation, path }) => operation.example && !elsewhere.test(path))
  // Assets come first, and what ends something for others comes last.
  const rank = (id: string) => (/^retire/.test(id) ? 2 : id.endsWith('V3') ? 0 : 1)
  for (const { id, method, path, operation } of [...tried].sort((a, b) => rank(a.id) - rank(b.id))) {
    const prepare = prepared.find(([pattern]) => pattern.test(path))?.[1]
    const here = path.replace('/management', '').replace(':id', prepare ? encodeURIComponent(await prepare(api)) : '')
    if (id.startsWith('retire')) await api.db.query('update agreement set retired_at = null')
    const { status, body } = await api.call(method, here, operation.example)
    t.equal(status, operation.status, `${id} ${JSON.stringify(body)}`)
  }
})
