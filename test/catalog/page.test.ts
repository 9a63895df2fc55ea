import fc from 'fast-check'
import t from 'tap'
import { assertValid } from '../support/spec.ts'
import {
  alice,
  bob,
  endpointUrl,
  http,
  idsOf,
  openCatalog,
  openFilledCatalog,
  readJson,
  readPage,
  spec,
  tape,
} from './world.ts'

t.test('a participant sees only what it may see', async t => {
  const { catalog } = await openFilledCatalog(t, ['d1', 'd2'])
  await catalog.publications.replace({
    id: 'all',
    accessPolicyId: 'closed',
    contractPolicyId: 'open',
    selector: [{ operandLeft: 'id', operator: '=', operandRight: 'd2' }],
  })
  t.same((await readPage(catalog, alice)).ids, ['d2'])
  t.same((await readPage(catalog, bob)).ids, [])
  t.equal(await catalog.dataset(bob, 'd2'), undefined)
  t.equal(await catalog.dataset(alice, 'd1'), undefined)
  t.equal(await catalog.dataset(alice, '\0'), undefined)
  t.match(await catalog.dataset(alice, 'd2'), '"d2"')
})

t.test('a dataset says what it is, what may be done with it, and how it can be had', async t => {
  const { catalog } = await openFilledCatalog(t, ['d1'])
  const accessService = { '@id': endpointUrl, '@type': 'DataService', endpointURL: endpointUrl }
  const dataset = {
    '@id': 'd1',
    '@type': 'Dataset',
    'http://purl.org/dc/terms/title': 'Data d1',
    hasPolicy: [{ '@id': /^all:d1:[0-9a-f]{16}$/, '@type': 'Offer', permission: [{ action: 'use' }] }],
    distribution: [
      { '@type': 'Distribution', format: 'HttpData-PULL', accessService },
      { '@type': 'Distribution', format: 'HttpData-PUSH', accessService },
    ],
  }
  const { body } = await readPage(catalog, bob)
  t.match(body, {
    '@context': ['https://w3id.org/dspace/2025/1/context.jsonld'],
    '@id': `${endpointUrl}/catalog`,
    '@type': 'Catalog',
    participantId: 'did:web:provider',
    service: [accessService],
    dataset: [dataset],
  })
  t.notMatch(JSON.stringify(body), /internal/, 'the source stays a secret')
  const alone = JSON.parse((await catalog.dataset(bob, 'd1')) ?? '')
  t.same(alone, { '@context': body['@context'], ...body.dataset[0] })
  assertValid(t, body)
  assertValid(t, alone)
})

t.test('an empty catalogue has no empty lists', async t => {
  const { catalog } = await openCatalog(t)
  const { body } = await readPage(catalog, alice)
  t.notOk('dataset' in body || 'catalog' in body)
  assertValid(t, body)
})

t.test('each publication that a participant may see makes an offer of its own', async t => {
  const { catalog } = await openFilledCatalog(t, ['d1'])
  await catalog.publications.create({ id: 'more', accessPolicyId: 'closed', contractPolicyId: 'closed', selector: [] })
  const offers = async (asker: typeof alice) =>
    (await readPage(catalog, asker)).body.dataset[0].hasPolicy.map(
      (offer: { '@id': string }) => offer['@id'].split(':')[0],
    )
  t.same(await offers(alice), ['all', 'more'])
  t.same(await offers(bob), ['all'])
})

t.test('what no data plane serves is not listed, and pages are full all the same', async t => {
  const { catalog } = await openFilledCatalog(t, ['a', 'c', 'e'])
  for (const id of ['b', 'd', 'f']) await catalog.datasets.create({ id, properties: {}, source: tape })
  const page = await readPage(catalog, alice, { filter: spec({ limit: 2 }) })
  t.same(page.ids, ['a', 'c'])
  const rest = await readPage(catalog, alice, { filter: spec({ limit: 2 }), continuationToken: page.next })
  t.same([rest.ids, rest.next], [['e'], undefined])
  t.same((await readPage(catalog, alice, { filter: spec({ offset: 1 }) })).ids, ['c', 'e'])
  t.equal(await catalog.dataset(alice, 'b'), undefined)
})

t.test('other catalogues are told of on the first page, unless something is asked of the datasets', async t => {
  const { catalog } = await openFilledCatalog(t, ['d1', 'd2'])
  await catalog.nestedCatalogs.create({
    id: 'urn:n',
    participantId: 'did:web:n',
    endpointUrl: 'https://n.example/dsp/2025-1',
  })
  const filter = spec({ limit: 1 })
  const { body, next } = await readPage(catalog, bob, { filter })
  t.match(body.catalog, [
    {
      '@id': 'urn:n',
      '@type': 'Catalog',
      participantId: 'did:web:n',
      distribution: [{ '@type': 'Distribution', format: 'Catalog', accessService: 'https://n.example/dsp/2025-1' }],
      service: [
        { '@id': 'https://n.example/dsp/2025-1', '@type': 'DataService', endpointURL: 'https://n.example/dsp/2025-1' },
      ],
    },
  ])
  assertValid(t, body)
  t.notOk('catalog' in (await readPage(catalog, bob, { filter, continuationToken: next })).body)
  const asking = spec({ filterExpression: [{ operandLeft: 'id', operator: '=', operandRight: 'd1' }] })
  t.notOk('catalog' in (await readPage(catalog, bob, { filter: asking })).body)
})

t.test('pages one after the other are the whole catalogue, there and back', async t => {
  const ids = Array.from({ length: 23 }, (_, at) => `d${String(at).padStart(2, '0')}`)
  const { catalog } = await openFilledCatalog(t, ids)
  const query = fc.record({
    limit: fc.integer({ min: 1, max: 24 }),
    offset: fc.integer({ min: 0, max: 5 }),
    sortOrder: fc.constantFrom('ASC', 'DESC'),
    sortField: fc.constantFrom('id', 'dct:title'),
  })
  await fc.assert(
    fc.asyncProperty(query, async ({ offset, ...rest }) => {
      const filter = spec({ offset, ...rest })
      const forth: string[][] = []
      let page = await readPage(catalog, alice, { filter })
      for (forth.push(page.ids); page.next; forth.push(page.ids))
        page = await readPage(catalog, alice, { filter, continuationToken: page.next })
      t.same(forth.flat(), (rest.sortOrder === 'ASC' ? ids : ids.toReversed()).slice(offset))
      const back: string[][] = [page.ids]
      for (; page.previous; back.unshift(page.ids))
        page = await readPage(catalog, alice, { filter, continuationToken: page.previous })
      t.same([...new Set(back.flat())].sort(), ids, 'going back one comes to the very beginning')
    }),
    { numRuns: 25 },
  )
})

t.test('a page stays the page although datasets come and go before it', async t => {
  const { catalog } = await openFilledCatalog(t, ['b', 'c', 'd', 'e'])
  const filter = spec({ limit: 2 })
  const { next } = await readPage(catalog, alice, { filter })
  await catalog.datasets.create({ id: 'a', properties: {}, source: http })
  await catalog.datasets.remove('c')
  t.same((await readPage(catalog, alice, { filter, continuationToken: next })).ids, ['d', 'e'])
})

t.test('without a word a page has a hundred datasets, and more if more are asked for', async t => {
  const ids = Array.from({ length: 1_203 }, (_, at) => `d${String(at).padStart(4, '0')}`)
  const { catalog, db } = await openFilledCatalog(t, [])
  await db.query(
    `insert into dataset (id, key, document, source, created_at, updated_at)
     select id, id, jsonb_build_object('@id', id, '@type', 'Dataset'), '{"type":"HttpData"}', now(), now() from unnest($1::text[]) as id`,
    [ids],
  )
  await catalog.publications.replace({ id: 'all', accessPolicyId: 'open', contractPolicyId: 'open', selector: [] })
  t.same((await readPage(catalog, alice)).ids, ids.slice(0, 100))
  const all = await readPage(catalog, alice, { filter: spec({ limit: 10_000 }) })
  t.same([all.ids, all.size, all.next], [ids, ids.length, undefined])
  t.same((await readPage(catalog, alice, { filter: spec({ offset: 1_200 }) })).ids, ids.slice(1_200))
})

t.test('what disappears while a page is written is left out', async t => {
  const { catalog } = await openFilledCatalog(t, ['a', 'b'])
  const page = await catalog.page(alice, {})
  await catalog.datasets.remove('a')
  t.same(idsOf(await readJson(page.pieces)), ['b'])
  const empty = await catalog.page(alice, {})
  await catalog.datasets.remove('b')
  t.notOk('dataset' in (await readJson(empty.pieces)))
})

t.test('conditions are asked of the datasets', async t => {
  const { catalog } = await openFilledCatalog(t, ['d1', 'd2', 'd3'])
  const filterExpression = [{ operandLeft: 'dct:title', operator: 'like', operandRight: '%3' }]
  t.same((await readPage(catalog, alice, { filter: spec({ filterExpression }) })).ids, ['d3'])
  await t.rejects(catalog.page(alice, { filter: [{ '@type': 'Sparql' }] }), { code: 'invalid' })
  await t.rejects(catalog.page(alice, { continuationToken: 'x' }), { code: 'invalid' })
})
