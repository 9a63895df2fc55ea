import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import type { IncomingMessage } from 'node:http'
import { connect, createServer, type Socket } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { setImmediate } from 'node:timers/promises'
import t, { type Test } from 'tap'
import { gate } from '../support/gate.ts'
import { ask, begin, createSource, createWorld, tokenOf } from './world.ts'

/** A source that remembers what it was asked. */
async function recordingSource(
  t: Test,
  answer: { status?: number; headers?: Record<string, string>; body?: string } = {},
) {
  const requests: {
    method: string | undefined
    url: string | undefined
    headers: IncomingMessage['headers']
    body: string
  }[] = []
  const url = await createSource(t, async (request, response) => {
    const body = String(await buffer(request))
    requests.push({ method: request.method, url: request.url, headers: request.headers, body })
    response
      .writeHead(answer.status ?? 200, answer.headers)
      .end(request.method === 'HEAD' ? undefined : (answer.body ?? 'data'))
  })
  return { url, requests }
}

/** A source that speaks TCP, for what no HTTP library would say. */
async function rawSource(t: Test, speak: (socket: Socket) => void): Promise<string> {
  const sockets = new Set<Socket>()
  const server = createServer(socket => {
    sockets.add(socket)
    socket.on('error', () => {})
    socket.once('data', () => speak(socket))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  const address = server.address()
  return `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`
}

const problemOf = (body: Buffer): unknown => JSON.parse(String(body))

t.test('a consumer gets what the source has, byte for byte', async t => {
  const data = randomBytes(3_000_000)
  const source = await createSource(t, (_, response) => response.setHeader('content-type', 'text/csv').end(data))
  const world = await createWorld(t)
  const address = await world.open({ type: 'HttpData', baseUrl: source })

  const reply = await ask(world.url, { token: tokenOf(address) })
  t.equal(reply.status, 200)
  t.equal(reply.headers['content-type'], 'text/csv')
  t.equal(reply.headers['content-length'], '3000000')
  t.ok(reply.body.equals(data))
})

t.test('the token alone says which data is meant, with a scheme or without', async t => {
  const [one, two] = [await recordingSource(t, { body: 'one' }), await recordingSource(t, { body: 'two' })]
  const world = await createWorld(t)
  const first = await world.open({ type: 'HttpData', baseUrl: one.url }, 'flow-1')
  const second = await world.open({ type: 'HttpData', baseUrl: two.url }, 'flow-2')
  t.equal(first.endpoint, second.endpoint)

  for (const [address, data] of [
    [first, 'one'],
    [second, 'two'],
  ] as const)
    for (const authorization of [`Bearer ${tokenOf(address)}`, `bearer ${tokenOf(address)}`, tokenOf(address)])
      t.equal(String((await ask(world.url, { headers: { authorization } })).body), data)
})

t.test('without a token, or with one that is none of ours, the answer is 401 and says why', async t => {
  const world = await createWorld(t)
  const none = await ask(world.url)
  t.match(none, { status: 401, headers: { 'www-authenticate': 'Bearer', 'content-type': 'application/problem+json' } })
  t.match(problemOf(none.body), { status: 401, code: 'unauthenticated', title: 'Unauthorized' })

  for (const authorization of ['Bearer x.y.z', 'eyJhbGciOiJub25lIn0.e30.', 'Basic dTpw', 'Bearer', 'Bearer a b']) {
    const reply = await ask(world.url, { headers: { authorization } })
    t.equal(reply.status, 401, authorization)
    t.match(reply.headers['www-authenticate'], /^Bearer error="invalid_token", error_description="[^"]+"$/)
  }
})

t.test('HEAD tells what GET would bring, without bringing it', async t => {
  const { url, requests } = await recordingSource(t, { headers: { 'content-length': '4', etag: '"a"' } })
  const world = await createWorld(t)
  const token = tokenOf(await world.open({ type: 'HttpData', baseUrl: url }))
  const reply = await ask(world.url, { token, method: 'HEAD' })
  t.match(reply, { status: 200, headers: { 'content-length': '4', etag: '"a"' } })
  t.equal(reply.body.length, 0)
  t.equal(requests[0]?.method, 'HEAD')
})

t.test('path and query reach the source only where its address says so', async t => {
  const { url, requests } = await recordingSource(t)
  const world = await createWorld(t)
  const baseUrl = `${url}/api?key=k`
  const closed = tokenOf(await world.open({ type: 'HttpData', baseUrl }, 'closed'))
  const open = tokenOf(
    await world.open({ type: 'HttpData', baseUrl, proxyPath: true, proxyQueryParams: 'true' }, 'open'),
  )

  t.equal((await ask(world.url, { token: closed, path: '/public?x=1' })).status, 200)
  t.equal((await ask(world.url, { token: closed, path: '/public/a' })).status, 404)
  t.equal((await ask(world.url, { token: open, path: '/public/a/b.csv?x=1' })).status, 200)
  t.same(
    requests.map(request => request.url),
    ['/api?key=k', '/api/a/b.csv?key=k&x=1'],
  )
})

t.test('paths that try to leave are refused, and the source hears nothing of them', async t => {
  const { url, requests } = await recordingSource(t)
  const world = await createWorld(t)
  const token = tokenOf(await world.open({ type: 'HttpData', baseUrl: `${url}/data`, proxyPath: true }))
  for (const path of [
    '/public/../secret',
    '/public/%2e%2e/secret',
    '/public//evil/',
    '/public/..%2fsecret',
    '/public/a\\..\\b',
  ]) {
    const reply = await ask(world.url, { token, path })
    t.match([reply.status, problemOf(reply.body)], [400, { code: 'invalid' }], path)
  }
  for (const path of [`${world.url}/public`, '//127.0.0.1/public', '/publicity', '/public%2f..']) {
    t.equal((await ask(world.url, { token, path })).status, 404, path)
  }
  t.same(requests, [])
})

t.test('of the request only what is on the list reaches the source', async t => {
  const { url, requests } = await recordingSource(t)
  const world = await createWorld(t)
  const token = tokenOf(
    await world.open({
      type: 'HttpData',
      baseUrl: url,
      'header:X-Api-Key': 'secret',
      authKey: 'Authorization',
      authCode: 'Basic a2V5',
    }),
  )
  // biome-ignore format: a table is read by its columns
  const table = [
    // header             sent            arrives as
    [ 'accept',           'text/csv',     'text/csv'  ],
    [ 'accept-encoding',  'gzip',         'gzip'      ],
    [ 'range',            'bytes=1-2',    'bytes=1-2' ],
    [ 'if-none-match',    '"a"',          '"a"'       ],
    [ 'if-range',         '"a"',          '"a"'       ],
    [ 'accept-language',  'de',           undefined   ], // named by Connection
    [ 'connection',       'accept-language, x-a', 'keep-alive' ],
    [ 'x-a',              '1',            undefined   ],
    [ 'x-api-key',        'mine',         'secret'    ],
    [ 'cookie',           'a=b',          undefined   ],
    [ 'forwarded',        'for=1.2.3.4',  undefined   ],
    [ 'x-forwarded-for',  '1.2.3.4',      undefined   ],
    [ 'x-http-method-override', 'DELETE', undefined   ],
    [ 'proxy-authorization', 'Basic x',   undefined   ],
    [ 'te',               'trailers',     undefined   ],
    [ 'content-type',     'text/plain',   undefined   ],
    [ 'origin',           'http://x',     undefined   ],
    [ 'referer',          'http://x',     undefined   ],
    [ 'user-agent',       'curl',         'kontor'    ],
    [ 'host',             'evil.example', url.slice(7) ],
  ] as const
  await ask(world.url, { token, headers: Object.fromEntries(table.map(([name, sent]) => [name, sent])) })
  const arrived = requests[0]?.headers ?? {}
  for (const [name, , expected] of table) t.equal(arrived[name], expected, name)
  t.equal(arrived.authorization, 'Basic a2V5')
})

t.test('of the answer only what is on the list reaches the consumer', async t => {
  // biome-ignore format: a table is read by its columns
  const table = [
    // header                sent              arrives as
    [ 'content-type',        'text/html',      'text/html' ],
    [ 'etag',                '"a"',            '"a"'       ],
    [ 'last-modified',       'Mon, 02 Feb 2026 00:00:00 GMT', 'Mon, 02 Feb 2026 00:00:00 GMT' ],
    [ 'content-encoding',    'gzip',           'gzip'      ],
    [ 'accept-ranges',       'bytes',          'bytes'     ],
    [ 'cache-control',       'no-store',       'no-store'  ],
    [ 'content-disposition', 'attachment',     'attachment' ],
    [ 'set-cookie',          'a=b',            undefined   ],
    [ 'server',              'internal/1',     undefined   ],
    [ 'x-powered-by',        'PHP',            undefined   ],
    [ 'location',            'http://internal', undefined  ],
    [ 'link',                '<http://internal>; rel=next', undefined ],
    [ 'access-control-allow-origin', '*',      undefined   ],
    [ 'www-authenticate',    'Basic',          undefined   ],
    [ 'alt-svc',             'h3=":443"',      undefined   ],
    [ 'keep-alive',          'timeout=9',      undefined   ],
    [ 'vary',                'Accept',         undefined   ], // named by Connection
    [ 'connection',          'vary',           'close'     ],
    [ 'x-content-type-options', 'whatever',    'nosniff'   ],
  ] as const
  const { url } = await recordingSource(t, { headers: Object.fromEntries(table.map(([name, sent]) => [name, sent])) })
  const world = await createWorld(t)
  const token = tokenOf(await world.open({ type: 'HttpData', baseUrl: url }))
  const { headers } = await ask(world.url, { token })
  for (const [name, , expected] of table) t.equal(headers[name], expected, name)
})

t.test('the provider can say the type of data itself', async t => {
  const { url } = await recordingSource(t, { headers: { 'content-type': 'application/octet-stream' } })
  const world = await createWorld(t)
  const token = tokenOf(await world.open({ type: 'HttpData', baseUrl: url, contentType: 'text/csv' }))
  t.equal((await ask(world.url, { token })).headers['content-type'], 'text/csv')
})

t.test('other methods and bodies pass only where the address says so', async t => {
  const { url, requests } = await recordingSource(t)
  const world = await createWorld(t)
  const tokens = {
    reading: tokenOf(await world.open({ type: 'HttpData', baseUrl: url }, 'reading')),
    methods: tokenOf(await world.open({ type: 'HttpData', baseUrl: url, proxyMethod: true }, 'methods')),
    bodies: tokenOf(await world.open({ type: 'HttpData', baseUrl: url, proxyMethod: true, proxyBody: true }, 'bodies')),
    query: tokenOf(await world.open({ type: 'HttpData', baseUrl: url, method: 'POST', proxyBody: true }, 'query')),
  }
  // biome-ignore format: a table is read by its columns
  const table = [
    // flow       method     body     status  the source is asked
    [ 'reading',  'GET',     '',      200,    'GET'       ],
    [ 'reading',  'GET',     'body',  400,                ],
    [ 'reading',  'POST',    '',      405,                ],
    [ 'reading',  'DELETE',  '',      405,                ],
    [ 'reading',  'OPTIONS', '',      405,                ],
    [ 'reading',  'TRACE',   '',      405,                ],
    [ 'methods',  'DELETE',  '',      200,    'DELETE'    ],
    [ 'methods',  'POST',    'body',  400,                ],
    [ 'methods',  'TRACE',   '',      405,                ],
    [ 'bodies',   'PUT',     'body',  200,    'PUT body'  ],
    [ 'query',    'POST',    'body',  200,    'POST body' ],
    [ 'query',    'PUT',     'body',  405,                ],
    [ 'query',    'GET',     '',      200,    'POST'      ],
    [ 'query',    'HEAD',    '',      405,                ],
  ] as const
  for (const [flow, method, body, status, asked] of table) {
    requests.length = 0
    const reply = await ask(world.url, { token: tokens[flow], method, body })
    t.equal(reply.status, status, `${flow} ${method}`)
    t.same(
      requests.map(request => `${request.method} ${request.body}`.trim()),
      asked === undefined ? [] : [asked],
    )
    if (status === 405) t.match(reply.headers.allow, /GET/)
  }
})

t.test('a large body goes through to the source', async t => {
  const sizes: number[] = []
  const source = await createSource(t, async (request, response) => {
    sizes.push((await buffer(request)).length)
    response.writeHead(201, { location: 'http://internal/1' }).end()
  })
  const world = await createWorld(t)
  const token = tokenOf(await world.open({ type: 'HttpData', baseUrl: source, proxyMethod: true, proxyBody: true }))
  const reply = await ask(world.url, { token, method: 'POST', body: randomBytes(2_000_000) })
  t.equal(reply.status, 201)
  t.equal(reply.headers.location, undefined)
  t.same(sizes, [2_000_000])
})

t.test('an answer that is not meant for the consumer becomes 502', async t => {
  // biome-ignore format: a table is read by its columns
  const table = [
    // source  what it proxies       consumer
    [ 204,     {},                   204 ],
    [ 206,     {},                   206 ],
    [ 304,     {},                   304 ],
    [ 412,     {},                   412 ],
    [ 416,     {},                   416 ],
    [ 301,     {},                   502 ],
    [ 302,     { proxyPath: true },  502 ],
    [ 307,     { proxyPath: true },  502 ],
    [ 401,     { proxyPath: true },  502 ],
    [ 403,     { proxyPath: true },  502 ],
    [ 407,     { proxyPath: true },  502 ],
    [ 404,     {},                   502 ],
    [ 404,     { proxyPath: true },  404 ],
    [ 422,     { proxyBody: true },  422 ],
    [ 429,     {},                   503 ],
    [ 500,     { proxyPath: true },  502 ],
    [ 503,     {},                   503 ],
  ] as const
  const world = await createWorld(t)
  for (const [status, proxy, expected] of table) {
    const { url } = await recordingSource(t, { status, headers: { location: 'http://127.0.0.1:1/' } })
    const token = tokenOf(
      await world.open({ type: 'HttpData', baseUrl: url, ...proxy }, `${status} ${JSON.stringify(proxy)}`),
    )
    const reply = await ask(world.url, { token })
    t.equal(reply.status, expected, `${status} ${JSON.stringify(proxy)}`)
    t.notMatch(String(reply.body), /127\.0\.0\.1/)
  }
})

t.test('a source that is not there is the provider’s affair: 502, without its address', async t => {
  const world = await createWorld(t)
  const token = tokenOf(await world.open({ type: 'HttpData', baseUrl: 'http://127.0.0.1:1/secret' }))
  const reply = await ask(world.url, { token })
  t.equal(reply.status, 502)
  t.match(problemOf(reply.body), {
    code: 'bad-gateway',
    detail: 'The source of the data cannot be reached (ECONNREFUSED).',
  })
})

t.test('a source that closes a kept connection just then is asked again', async t => {
  const sockets: Socket[] = []
  let requests = 0
  const url = await rawSource(t, socket => {
    sockets.push(socket)
    socket.on('data', () => socket.destroy())
    requests++
    socket.write('HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\ndata')
  })
  const world = await createWorld(t)
  const token = tokenOf(await world.open({ type: 'HttpData', baseUrl: url }))
  for (let round = 0; round < 3; round++) t.equal(String((await ask(world.url, { token })).body), 'data')
  t.equal(requests, 3)
})

t.test('a body that breaks off breaks the consumer’s connection, so that nobody takes it for the whole', async t => {
  const heads = { announced: 'Content-Length: 1000', chunked: 'Transfer-Encoding: chunked' }
  const parts = { announced: 'x'.repeat(500), chunked: `1f4\r\n${'x'.repeat(500)}\r\n` }
  const world = await createWorld(t)
  for (const kind of ['announced', 'chunked'] as const) {
    const url = await rawSource(t, socket => socket.end(`HTTP/1.1 200 OK\r\n${heads[kind]}\r\n\r\n${parts[kind]}`))
    const token = tokenOf(await world.open({ type: 'HttpData', baseUrl: url }, kind))
    const told = world.next('served')
    await t.rejects(ask(world.url, { token }), { code: 'ECONNRESET' }, kind)
    t.match(await told, { flow: kind, broken: /broke off/, bytes: 500 })
  }
})

t.test('to a reader of HTTP/1.0, for whom any end is the end, a broken body is a reset', async t => {
  const url = await rawSource(t, socket =>
    socket.end('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n'),
  )
  const world = await createWorld(t)
  const token = tokenOf(await world.open({ type: 'HttpData', baseUrl: url }))
  const socket = connect(Number(new URL(world.url).port), '127.0.0.1')
  socket.write(`GET /public HTTP/1.0\r\nAuthorization: Bearer ${token}\r\n\r\n`)
  await t.rejects(buffer(socket), { code: 'ECONNRESET' })
})

t.test('a source that sends more than it announced is not believed', async t => {
  const url = await rawSource(t, socket => socket.write('HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\ndata and more'))
  const world = await createWorld(t)
  const token = tokenOf(await world.open({ type: 'HttpData', baseUrl: url }))
  t.equal((await ask(world.url, { token })).status, 502)
})

t.test('what is no HTTP becomes 502', async t => {
  const world = await createWorld(t)
  const nonsense = [
    'SSH-2.0-OpenSSH\r\n',
    'HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab',
    'HTTP/1.1 200 OK\r\nA : b\r\n\r\n',
    '',
  ]
  for (const [index, text] of nonsense.entries()) {
    const url = await rawSource(t, socket => socket.end(text))
    const token = tokenOf(await world.open({ type: 'HttpData', baseUrl: url }, `flow-${index}`))
    t.equal((await ask(world.url, { token })).status, 502, JSON.stringify(text))
  }
})

t.test('a consumer that leaves takes the request to the source with it', async t => {
  let closed: (() => void) | undefined
  const gone = new Promise<void>(resolve => {
    closed = resolve
  })
  const source = await createSource(t, (_, response) => {
    response.on('close', () => closed?.())
    response.write('a beginning')
  })
  const world = await createWorld(t)
  const token = tokenOf(await world.open({ type: 'HttpData', baseUrl: source }))
  const told = world.next('served')
  const answer = await begin(world.url, { token })
  answer.on('error', () => {})
  answer.destroy()
  await gone
  t.match(await told, { broken: 'The consumer closed the connection.' })
})

t.test('a stream that no longer moves is broken off', async t => {
  let ahead = 0
  const { now } = performance
  t.intercept(performance, 'now', { value: () => now.call(performance) + ahead })
  const idle = 60_000
  const world = await createWorld(t, { timing: { idle, tick: 20 } })
  await world.start()
  const silent = await createSource(t, (_, response) => void response.write('a beginning'))
  const answer = await begin(world.url, {
    token: tokenOf(await world.open({ type: 'HttpData', baseUrl: silent }, 'silent')),
  })
  await once(answer, 'readable')
  ahead += idle
  await t.rejects(buffer(answer), { code: 'ECONNRESET' })

  const asked = gate()
  const mute = await createSource(t, asked.open)
  const reply = ask(world.url, { token: tokenOf(await world.open({ type: 'HttpData', baseUrl: mute }, 'mute')) })
  await asked.opened
  ahead += idle
  t.equal((await reply).status, 502)
})

t.test('bytes and requests are counted exactly', async t => {
  const data = randomBytes(700_000)
  const source = await createSource(t, (request, response) => {
    if (request.headers.range === undefined) return response.end(data)
    return response.writeHead(206, { 'content-range': 'bytes 0-99/700000' }).end(data.subarray(0, 100))
  })
  const world = await createWorld(t)
  const token = tokenOf(await world.open({ type: 'HttpData', baseUrl: source }))
  await Promise.all(Array.from({ length: 5 }, () => ask(world.url, { token })))
  await ask(world.url, { token, headers: { range: 'bytes=0-99' } })
  await ask(world.url, { token, method: 'HEAD' })
  t.equal((await ask(world.url, { token: 'a.b.c' })).status, 401)
  await world.stop()
  t.same(await world.db.query('select bytes, requests from data_flow'), [
    { bytes: String(5 * 700_000 + 100), requests: '7' },
  ])
  t.equal(
    world.served.reduce((sum, { bytes }) => sum + bytes, 0),
    5 * 700_000 + 100,
  )
})

t.test('a slow consumer costs no memory', async t => {
  const chunk = Buffer.alloc(1_048_576)
  let sent = 0
  const source = await createSource(t, (_, response) => {
    const more = (): void => {
      while (sent < 512) {
        sent++
        if (!response.write(chunk)) return void response.once('drain', more)
      }
      response.end()
    }
    more()
  })
  const world = await createWorld(t)
  const token = tokenOf(await world.open({ type: 'HttpData', baseUrl: source }))
  const before = process.memoryUsage().rss
  const answer = await begin(world.url, { token })
  answer.pause()
  // Were it not held back, each of these turns would move another piece of the source into our memory.
  for (let turn = 0; turn < 5_000; turn++) await setImmediate()
  t.ok(sent < 64, `the source could send ${sent} MiB while the consumer took nothing`)
  t.ok(process.memoryUsage().rss - before < 128 * 1_048_576)

  let taken = 0
  for await (const part of answer) taken += part.length
  t.equal(taken, 512 * 1_048_576)
})

t.test('while the connector stops, what runs goes on, and nothing new begins', async t => {
  let finish: (() => void) | undefined
  const source = await createSource(t, (_, response) => {
    response.write('first ')
    finish = () => response.end('last')
  })
  const world = await createWorld(t)
  const token = tokenOf(await world.open({ type: 'HttpData', baseUrl: source }))
  const answer = await begin(world.url, { token })
  const stopped = world.stop()
  t.match(await ask(world.url, { token }), { status: 503, headers: { connection: 'close' } })
  finish?.()
  t.equal(String(await buffer(answer)), 'first last')
  await stopped
})
