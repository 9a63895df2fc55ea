import t from 'tap'
import { parse } from 'yaml'
import { type Api, KEY, startApi } from '../api.ts'

const EDC = 'https://w3id.org/edc/v0.0.1/ns/'
const context = { '@vocab': EDC }
const odrl = 'http://www.w3.org/ns/odrl.jsonld'

const policy = {
  '@type': 'PolicyDefinition',
  '@id': 'use',
  policy: { '@context': odrl, '@type': 'Set', permission: [{ action: 'use' }] },
}
const asset = (id: string, title = 'Wind', more = {}) => ({
  '@type': 'Asset',
  '@id': id,
  properties: { name: title, 'http://purl.org/dc/terms/language': 'en' },
  privateProperties: { room: '7' },
  dataAddress: { type: 'HttpData', baseUrl: `http://127.0.0.1:1/${id}`, ...more },
})
const definition = (more = {}) => ({
  '@type': 'ContractDefinition',
  '@id': 'all',
  accessPolicyId: 'use',
  contractPolicyId: 'use',
  assetsSelector: [],
  ...more,
})
const documentOf = (...graph: object[]) => ({ '@context': context, '@graph': graph })
/** What refers to something may stand in front of it. */
const whole = documentOf(definition(), asset('wind'), asset('sun'), policy)

const apply = async (api: Api, document: object | string, query = '', type = 'application/json') =>
  api.call('POST', `/v1/apply${query}`, document, { 'content-type': type })

const actions = (body: { changes: { kind: string; id: string; action: string }[] }) =>
  body.changes.map(({ kind, id, action }) => `${action} ${kind} ${id}`).sort()

const exported = async (api: Api) => (await api.call('GET', '/v1/export')).body

const seen = async (api: Api, id: string) => api.catalog.dataset({ id: 'peer', claims: {} }, id)

t.test('a document creates what it names, in whatever order it stands there', async t => {
  const api = await startApi(t)
  const { status, body } = await apply(api, whole)
  t.equal(status, 200)
  t.equal(body.dryRun, false)
  t.same(actions(body), [
    'create Asset sun',
    'create Asset wind',
    'create ContractDefinition all',
    'create PolicyDefinition use',
  ])
  t.match(await seen(api, 'wind'), /"@id": ?"wind"/)
})

t.test('applied again it changes nothing, and touches no row', async t => {
  const api = await startApi(t)
  await apply(api, whole)
  const versions = () =>
    api.db.query('select id, xmin::text from dataset union all select id, xmin::text from policy_definition order by 1')
  const before = await versions()
  const { body } = await apply(api, whole)
  t.same(new Set(body.changes.map(({ action }: { action: string }) => action)), new Set(['none']))
  t.same(await versions(), before)
})

t.test('what differs is changed, and told field by field', async t => {
  const api = await startApi(t)
  await apply(api, whole)
  const { body } = await apply(
    api,
    documentOf(
      asset('wind', 'Wind power'),
      definition({ assetsSelector: [{ operandLeft: 'id', operator: '=', operandRight: 'wind' }] }),
    ),
  )
  t.strictSame(body.changes, [
    {
      kind: 'Asset',
      id: 'wind',
      action: 'change',
      fields: [{ path: '/properties/name', before: 'Wind', after: 'Wind power' }],
    },
    {
      kind: 'ContractDefinition',
      id: 'all',
      action: 'change',
      fields: [
        {
          path: '/assetsSelector',
          before: [],
          after: [{ '@type': 'Criterion', operandLeft: 'id', operator: '=', operandRight: 'wind' }],
        },
      ],
    },
  ])
  t.match(await seen(api, 'wind'), /Wind power/)
  t.equal(await seen(api, 'sun'), undefined)
})

t.test('a field that is new or gone has null on the other side', async t => {
  const api = await startApi(t)
  await apply(api, documentOf(asset('wind')))
  const { privateProperties: _, ...bare } = asset('wind')
  const { body } = await apply(
    api,
    documentOf({ ...bare, properties: { ...bare.properties, 'http://purl.org/dc/terms/rights~1/2': 'ours' } }),
  )
  t.strictSame(body.changes[0].fields, [
    { path: '/properties/dct:rights~01~12', before: null, after: 'ours' },
    { path: '/privateProperties', before: { room: '7' }, after: null },
  ])
})

t.test('a dry run tells the same and keeps nothing', async t => {
  const api = await startApi(t)
  const { body } = await apply(api, whole, '?dryRun=true')
  t.equal(body.dryRun, true)
  t.equal(body.changes.length, 4)
  t.same((await exported(api))['@graph'], [])
  t.equal((await apply(api, documentOf(definition()), '?dryRun=true')).status, 400, 'it is as strict')
})

t.test('what the document does not name stays, unless it is pruned', async t => {
  const api = await startApi(t)
  await apply(api, whole)
  t.equal((await apply(api, documentOf(asset('wind')))).body.changes.length, 1)
  const { body } = await apply(api, documentOf(asset('wind')), '?prune=true')
  t.same(actions(body), [
    'delete Asset sun',
    'delete ContractDefinition all',
    'delete PolicyDefinition use',
    'none Asset wind',
  ])
  t.match((await exported(api))['@graph'], [{ '@id': 'wind' }])
})

t.test('all of it is one transaction: one fault, and nothing is kept', async t => {
  const api = await startApi(t)
  const refused = await apply(api, documentOf(policy, asset('wind'), definition({ accessPolicyId: 'none' })))
  t.match(refused, {
    status: 400,
    body: { code: 'invalid', faults: [{ path: '/@graph/2/accessPolicyId', message: /none/ }] },
  })
  t.same((await exported(api))['@graph'], [])
  t.same(api.unexpected, [])
})

t.test('every fault is told with its place in the document', async t => {
  const api = await startApi(t)
  const { dataAddress: _, ...homeless } = asset('a')
  const { '@id': __, ...nameless } = asset('b')
  const document = documentOf(
    homeless,
    nameless,
    { '@id': 'c' },
    asset('d', 'D', { baseUrl: 7 }),
    { ...policy, policy: { '@context': odrl, '@type': 'Set', permission: [{}] } },
    asset('d'),
    { ...asset('e'), properties: { 'http://www.w3.org/ns/odrl/2/hasPolicy': 'mine' } },
  )
  const { status, body } = await apply(api, document)
  t.equal(status, 400)
  const places = body.faults.map(({ path }: { path: string }) => path)
  t.same(places, ['/@graph/1/@id', '/@graph/2/@type', '/@graph/5/@id'])
  const mended = documentOf(...document['@graph'].filter((_, index) => ![1, 2, 5].includes(index)))
  t.match(
    (await apply(api, mended)).body.faults.map(({ path }: { path: string }) => path),
    [
      '/@graph/0/dataAddress',
      '/@graph/1/dataAddress',
      '/@graph/2/policy/permission/0/action',
      '/@graph/3/properties/http:~1~1www.w3.org~1ns~1odrl~12~1hasPolicy',
    ],
  )
  t.same(api.unexpected, [])
})

t.test('secrets are exported as masks, and kept when they are applied', async t => {
  const api = await startApi(t)
  const secret = { 'header:Authorization': 'Bearer swordfish' }
  await apply(api, documentOf(asset('wind', 'Wind', secret)))
  const document = await exported(api)
  t.notMatch(JSON.stringify(document), /swordfish/)
  t.match(document['@graph'], [{ dataAddress: { 'header:Authorization': '[secret]' } }])
  t.same(actions((await apply(api, document)).body), ['none Asset wind'])
  t.match(await api.catalog.datasets.find('wind'), { source: secret })
  t.same(actions((await apply(api, documentOf(asset('wind', 'Wind', secret)))).body), ['none Asset wind'])
  const { body } = await apply(api, documentOf(asset('wind', 'Wind', { 'header:Authorization': 'Bearer dorsch' })))
  t.strictSame(body.changes[0].fields, [
    { path: '/dataAddress/header:Authorization', before: '[secret]', after: '[secret]' },
  ])
  t.match(await api.catalog.datasets.find('wind'), { source: { 'header:Authorization': 'Bearer dorsch' } })
})

t.test('a mask with nothing behind it is refused', async t => {
  const api = await startApi(t)
  const { status, body } = await apply(api, documentOf(asset('wind', 'Wind', { 'header:Authorization': '[secret]' })))
  t.equal(status, 400)
  t.match(body.faults, [{ path: '/@graph/0/dataAddress/header:Authorization' }])
})

t.test('what one connector exports makes the same catalogue at another, as JSON or as YAML', async t => {
  const [one, json, yaml] = await Promise.all([startApi(t), startApi(t), startApi(t)])
  await apply(one, whole)
  const catalogue = async (api: Api) => {
    const { pieces } = await api.catalog.page({ id: 'peer', claims: {} }, {})
    let text = ''
    for await (const piece of pieces) text += piece
    return text
  }
  await apply(json, await exported(one))
  const response = await fetch(`http://127.0.0.1:${one.port}/management/v1/export?format=yaml`, {
    headers: { 'x-api-key': KEY },
  })
  t.match(response.headers.get('content-type'), 'application/yaml')
  const text = await response.text()
  t.strictSame(parse(text), await exported(one))
  t.equal((await apply(yaml, text, '', 'application/yaml')).status, 200)
  const there = await catalogue(one)
  t.match(there, /"@id": ?"wind"/)
  t.equal(await catalogue(json), there)
  t.equal(await catalogue(yaml), there)
})

t.test('a person writes YAML, without a context, and with what it has to say twice said once', async t => {
  const api = await startApi(t)
  const text = `
'@graph':
  - '@type': PolicyDefinition
    '@id': use
    policy: { '@context': http://www.w3.org/ns/odrl.jsonld, '@type': Set, permission: [{ action: use }] }
  - '@type': Asset
    '@id': wind
    properties: &about { name: Wind }
    dataAddress: { type: HttpData, baseUrl: http://127.0.0.1:1/wind }
  - { '@type': Asset, '@id': sun, properties: *about, dataAddress: { type: HttpData, baseUrl: http://127.0.0.1:1/sun } }
`
  t.equal((await apply(api, text, '', 'application/yaml')).body.changes.length, 3)
})

t.test('YAML that is broken, too deep, or too much by its aliases is refused', async t => {
  const api = await startApi(t)
  const bomb = Array.from(
    { length: 20 },
    (_, n) => `a${n}: &a${n} [${n ? `*a${n - 1}, *a${n - 1}, *a${n - 1}` : '1'}]`,
  ).join('\n')
  for (const text of [
    'a: [',
    'a: b: c',
    bomb,
    '['.repeat(100_000),
    `${'{a: '.repeat(70)}1${'}'.repeat(70)}`,
    'a: "\\0"',
    '__proto__: {}',
    '- 1',
    '7',
    '--- a\n--- b',
    '? [a]\n: b',
  ])
    t.match(
      await apply(api, text, '', 'application/yaml'),
      { status: 400, body: { code: 'invalid' } },
      text.slice(0, 30),
    )
  t.same(api.unexpected, [])
})

t.test('what a contract needs is not pruned: nothing is changed', async t => {
  const api = await startApi(t)
  await apply(api, whole)
  const dataset = JSON.parse((await seen(api, 'wind')) ?? '')
  const offer = {
    '@id': dataset.hasPolicy[0]['@id'],
    assigner: 'peer',
    target: 'wind',
    permission: [{ action: 'use' }],
  }
  await api.call('POST', '/v1/negotiations', {
    role: 'provider',
    counterparty: 'peer',
    address: 'http://peer.example/dsp/2025-1',
    offer,
  })
  const refused = await apply(api, documentOf(asset('sun', 'Sun')), '?prune=true')
  t.match(refused, { status: 409, body: { code: 'conflict', detail: /wind/ } })
  t.equal((await exported(api))['@graph'].length, 4)
})

t.test('what is not known here is refused', async t => {
  const api = await startApi(t)
  for (const [query, document] of [
    ['?force=true', whole],
    ['?dryRun=yes', whole],
    ['', { graph: [] }],
    ['', { ...whole, more: 1 }],
    ['', { '@graph': {} }],
    ['', { '@context': 'https://evil.example/context', '@graph': [asset('wind')] }],
  ] as const)
    t.equal((await apply(api, document, query)).status, 400, `${query} ${Object.keys(document)}`)
  t.equal((await api.call('GET', '/v1/export?format=xml')).status, 400)
})
