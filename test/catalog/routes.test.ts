import { randomBytes } from 'node:crypto'
import { type IncomingMessage, request } from 'node:http'
import { buffer } from 'node:stream/consumers'
import { gunzipSync } from 'node:zlib'
import t, { type Test } from 'tap'
import { type Catalog, catalogRoutes } from '../../src/catalog/index.ts'
import { type Counterparty, createReceive, createTurnstile, DSP_CONTEXT } from '../../src/dsp/index.ts'
import { createParseMessage } from '../../src/dsp/parse-message.ts'
import { unauthenticated } from '../../src/errors.ts'
import { createServer } from '../../src/http/index.ts'
import { createJsonLd } from '../../src/jsonld/index.ts'
import { normalisePolicy } from '../../src/policy/index.ts'
import { gate } from '../support/gate.ts'
import { assertValid } from '../support/spec.ts'
import { alice, bob, endpointUrl, idsOf, openFilledCatalog, spec } from './world.ts'

const json = { authorization: 'alice', 'content-type': 'application/json' }

const people: Readonly<Record<string, Counterparty>> = { alice, bob }

async function verifySender(authorization: string | undefined): Promise<Counterparty> {
  const person = people[authorization ?? '']
  if (!person) throw unauthenticated('Nobody we know.')
  return person
}

/** A server of the catalogue's routes, and how to ask it. */
async function serve(t: Test, catalog: Catalog) {
  const parse = createParseMessage({ jsonLd: createJsonLd(), normalisePolicy })
  const unexpected: unknown[] = []
  const tell = (error: unknown) => unexpected.push(error)
  const receive = createReceive({
    verifySender,
    turnstile: createTurnstile(32),
    parse,
    onReceived: () => {},
    onUnexpected: tell,
  })('CatalogError')
  const server = createServer({ name: 'protocol', listener: { host: '127.0.0.1', port: 0 }, unexpected: tell })
  server.use(catalogRoutes(receive, catalog).routes())
  const { port } = await server.start()
  t.teardown(() => server.stop(0))

  // `fetch` undoes gzip by itself, and that is what has to be seen here.
  async function ask(method: string, path: string, headers: Record<string, string>, body?: object) {
    const asked = request({
      port,
      method,
      path,
      headers: { ...json, ...headers },
    })
    asked.end(body && JSON.stringify(body))
    const answer = await new Promise<IncomingMessage>((resolve, reject) => {
      asked.once('response', resolve).once('error', reject)
    })
    const bytes = await buffer(answer)
    const text = (answer.headers['content-encoding'] === 'gzip' ? gunzipSync(bytes) : bytes).toString()
    return { status: answer.statusCode, headers: answer.headers, size: bytes.length, body: text && JSON.parse(text) }
  }
  const post = (filter?: object[], headers: Record<string, string> = {}, query = '') => {
    const message = { '@context': [DSP_CONTEXT], '@type': 'CatalogRequestMessage', ...(filter && { filter }) }
    return ask('POST', `/catalog/request${query}`, headers, message)
  }
  const get = (id: string, headers: Record<string, string> = {}) => ask('GET', `/catalog/datasets/${id}`, headers)
  return { ask, post, get, unexpected, port }
}

t.test('the catalogue and each of its datasets can be had', async t => {
  const { catalog } = await openFilledCatalog(t, ['d1', 'urn:uuid:2', 'a/b ü'])
  const { post, get } = await serve(t, catalog)
  const { status, headers, body } = await post()
  t.equal(status, 200)
  t.match(headers, {
    'content-type': /^application\/json/,
    vary: /Accept-Encoding/,
    'cache-control': 'private, no-cache',
  })
  t.notOk(headers.link)
  assertValid(t, body)
  t.same(idsOf(body), ['a/b ü', 'd1', 'urn:uuid:2'])
  for (const id of idsOf(body)) {
    const dataset = await get(encodeURIComponent(id))
    t.match([dataset.status, dataset.body['@id']], [200, id])
    assertValid(t, dataset.body)
  }
})

t.test('errors are told in the words of the protocol', async t => {
  const { catalog } = await openFilledCatalog(t, ['d1'])
  const { post, get, ask } = await serve(t, catalog)
  const cases = [
    [await get('d2'), 404],
    [await get('%00'), 404],
    [await get('d1', { authorization: 'mallory' }), 401],
    [await post(undefined, { authorization: 'mallory' }), 401],
    [await post([{ '@type': 'Sparql' }]), 400],
    [await post([], {}, '?continuationToken=x'), 400],
    [await ask('POST', '/catalog/request', {}, { '@type': 'CatalogRequestMessage' }), 400],
  ] as const
  for (const [answer, status] of cases) {
    t.equal(answer.status, status)
    t.match(answer.body, { '@type': 'CatalogError', code: String, reason: [String] })
    assertValid(t, answer.body)
  }
})

t.test('links lead from page to page', async t => {
  const { catalog } = await openFilledCatalog(t, ['d1', 'd2', 'd3'])
  const { post } = await serve(t, catalog)
  const filter = spec({ limit: 1 })
  const tokenIn = (link: string | undefined, relation: string) => {
    const [, url = '', query] = new RegExp(`<([^>?]*)([^>]*)>; rel="${relation}"`).exec(link ?? '') ?? []
    if (url) t.equal(url, `${endpointUrl}/catalog/request`)
    return query
  }
  const first = await post(filter)
  t.equal(tokenIn(first.headers.link?.toString(), 'previous'), undefined)
  const second = await post(filter, {}, tokenIn(first.headers.link?.toString(), 'next'))
  const third = await post(filter, {}, tokenIn(second.headers.link?.toString(), 'next'))
  const back = await post(filter, {}, tokenIn(third.headers.link?.toString(), 'previous'))
  t.same(
    [first, second, third, back].map(page => idsOf(page.body)),
    [['d1'], ['d2'], ['d3'], ['d2']],
  )
  t.equal(tokenIn(third.headers.link?.toString(), 'next'), undefined)
})

t.test('who has the answer already gets none', async t => {
  const { catalog } = await openFilledCatalog(t, ['d1'])
  const { post, get } = await serve(t, catalog)
  for (const ask of [(headers = {}) => get('d1', headers), (headers = {}) => post(undefined, headers)]) {
    const { etag = '' } = (await ask()).headers
    t.match(etag, /^"[\w-]+"$/, 'a strong one')
    const again = await ask({ 'if-none-match': `"other", W/${etag}` })
    t.same([again.status, again.size, again.headers.etag], [304, 0, etag])
    t.equal((await ask({ 'if-none-match': '*' })).status, 304)
    t.equal((await ask({ 'if-none-match': '"other"' })).status, 200)
  }
})

t.test('an ETag changes with what the asker sees', async t => {
  const { catalog } = await openFilledCatalog(t, ['d1'])
  await catalog.publications.create({ id: 'more', accessPolicyId: 'closed', contractPolicyId: 'closed', selector: [] })
  const { post } = await serve(t, catalog)
  const etagOf = async (authorization: string) => (await post(undefined, { authorization })).headers.etag
  const [ofAlice, ofBob] = [await etagOf('alice'), await etagOf('bob')]
  t.not(ofAlice, ofBob)
  await catalog.publications.remove('more')
  t.equal(await etagOf('alice'), ofBob)
})

t.test('long answers are compressed for those who take it', async t => {
  const { catalog } = await openFilledCatalog(
    t,
    Array.from({ length: 20 }, (_, at) => `d${at}`),
  )
  const { post, get } = await serve(t, catalog)
  const plain = await post()
  const zipped = await post(undefined, { 'accept-encoding': 'gzip, deflate' })
  t.match(zipped.headers, { 'content-encoding': 'gzip', 'content-length': String(zipped.size) })
  t.ok(zipped.size < plain.size / 4)
  t.same(zipped.body, plain.body)
  t.not(zipped.headers.etag, plain.headers.etag, 'other bytes, another ETag')
  t.equal((await post(undefined, { 'accept-encoding': 'gzip', 'if-none-match': `${zipped.headers.etag}` })).status, 304)
  t.equal((await post(undefined, { 'accept-encoding': 'gzip;q=0' })).headers['content-encoding'], undefined)
  t.equal((await get('d1', { 'accept-encoding': 'gzip' })).headers['content-encoding'], undefined, 'not worth it')
})

t.test('very long answers are sent while they are made', async t => {
  const { catalog, db } = await openFilledCatalog(t, [])
  await db.query(
    `insert into dataset (id, key, document, source, created_at, updated_at)
     select 'd' || n, 'd' || n, jsonb_build_object('@id', 'd' || n, '@type', 'Dataset'), '{"type":"HttpData"}', now(), now()
     from generate_series(1, 2500) as n`,
  )
  await catalog.publications.replace({ id: 'all', accessPolicyId: 'open', contractPolicyId: 'open', selector: [] })
  const { post, unexpected } = await serve(t, catalog)
  for (const headers of [{}, { 'accept-encoding': 'gzip' }]) {
    const { status, headers: got, body } = await post(spec({ limit: 2_200 }), headers)
    t.match([status, got['transfer-encoding'], got.etag], [200, 'chunked', undefined])
    t.equal(idsOf(body).length, 2_200)
    t.match(got.link, /rel="next"/)
    assertValid(t, body)
  }
  t.same(unexpected, [])
})

t.test('an answer that breaks off is seen to be broken', async t => {
  const { catalog } = await openFilledCatalog(t, [])
  const broken: Catalog = {
    ...catalog,
    page: async () => ({ pieces: breakOff(), size: 5_000, next: undefined, previous: undefined }),
  }
  const { post, unexpected } = await serve(t, broken)
  await t.rejects(post(), { code: 'ECONNRESET' })
  await t.rejects(post(undefined, { 'accept-encoding': 'gzip' }))
  t.match(unexpected, [{ message: 'the database went away' }, { message: 'the database went away' }])
})

t.test('when the asker goes away the work for it ends', async t => {
  const { catalog } = await openFilledCatalog(t, [])
  for (const headers of [{}, { 'accept-encoding': 'gzip' }]) {
    const { open: end, opened: ended } = gate()
    const page = { pieces: endless(end), size: 5_000, next: undefined, previous: undefined }
    const { port, unexpected } = await serve(t, { ...catalog, page: async () => page })
    const method = 'POST'
    const asked = request({ port, method, path: '/catalog/request', headers: { ...json, ...headers } })
    asked.end(JSON.stringify({ '@context': [DSP_CONTEXT], '@type': 'CatalogRequestMessage' }))
    asked.on('response', answer => answer.once('data', () => asked.destroy())).on('error', () => {})
    await ended
    t.same(unexpected, [])
  }
})

async function* endless(end: () => void): AsyncGenerator<string> {
  try {
    // Hardly to be compressed, so that bytes come out soon.
    for (;;) yield randomBytes(50_000).toString('base64')
  } finally {
    end()
  }
}

async function* breakOff(): AsyncGenerator<string> {
  yield '{'.padEnd(100_000)
  throw new Error('the database went away')
}
