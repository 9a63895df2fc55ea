import { PassThrough } from 'node:stream'
import Router from '@koa/router'
import t from 'tap'
import { KontorError, notFound } from '../../src/errors.ts'
import { type Middleware, problem, renderErrors } from '../../src/http/index.ts'
import { gate } from '../support/gate.ts'
import { dial, says, serve } from './support.ts'

async function ask(url: string, init?: RequestInit) {
  const response = await fetch(url, init)
  const text = await response.text()
  const body: unknown = text === '' ? undefined : JSON.parse(text)
  return { status: response.status, type: response.headers.get('content-type'), headers: response.headers, body }
}

const throws =
  (error: unknown): Middleware =>
  () => {
    throw error
  }

t.test('a problem carries what RFC 9457 names, our code, and the faults if there are any', async t => {
  const faults = [{ path: '/offer/@id', message: 'must be a string' }]
  t.same(problem(new KontorError('invalid', 400, 'The offer is incomplete.', { faults, cause: 'secret' })).body, {
    type: 'urn:kontor:error:invalid',
    title: 'Bad Request',
    status: 400,
    detail: 'The offer is incomplete.',
    code: 'invalid',
    faults,
  })
  t.notHas(problem(notFound('asset', '1')).body, { faults: [] })
})

t.test('what we throw is answered as rendered', async t => {
  const { url, unexpected } = await serve(t, [throws(notFound('asset', 'a'))])
  t.match(await ask(url), {
    status: 404,
    type: 'application/problem+json',
    body: { code: 'not-found', detail: 'There is no asset with the id "a".' },
  })
  t.same(unexpected, [])
})

t.test('each part of a server can speak its own words', async t => {
  const teapot = renderErrors(
    (error, ctx) => ({ status: 418, body: { said: error.code, at: ctx.path }, headers: { 'X-Kind': 'teapot' } }),
    () => {},
  )
  const { url } = await serve(t, [teapot, throws(notFound('tea', '1'))])
  const answer = await ask(`${url}/x`)
  t.match(answer, { status: 418, type: /^application\/json/, body: { said: 'not-found', at: '/x' } })
  t.equal(answer.headers.get('x-kind'), 'teapot')
})

t.test('what is unexpected stays private, and the log has it under the id of the answer', async t => {
  const logged: [error: unknown, id: string][] = []
  const middleware = renderErrors(problem, (error, id) => logged.push([error, id]))
  const { url } = await serve(t, [middleware, throws(new TypeError('the password is hunter2'))])
  const { status, body } = await ask(url)
  t.equal(status, 500)
  t.match(body, { code: 'internal', detail: /under the id [0-9a-f-]{36}\.$/ })
  t.notMatch(JSON.stringify(body), /hunter2/)
  const [[error, id] = []] = logged
  t.match(error, { message: 'the password is hunter2' })
  t.ok(id !== undefined && JSON.stringify(body).includes(id))
})

t.test('what is no error at all is answered 500, too', async t => {
  const { url } = await serve(t, [throws('just text')])
  t.match(await ask(url), { status: 500, body: { code: 'internal' } })
})

t.test('an error of another library that carries a status is not believed', async t => {
  const { url, unexpected } = await serve(t, [throws(Object.assign(new Error('private'), { status: 404 }))])
  t.match(await ask(url), { status: 500 })
  t.match(unexpected, [{ message: 'private' }])
})

t.test('what Koa throws is rendered with our codes', async t => {
  const { url } = await serve(t, [ctx => ctx.throw(Number(ctx.path.slice(1)), 'Said by Koa.')])
  for (const [status, code] of [
    [400, 'invalid'],
    [401, 'unauthenticated'],
    [413, 'too-large'],
    [418, 'http-418'],
  ])
    t.match(await ask(`${url}/${status}`), { status, body: { code, detail: 'Said by Koa.' } })
})

t.test('an unknown path is 404, a known path with another method 405 with Allow', async t => {
  const router = new Router()
  router.get('/assets/:id', says('x')).delete('/assets/:id', says('x')).post('/assets/none', says('x'))
  const { url } = await serve(t, [], {}, router)
  t.match(await ask(`${url}/nowhere`), { status: 404, body: { code: 'not-found', detail: /nothing at "\/nowhere"/ } })
  const answer = await ask(`${url}/assets/1`, { method: 'PUT' })
  t.match(answer, { status: 405, body: { code: 'method-not-allowed', detail: /PUT is not possible/ } })
  t.equal(answer.headers.get('allow'), 'HEAD, GET, DELETE')
})

t.test('a 405 that a router has set itself is rendered, too', async t => {
  const { url } = await serve(t, [
    ctx => {
      ctx.status = 405
      ctx.set('Allow', 'GET')
    },
  ])
  const answer = await ask(url, { method: 'POST' })
  t.match(answer, { status: 405, body: { code: 'method-not-allowed' } })
  t.equal(answer.headers.get('allow'), 'GET')
})

t.test('an answer with a status and no body is left alone unless it is an error', async t => {
  const { url } = await serve(t, [
    ctx => {
      ctx.status = ctx.path === '/fine' ? 204 : 503
    },
  ])
  t.match(await ask(`${url}/fine`), { status: 204, body: undefined })
  t.match(await ask(`${url}/busy`), { status: 503, body: { code: 'http-503' } })
})

t.test('headers meant for the good answer do not stay on the bad one', async t => {
  const { url } = await serve(t, [
    ctx => {
      ctx.set({ ETag: '"1"', 'Cache-Control': 'max-age=60', 'Content-Encoding': 'gzip', 'Retry-After': '3' })
      ctx.body = new PassThrough()
      throw notFound('asset', '1')
    },
  ])
  const { headers, body } = await ask(url)
  t.match(body, { code: 'not-found' })
  for (const gone of ['etag', 'cache-control', 'content-encoding']) t.notOk(headers.has(gone), gone)
  t.equal(headers.get('retry-after'), '3')
})

t.test('an error after half an answer breaks the connection', async t => {
  const failed = gate()
  const { port } = await serve(t, [
    async ctx => {
      ctx.res.writeHead(200, { 'Content-Length': '100' }).write('half')
      await failed.opened
      throw new Error('too late')
    },
  ])
  const line = await dial(t, port)
  line.say('GET / HTTP/1.1\r\nHost: x\r\n\r\n')
  await line.hear(/half/)
  failed.open()
  t.match(await line.heardAll(), /half$/)
})

t.test('a HEAD request gets the status without the words', async t => {
  const { url } = await serve(t, [])
  t.match(await ask(url, { method: 'HEAD' }), { status: 404, body: undefined })
})
