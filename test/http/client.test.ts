import type { IncomingMessage } from 'node:http'
import { gzipSync } from 'node:zlib'
import t, { type Test } from 'tap'
import { createClient, createGuard } from '../../src/http/index.ts'
import type { Resolve } from '../../src/http/resolve.ts'
import { gate } from '../support/gate.ts'
import { barePeer, peer } from './support.ts'

type Options = { allow?: string[]; resolve?: Resolve; timeout?: number; maxResponse?: number }

function client(t: Test, { allow = ['127.0.0.0/8'], resolve, timeout = 60_000, maxResponse }: Options = {}) {
  const guard = createGuard({ allow, ...(resolve && { resolve }) })
  const made = createClient({ guard, timeout, ...(maxResponse !== undefined && { maxResponse }) })
  t.teardown(made.close)
  return made
}

const read = async (request: IncomingMessage): Promise<string> => Buffer.concat(await request.toArray()).toString()

t.test('JSON is sent, JSON comes back', async t => {
  const { url } = await peer(t, async (request, response) => {
    const { method, url, headers } = request
    response.setHeader('X-Thing', 'here').setHeader('Content-Type', 'application/json')
    response.end(JSON.stringify({ method, url, headers, body: await read(request) }))
  })
  const answer = await client(t).request({
    method: 'POST',
    url: `${url}/dsp/request?a=b%20c`,
    headers: { authorization: 'Bearer x' },
    body: { offer: 'ä' },
  })
  t.match(answer, {
    status: 200,
    headers: { 'x-thing': 'here', 'content-type': 'application/json' },
    body: {
      method: 'POST',
      url: '/dsp/request?a=b%20c',
      headers: {
        authorization: 'Bearer x',
        'content-type': 'application/json',
        'content-length': '14',
        accept: 'application/json',
      },
      body: '{"offer":"ä"}',
    },
  })
})

t.test('parameters are sent as a form', async t => {
  const { url } = await peer(t, async (request, response) => {
    response.end(JSON.stringify({ type: request.headers['content-type'], body: await read(request) }))
  })
  const body = new URLSearchParams({ grant_type: 'refresh_token', refresh_token: 'a b' })
  t.match(await client(t).request({ method: 'POST', url, body }), {
    body: { type: 'application/x-www-form-urlencoded', body: 'grant_type=refresh_token&refresh_token=a+b' },
  })
})

t.test('a text is sent as it is', async t => {
  const { url } = await peer(t, async (request, response) => {
    response.end(JSON.stringify({ type: request.headers['content-type'], body: await read(request) }))
  })
  const headers = { 'content-type': 'application/vp+jwt' }
  t.match(await client(t).request({ method: 'POST', url, headers, text: 'a.b.ü' }), {
    body: { type: 'application/vp+jwt', body: 'a.b.ü' },
  })
})

t.test('a request without a body says nothing about one', async t => {
  const { url } = await peer(t, (request, response) => response.end(JSON.stringify(request.headers)))
  const { body } = await client(t).request({ method: 'GET', url, headers: { accept: 'application/ld+json' } })
  t.match(body, { accept: 'application/ld+json' })
  t.notHas(body, { 'content-type': String })
})

t.test('any status is an answer, and a redirect is not followed', async t => {
  const inside = await peer(t, (_, response) => response.end('"inside"'))
  const { url } = await peer(t, (request, response) => {
    response.writeHead(Number(request.url?.slice(1)), { Location: inside.url }).end('{"said":1}')
  })
  for (const status of [201, 301, 302, 307, 308, 400, 404, 500, 503])
    t.match(await client(t).request({ method: 'GET', url: `${url}/${status}` }), { status, body: { said: 1 } })
  t.equal(inside.connections(), 0)
})

t.test('a body is parsed whatever its type says, and is undefined when it is no JSON that we take', async t => {
  const answers: Record<string, [type: string | undefined, text: string, body: unknown]> = {
    empty: ['application/json', '', undefined],
    json: ['application/json', '[1]', [1]],
    untyped: [undefined, '{"a":1}', { a: 1 }],
    text: ['text/plain', '{"a":1}', { a: 1 }],
    mark: ['application/json', '\uFEFF{"a":1}', { a: 1 }],
    html: ['text/html', '<p>sorry</p>', undefined],
    broken: ['application/json', '{"a":', undefined],
    deep: ['application/json', '['.repeat(10_000) + ']'.repeat(10_000), undefined],
    poison: ['application/json', '{"__proto__":{}}', undefined],
  }
  const { url } = await peer(t, (request, response) => {
    const [type, text] = answers[request.url?.slice(1) ?? ''] ?? [undefined, '']
    if (type !== undefined) response.setHeader('Content-Type', type)
    response.end(text)
  })
  for (const [name, [, text, body]] of Object.entries(answers))
    t.same(
      await client(t)
        .request({ method: 'GET', url: `${url}/${name}` })
        .then(answer => [answer.text, answer.body]),
      [text, body],
      name,
    )
})

t.test('answers without a body are answers', async t => {
  const { url } = await peer(t, (request, response) =>
    response.writeHead(request.method === 'HEAD' ? 200 : 204, { 'Content-Encoding': 'gzip' }).end(),
  )
  t.match(await client(t).request({ method: 'HEAD', url }), { status: 200, body: undefined, text: '' })
  t.match(await client(t).request({ method: 'DELETE', url }), { status: 204, body: undefined, text: '' })
})

t.test('a header that comes twice is joined', async t => {
  const { url } = await peer(t, (_, response) =>
    response.setHeader('Set-Cookie', ['a=1', 'b=2']).setHeader('Link', ['<x>', '<y>']).end(),
  )
  t.match(await client(t).request({ method: 'GET', url }), { headers: { 'set-cookie': 'a=1, b=2', link: '<x>, <y>' } })
})

t.test('one connection serves many requests', async t => {
  const { url, connections } = await peer(t, (_, response) => response.end('{}'))
  const { request } = client(t)
  for (let count = 0; count < 5; count++) await request({ method: 'POST', url, body: {} })
  t.equal(connections(), 1)
})

t.test('a peer that refuses the connection, or whose name nobody knows, is a bad gateway', async t => {
  const resolve: Resolve = async () => {
    throw Object.assign(new Error('not found'), { code: 'ENOTFOUND' })
  }
  await t.rejects(client(t).request({ method: 'GET', url: 'http://127.0.0.1:1/a?token=hunter2' }), {
    code: 'bad-gateway',
    status: 502,
    message: 'The peer at "http://127.0.0.1:1/a" could not be asked: the connection was refused.',
    cause: { code: 'ECONNREFUSED' },
  })
  await t.rejects(client(t, { resolve }).request({ method: 'GET', url: 'https://nobody.example' }), {
    code: 'bad-gateway',
    message: /nobody knows its name/,
  })
})

t.test('a line that breaks before, or in the middle of, the answer is a bad gateway', async t => {
  const silent = await barePeer(t, line => line.once('data', () => line.destroy()))
  const half = await barePeer(t, line =>
    line.once('data', () => line.write('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf', () => line.destroy())),
  )
  const chunked = await barePeer(t, line =>
    line.once('data', () => line.end('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n')),
  )
  for (const { url } of [silent, half, chunked])
    await t.rejects(client(t).request({ method: 'GET', url }), { code: 'bad-gateway', message: /the connection broke/ })
})

t.test('an answer that is no HTTP, and a peer without TLS, are bad gateways', async t => {
  const { url, port } = await barePeer(t, line => line.once('data', () => line.end('SSH-2.0-OpenSSH\r\n')))
  await t.rejects(client(t).request({ method: 'GET', url }), { code: 'bad-gateway', message: /failed \(HPE_/ })
  await t.rejects(client(t).request({ method: 'GET', url: `https://127.0.0.1:${port}` }), { code: 'bad-gateway' })
})

t.test('a peer that wants to speak another protocol is a bad gateway', async t => {
  const { url } = await barePeer(t, line =>
    line.once('data', () => line.write('HTTP/1.1 101 Switching\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n')),
  )
  await t.rejects(client(t).request({ method: 'GET', url }), { code: 'bad-gateway', message: /another protocol/ })
})

t.test('a silent peer is given up after the timeout', async t => {
  const { url } = await barePeer(t, () => {})
  await t.rejects(client(t, { timeout: 20 }).request({ method: 'GET', url }), {
    code: 'bad-gateway',
    message: /no complete answer in time/,
  })
  await t.rejects(client(t).request({ method: 'GET', url, timeout: 20 }), { cause: { code: 'ANSWER_LATE' } })
})

t.test('the timeout is for the whole answer, however busily it drips', async t => {
  const { url } = await barePeer(t, line => {
    line.write('HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n')
    const drip = setInterval(() => line.write('x'), 1)
    line.once('close', () => clearInterval(drip))
  })
  await t.rejects(client(t, { timeout: 50 }).request({ method: 'GET', url }), {
    code: 'bad-gateway',
    message: /in time/,
  })
})

t.test('an answer larger than the limit is refused, announced or not, and the rest stays unread', async t => {
  const closed = gate()
  const { url } = await peer(t, (request, response) => {
    if (request.url === '/announced') response.setHeader('Content-Length', 2_000_000)
    response.once('close', closed.open).write('x'.repeat(101))
  })
  for (const path of ['announced', 'chunked'])
    await t.rejects(client(t, { maxResponse: 100 }).request({ method: 'GET', url: `${url}/${path}` }), {
      code: 'bad-gateway',
      message: /larger than we take/,
    })
  await closed.opened
})

t.test('a request can bring a limit of its own', async t => {
  const { url } = await peer(t, (_, response) => response.end(`"${'x'.repeat(1_200_000)}"`))
  await t.rejects(
    client(t).request({ method: 'GET', url }),
    { cause: { code: 'ANSWER_TOO_LARGE' } },
    'the default is 1 MiB',
  )
  t.equal((await client(t).request({ method: 'GET', url, maxResponse: 2_000_000 })).text.length, 1_200_002)
})

t.test('compressed answers are unpacked', async t => {
  const { url } = await peer(t, (request, response) => {
    t.equal(request.headers['accept-encoding'], 'gzip')
    response.setHeader('Content-Encoding', 'GZIP').end(gzipSync('{"a":1}'))
  })
  t.match(await client(t).request({ method: 'GET', url }), { body: { a: 1 } })
})

t.test('the limit holds for what comes out of a compressed answer', async t => {
  const bomb = gzipSync(Buffer.alloc(50_000_000))
  t.ok(bomb.length < 100_000)
  const { url } = await peer(t, (_, response) => response.setHeader('Content-Encoding', 'gzip').end(bomb))
  await t.rejects(client(t).request({ method: 'GET', url }), {
    code: 'bad-gateway',
    message: /larger than we take/,
    cause: { code: 'ERR_BUFFER_TOO_LARGE' },
  })
})

t.test('compression that is broken or unknown is a bad gateway', async t => {
  const { url } = await peer(t, (request, response) => {
    const encoding = request.url?.slice(1) ?? ''
    response.setHeader('Content-Encoding', encoding).end(gzipSync('{"a":1}').subarray(0, 15))
  })
  await t.rejects(client(t).request({ method: 'GET', url: `${url}/gzip` }), {
    code: 'bad-gateway',
    message: /Z_BUF_ERROR/,
  })
  await t.rejects(client(t).request({ method: 'GET', url: `${url}/toString` }), {
    code: 'bad-gateway',
    message: /Content-Encoding/,
  })
})

t.test('a host that the guard refuses is never connected to', async t => {
  const { port, connections } = await peer(t, (_, response) => response.end('"inside"'))
  const { request } = client(t, { allow: [] })
  for (const host of ['127.0.0.1', '2130706433', '0x7f.1', '[::ffff:127.0.0.1]'])
    await t.rejects(request({ method: 'GET', url: `https://${host}:${port}/` }), {
      code: 'address-forbidden',
      status: 400,
    })
  await t.rejects(request({ method: 'GET', url: `https://localhost:${port}/` }), {
    code: 'address-forbidden',
    message: /"localhost".*loopback/,
  })
  t.equal(connections(), 0)
})

t.test('a name that is rebound to an inner address is never connected to', async t => {
  const { port, connections } = await peer(t, (_, response) => response.end('"inside"'))
  const resolve: Resolve = async () => [{ address: '127.0.0.1', family: 4 }]
  const outer = client(t, { allow: ['10.0.0.0/8'], resolve })
  for (const scheme of ['http', 'https'])
    await t.rejects(outer.request({ method: 'GET', url: `${scheme}://rebind.example:${port}/` }), {
      code: 'address-forbidden',
    })
  t.equal(connections(), 0)
  const inner = client(t, { allow: ['rebind.example'], resolve })
  t.match(
    await inner.request({ method: 'GET', url: `http://rebind.example:${port}/` }),
    { body: 'inside' },
    'it would have answered',
  )
})

t.test('proxy variables are not heeded', async t => {
  const proxy = await peer(t, (_, response) => response.end('"proxy"'))
  const { url } = await peer(t, (_, response) => response.end('"peer"'))
  const { env } = process
  const variables = ['http_proxy', 'HTTP_PROXY', 'https_proxy', 'all_proxy', 'ALL_PROXY'].map(name => [name, proxy.url])
  t.intercept(process, 'env', { value: { ...env, ...Object.fromEntries(variables) } })
  t.match(await client(t).request({ method: 'GET', url }), { body: 'peer' })
  t.equal(proxy.connections(), 0)
})

t.test('a request can be called off, before it begins and while it waits', async t => {
  const arrived = gate()
  const { url } = await peer(t, arrived.open)
  const controller = new AbortController()
  const answer = client(t).request({ method: 'GET', url, signal: controller.signal })
  await arrived.opened
  controller.abort()
  await t.rejects(answer, { code: 'unavailable', status: 503, message: /was called off/ })
  await t.rejects(client(t).request({ method: 'GET', url, signal: AbortSignal.abort() }), { code: 'unavailable' })
})

t.test('a silent peer holds up only itself, and has no more than 32 connections', async t => {
  const silent = await barePeer(t, () => {})
  const lively = await peer(t, (_, response) => response.end('{}'))
  const { request, close } = client(t)
  const waiting = Array.from({ length: 40 }, () => request({ method: 'GET', url: silent.url }).catch(error => error))
  t.match(await request({ method: 'GET', url: lively.url }), { status: 200 })
  t.ok(silent.connections() <= 32)
  // A request that waits for a free connection is given up in time like any other.
  await t.rejects(request({ method: 'GET', url: silent.url, timeout: 20 }), { cause: { code: 'ANSWER_LATE' } })
  t.ok(silent.connections() <= 32)
  close()
  t.match(await Promise.all(waiting), Array(40).fill({ code: 'unavailable' }))
  await t.rejects(request({ method: 'GET', url: lively.url }), { code: 'unavailable' })
})

t.test('closing ends idle connections', async t => {
  const ended = gate()
  const { url } = await peer(t, (request, response) => {
    request.socket.once('close', ended.open)
    response.end('{}')
  })
  const { request, close } = client(t)
  await request({ method: 'GET', url })
  close()
  await ended.opened
})
