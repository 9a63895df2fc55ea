import t from 'tap'
import { type Ask, createCatalogClient, type PeerAnswer } from '../../src/catalog/client.ts'
import { DSP_CONTEXT } from '../../src/dsp/index.ts'
import { createParseMessage } from '../../src/dsp/parse-message.ts'
import { createJsonLd } from '../../src/jsonld/index.ts'
import { normalisePolicy } from '../../src/policy/index.ts'
import { assertValid } from '../support/spec.ts'

const parse = createParseMessage({ jsonLd: createJsonLd(), normalisePolicy })
const peer = { counterparty: 'did:web:peer', address: 'https://peer.example/dsp/' }

const dataset = (id: string) => ({
  '@id': id,
  '@type': 'Dataset',
  hasPolicy: [{ '@id': `o-${id}`, '@type': 'Offer', permission: [{ action: 'use' }] }],
  distribution: [{ '@type': 'Distribution', format: 'HttpData-PULL', accessService: 's' }],
})
const catalog = (...ids: string[]) => ({
  '@context': [DSP_CONTEXT],
  '@id': 'c',
  '@type': 'Catalog',
  participantId: 'did:web:peer',
  ...(ids.length > 0 && { dataset: ids.map(dataset) }),
})

const ok = (body: unknown, link?: string): PeerAnswer => ({ status: 200, headers: link ? { link } : {}, body })

/** A client whose peer answers one after the other, and what the peer was asked. */
function clientOf(...answers: PeerAnswer[]) {
  const asked: Parameters<Ask>[0][] = []
  const client = createCatalogClient({
    parse,
    ask: async request => {
      asked.push(request)
      return answers[asked.length - 1] ?? ok(catalog(), '<?again>; rel="next"')
    },
  })
  return { client, asked }
}

t.test('a catalogue is asked for as the protocol says, and comes as it is', async t => {
  const { client, asked } = clientOf(ok(catalog('d1')))
  t.same(await client.requestCatalog(peer, [{ '@type': 'QuerySpec', limit: 1 }]), catalog('d1'))
  t.match(asked, [{ method: 'POST', counterparty: 'did:web:peer', url: 'https://peer.example/dsp/catalog/request' }])
  t.match(asked[0]?.body, { '@type': 'CatalogRequestMessage', filter: [{ '@type': 'QuerySpec' }] })
  assertValid(t, asked[0]?.body ?? {})
})

t.test('a dataset is asked for by its id, whatever that is made of', async t => {
  const { client, asked } = clientOf(ok({ '@context': [DSP_CONTEXT], ...dataset('a/b') }))
  t.match(await client.requestDataset(peer, 'a/b'), { '@id': 'a/b' })
  t.match(asked, [{ method: 'GET', url: 'https://peer.example/dsp/catalog/datasets/a%2Fb' }])
})

t.test('all pages make one catalogue', async t => {
  const next = '<https://peer.example/dsp/catalog/request?token=2>; rel="next"'
  const nested = { ...catalog(), catalog: [{ '@id': 'n', '@type': 'Catalog' }] }
  const { client, asked } = clientOf(ok(nested, next), ok(catalog('d1'), '<?token=3>; rel=next'), ok(catalog('d2')))
  const filter = [{ '@type': 'QuerySpec', limit: 1 }]
  const whole = await client.collectCatalog(peer, filter)
  t.same(whole, { ...nested, dataset: [dataset('d1'), dataset('d2')] })
  t.same(
    asked.map(({ url }) => new URL(url).search),
    ['', '?token=2', '?token=3'],
  )
  t.ok(
    asked.every(({ body }) => 'filter' in (body ?? {})),
    'the filter is said on each page',
  )
})

t.test('one page asked for is one page asked', async t => {
  const { client, asked } = clientOf(ok(catalog('d1'), '<?token=2>; rel="next"'))
  await client.requestCatalog(peer)
  t.equal(asked.length, 1)
})

t.test('a link to somebody else is not followed', async t => {
  const { client, asked } = clientOf(ok(catalog('d1'), '<https://other.example/>; rel="next"'))
  t.match(await client.collectCatalog(peer), { dataset: [{ '@id': 'd1' }] })
  t.equal(asked.length, 1)
})

t.test('pages without end come to an end', async t => {
  const { client } = clientOf()
  await t.rejects(client.collectCatalog(peer), { code: 'bad-gateway', message: /more than 1000 pages/ })
})

t.test("a refusal is told with the peer's reason, in bounds", async t => {
  const body = {
    '@context': [DSP_CONTEXT],
    '@type': 'CatalogError',
    code: '404',
    reason: ['No such dataset.', 'x'.repeat(9_000)],
  }
  const { client } = clientOf({ status: 404, headers: {}, body })
  const error = await client.requestDataset(peer, 'd1').catch(thrown => thrown)
  t.match(error, { code: 'bad-gateway', status: 502, message: /^did:web:peer answered 404: No such dataset\./ })
  t.ok(error.message.length < 2_000)
})

t.test('what is not what was asked for is not taken', async t => {
  const strange = [undefined, 'text', [], {}, catalog(), { ...catalog('d1'), dataset: [{ '@id': 'd1' }] }]
  for (const body of strange) {
    const { client } = clientOf(ok(body))
    const answer = body && 'dataset' in Object(body) ? client.requestCatalog(peer) : client.requestDataset(peer, 'd1')
    await t.rejects(answer, { code: 'bad-gateway', message: /^What did:web:peer answered is not a (Catalog|Dataset)/ })
  }
  const { client } = clientOf({ status: 302, headers: { location: 'https://other.example' }, body: undefined })
  await t.rejects(client.requestCatalog(peer), { code: 'bad-gateway', message: 'did:web:peer answered 302.' })
})

t.test("a policy in the peer's dress is understood when all is collected", async t => {
  const { client } = clientOf(
    ok({
      ...catalog(),
      dataset: [
        {
          ...dataset('d1'),
          hasPolicy: [{ '@id': 'o', '@type': 'Offer', 'odrl:permission': { 'odrl:action': 'odrl:use' } }],
        },
      ],
    }),
  )
  const { dataset: [first] = [] } = await client.collectCatalog(peer)
  t.same(first?.hasPolicy[0]?.permission, [{ action: 'use' }])
})
