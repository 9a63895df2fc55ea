import { once } from 'node:events'
import { createServer as createTcpServer } from 'node:net'
import { PassThrough } from 'node:stream'
import Router from '@koa/router'
import t from 'tap'
import { createServer, readJson, type Served } from '../../src/http/index.ts'
import { gate } from '../support/gate.ts'
import { dial, type Options, says, serve } from './support.ts'

const unexpected = (error: unknown) => {
  throw error
}

const hello = 'GET / HTTP/1.1\r\nHost: x\r\n\r\n'

t.test('a port that is taken is named with its setting, and what to do', async t => {
  const { port } = await serve(t, [])
  const second = createServer({ name: 'data', listener: { host: '127.0.0.1', port }, unexpected })
  await t.rejects(second.start(), {
    code: 'port-taken',
    message: new RegExp(`"data.port".*127\\.0\\.0\\.1:${port} is in use by another program; stop that one, or set`),
    faults: [{ path: 'data.port' }],
  })
  await second.stop(0)
})

t.test('a host that this machine does not have is named with its setting', async t => {
  const server = createServer({ name: 'management', listener: { host: '192.0.2.1', port: 0 }, unexpected })
  await t.rejects(server.start(), { code: 'cannot-listen', message: /"management.host".*192\.0\.2\.1:0/ })
})

t.test('port 0 takes a free port and tells it', async t => {
  const { server, port, url } = await serve(t, [says('hello')])
  t.ok(port > 0)
  t.equal(await (await fetch(url)).text(), 'hello')
  await server.stop(0)
  await t.rejects(fetch(url))
})

t.test('who is asked first may answer, and the rest goes to Koa', async t => {
  const first: Options['first'] = (request, response) => {
    if (request.url !== '/data') return false
    response.end('bytes')
    return true
  }
  const { url } = await serve(t, [says('koa')], { first })
  t.equal(await (await fetch(`${url}/data`)).text(), 'bytes')
  t.equal(await (await fetch(`${url}/other`)).text(), 'koa')
})

t.test('stopping lets a request in hand finish and closes its connection', async t => {
  const { open, opened } = gate()
  const arrived = gate()
  const { server, port } = await serve(t, [
    async ctx => {
      arrived.open()
      await opened
      ctx.body = 'finished'
    },
  ])
  const line = await dial(t, port)
  line.say(hello)
  await arrived.opened
  const stopped = server.stop(60_000)
  open()
  const heard = await line.heardAll()
  t.match(heard, /200 OK/)
  t.match(heard, /Connection: close/)
  t.match(heard, /finished$/)
  await stopped
})

t.test('stopping ends idle connections at once, silent new ones too', async t => {
  const { server, port } = await serve(t, [says('hello')])
  const kept = await dial(t, port)
  const silent = await dial(t, port)
  const halfSaid = await dial(t, port)
  halfSaid.say('GET / HTTP/1.1\r\nHost')
  kept.say(hello)
  await kept.hear(/hello/)
  const stopped = server.stop(60_000)
  t.match(await kept.heardAll(), /keep-alive[\s\S]*hello$/)
  await silent.heardAll()
  await halfSaid.heardAll()
  await stopped
})

t.test('stopping lets a running stream finish, and then closes its kept connection', async t => {
  const stream = new PassThrough()
  const { server, port } = await serve(t, [says(stream)])
  const line = await dial(t, port)
  line.say(hello)
  stream.write('first ')
  await line.hear(/first/)
  const stopped = server.stop(60_000)
  stream.end('last')
  t.match(await line.heardAll(), /last/)
  await stopped
})

t.test('what does not finish in time is cut off when stopping', async t => {
  const arrived = gate()
  const { server, port } = await serve(t, [
    () => {
      arrived.open()
      return new Promise(() => {})
    },
  ])
  const line = await dial(t, port)
  line.say(hello)
  await arrived.opened
  await server.stop(1)
  t.equal(await line.heardAll(), '')
})

t.test('stopping twice, or what was never started, does no harm', async t => {
  const { server } = await serve(t, [])
  await Promise.all([server.stop(0), server.stop(0)])
  await createServer({ name: 'data', listener: { host: '127.0.0.1', port: 0 }, unexpected }).stop(0)
})

t.test('headers that come too slowly are given up', async t => {
  const { port } = await serve(t, [], { limits: { headersTimeout: 20 } })
  const line = await dial(t, port)
  line.say('GET / HTTP/1.1\r\n')
  t.match(await line.heardAll(), /^HTTP\/1.1 408/)
})

t.test('a body that comes too slowly is given up, an answer that takes long is not', async t => {
  // Long enough for the reader, whatever else the machine does: its request must come in time.
  const limits = { headersTimeout: 500, requestTimeout: 500 }
  const stream = new PassThrough()
  const { port, unexpected } = await serve(
    t,
    [
      async ctx => {
        ctx.body = ctx.method === 'POST' ? await readJson(ctx) : stream
      },
    ],
    { limits },
  )
  const reader = await dial(t, port)
  reader.say(hello)
  stream.write('first')
  await reader.hear(/first/)
  const writer = await dial(t, port)
  writer.say('POST / HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n[1,2')
  t.match(await writer.heardAll(), /^HTTP\/1.1 408/)
  // The limit that has just ended the writer has passed for the reader, too.
  stream.end('last')
  await reader.hear(/last/)
  t.same(unexpected, [])
})

t.test('a connection on which nothing moves any more is ended, whoever is to blame', async t => {
  const { port } = await serve(t, [() => new Promise(() => {})], { limits: { idleTimeout: 20 } })
  const line = await dial(t, port)
  line.say(hello)
  t.equal(await line.heardAll(), '')
})

t.test('there are no more connections than may be, and a place that is free is given again', async t => {
  const { port } = await serve(t, [says('hello')], { limits: { connections: 2 } })
  const [first, second, third] = [await dial(t, port), await dial(t, port), await dial(t, port)]
  t.equal(await third.heardAll(), '', 'closed as it came')
  second.say(hello)
  await second.hear(/hello/)
  first.hangUp()
  second.say(hello.replace('\r\n\r\n', '\r\nConnection: close\r\n\r\n'))
  await second.heardAll()
  const fourth = await dial(t, port)
  fourth.say(hello)
  await fourth.hear(/hello/)
})

t.test('the rest of a body that nobody will read is not waited for', async t => {
  const { port } = await serve(t, [])
  const line = await dial(t, port)
  line.say('POST /nowhere HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\nxxx')
  t.match(await line.heardAll(), /^HTTP\/1.1 404 /)
})

t.test('headers larger than the limit are refused', async t => {
  const { port } = await serve(t, [], { limits: { headerBytes: 2_000 } })
  const line = await dial(t, port)
  line.say(`GET / HTTP/1.1\r\nHost: x\r\nX: ${'x'.repeat(3_000)}\r\n\r\n`)
  t.match(await line.heardAll(), /^HTTP\/1.1 431/)
})

t.test('each request is told once it is over, by the pattern of its route', async t => {
  const told: Served[] = []
  const router = new Router({ prefix: '/dsp' })
  router.get('/negotiations/:id', says('x'))
  const { server, url } = await serve(t, [], { served: request => told.push(request) }, router)
  await (await fetch(`${url}/dsp/negotiations/urn:uuid:1`)).text()
  await (await fetch(`${url}/secret`, { method: 'PUT' })).text()
  await server.stop(1_000)
  t.match(told, [
    { plane: 'protocol', method: 'GET', path: '/dsp/negotiations/:id', status: 200, ms: Number },
    { plane: 'protocol', method: 'PUT', path: 'unmatched', status: 404, ms: Number },
  ])
})

t.test('a request whose sender goes away is told, too, and is nothing unexpected', async t => {
  const told = gate()
  const stream = new PassThrough()
  const { port, unexpected } = await serve(t, [says(stream)], { served: told.open })
  const line = await dial(t, port)
  line.say(hello)
  stream.write('first')
  await line.hear(/first/)
  line.hangUp()
  await told.opened
  t.same(unexpected, [])
})

t.test('a body stream that breaks cuts the answer and is told as unexpected', async t => {
  const stream = new PassThrough()
  const { port, unexpected } = await serve(t, [says(stream)])
  const line = await dial(t, port)
  line.say(hello)
  stream.write('first')
  await line.hear(/first/)
  stream.destroy(new Error('the disk is gone'))
  t.notMatch(await line.heardAll(), /\r\n0\r\n/)
  t.match(unexpected, [{ message: 'the disk is gone' }])
})

t.test('a port taken by something that is no HTTP server is taken all the same', async t => {
  const squatter = createTcpServer().listen(0, '127.0.0.1')
  await once(squatter, 'listening')
  t.teardown(() => squatter.close())
  const address = squatter.address()
  const port = typeof address === 'object' ? (address?.port ?? 0) : 0
  const server = createServer({ name: 'protocol', listener: { host: '127.0.0.1', port }, unexpected })
  await t.rejects(server.start(), { code: 'port-taken', message: /"protocol\.port"/ })
})
