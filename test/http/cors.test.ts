import t, { type Test } from 'tap'
import { notFound } from '../../src/errors.ts'
import { cors } from '../../src/http/cors.ts'
import { createServer, problem, renderErrors } from '../../src/http/index.ts'

const ours = 'https://console.example'

async function serve(
  t: Test,
): Promise<(headers: Record<string, string>, method?: string, path?: string) => Promise<Response>> {
  const server = createServer({
    name: 'management',
    listener: { host: '127.0.0.1', port: 0 },
    unexpected: error => t.fail(String(error)),
  })
  server.use(cors({ origins: [ours], headers: ['x-api-key', 'content-type'] }))
  server.use(renderErrors(problem, error => t.fail(String(error))))
  server.use(ctx => {
    if (ctx.path !== '/there') throw notFound('thing', ctx.path)
    ctx.body = { seen: ctx.method }
  })
  const { port } = await server.start()
  t.teardown(() => server.stop(0))
  return (headers, method = 'GET', path = '/there') => fetch(`http://127.0.0.1:${port}${path}`, { method, headers })
}

const allowed = (response: Response) => response.headers.get('access-control-allow-origin')
const preflight = { 'access-control-request-method': 'PUT', 'access-control-request-headers': 'x-api-key' }

t.test('a browser that asks first is told what a page of an allowed origin may send', async t => {
  const ask = await serve(t)
  const answer = await ask({ origin: ours, ...preflight }, 'OPTIONS')
  t.equal(answer.status, 204)
  t.equal(await answer.text(), '')
  t.equal(allowed(answer), ours)
  t.match(answer.headers.get('access-control-allow-headers'), /x-api-key, content-type/)
  t.match(answer.headers.get('access-control-allow-methods'), /\bPUT\b.*\bDELETE\b/)
  t.match(answer.headers.get('vary'), /Origin/)
})

t.test('pages of other origins are told nothing', async t => {
  const ask = await serve(t)
  for (const origin of ['https://evil.example', `${ours}.evil.example`, 'http://console.example', 'null', '*']) {
    t.equal(allowed(await ask({ origin })), null, origin)
    const answer = await ask({ origin, ...preflight }, 'OPTIONS')
    t.equal(allowed(answer), null, origin)
    t.equal(answer.headers.get('access-control-allow-headers'), null, origin)
  }
})

t.test('answers and errors can be read by pages of an allowed origin, and caches keep them apart', async t => {
  const ask = await serve(t)
  for (const [path, status] of [
    ['/there', 200],
    ['/nowhere', 404],
  ] as const) {
    const answer = await ask({ origin: ours }, 'GET', path)
    t.equal(answer.status, status)
    t.equal(allowed(answer), ours)
    t.match(answer.headers.get('vary'), /Origin/)
  }
  t.match((await ask({})).headers.get('vary'), /Origin/, 'without an origin, too')
})

t.test('OPTIONS that asks nothing is an ordinary request', async t => {
  const ask = await serve(t)
  t.strictSame(await (await ask({ origin: ours }, 'OPTIONS')).json(), { seen: 'OPTIONS' })
})
