import { gzipSync } from 'node:zlib'
import t from 'tap'
import { type BodyLimits, readJson } from '../../src/http/index.ts'
import { gate } from '../support/gate.ts'
import { dial, serve } from './support.ts'

/** A server that sends back the JSON it has read. */
const echo = (t: Parameters<typeof serve>[0], limits?: BodyLimits) =>
  serve(t, [
    async ctx => {
      ctx.body = { read: await readJson(ctx, limits) }
    },
  ])

async function post(
  url: string,
  body: string | Buffer,
  headers: Record<string, string> = { 'content-type': 'application/json' },
) {
  const response = await fetch(url, { method: 'POST', body, headers })
  const answer: unknown = await response.json()
  return { status: response.status, answer }
}

t.test('JSON and JSON-LD are read, with the parameters that people send', async t => {
  const { url } = await echo(t)
  for (const type of [
    'application/json',
    'application/ld+json',
    'Application/JSON; charset=utf-8',
    'application/json;charset="UTF-8"',
    'application/json ; charset=utf8',
    'application/ld+json; profile="https://x.example/y"; charset=utf-8',
  ])
    t.match(await post(url, '{"ä":[1]}', { 'content-type': type }), { status: 200, answer: { read: { ä: [1] } } }, type)
})

t.test('other types and charsets are answered 415', async t => {
  const { url } = await echo(t)
  for (const type of [
    '',
    'text/plain',
    'application/jsonx',
    'application/json-seq',
    'application/xml; application/json',
    'application/json; charset=iso-8859-1',
    'application/json; charset=utf-16',
  ])
    t.match(
      await post(url, '{}', { 'content-type': type }),
      { status: 415, answer: { code: 'unsupported-media-type', detail: /send / } },
      type,
    )
})

t.test('a compressed body is answered 415', async t => {
  const { url } = await echo(t)
  for (const encoding of ['gzip', 'deflate', 'br', 'gzip, identity'])
    t.match(
      await post(url, gzipSync('{}'), { 'content-type': 'application/json', 'content-encoding': encoding }),
      { status: 415, answer: { detail: /Content-Encoding/ } },
      encoding,
    )
})

t.test('a body that comes in pieces is read whole', async t => {
  const { port } = await echo(t)
  const line = await dial(t, port)
  line.say('POST / HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n')
  // The pieces part in the middle of a letter.
  for (const piece of ['["\xc3', '\xa4"]']) line.say(`${piece.length.toString(16)}\r\n${piece}\r\n`)
  line.say('0\r\n\r\n')
  t.match(await line.hear(/\}/), /\{"read":\["\xc3\xa4"\]\}/)
})

t.test('a body as large as the limit is read, one byte more is not', async t => {
  const { url } = await echo(t, { limit: 10 })
  t.match(await post(url, '"12345678"'), { status: 200, answer: { read: '12345678' } })
  t.match(await post(url, '"123456789"'), {
    status: 413,
    answer: { code: 'too-large', detail: /larger than 10 bytes/ },
  })
})

t.test('the default limit is 1 MiB', async t => {
  const { url } = await echo(t)
  t.match(await post(url, `"${'x'.repeat(1024 * 1024 - 2)}"`), { status: 200 })
  t.match(await post(url, `"${'x'.repeat(1024 * 1024 - 1)}"`), { status: 413 })
})

t.test('a body announced too large is refused before it is sent, and the connection ends', async t => {
  const { port } = await echo(t)
  const line = await dial(t, port)
  line.say('POST / HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 1000000000000\r\n\r\n')
  t.match(await line.heardAll(), /^HTTP\/1.1 413[\s\S]*Connection: close[\s\S]*too-large/)
})

t.test('a body that turns out too large is not read to its end, and the connection ends', async t => {
  const { port } = await echo(t, { limit: 10 })
  const line = await dial(t, port)
  line.say('POST / HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n')
  line.say('20\r\n"0123456789012345678901234567890\r\n')
  t.match(await line.heardAll(), /^HTTP\/1.1 413[\s\S]*Connection: close[\s\S]*too-large/)
})

t.test('invalid UTF-8 is refused', async t => {
  const { url } = await echo(t)
  const body = Buffer.from('"\xc3\x28"', 'latin1')
  t.match(await post(url, body), { status: 400, answer: { code: 'invalid', detail: /UTF-8/ } })
})

t.test('malformed JSON, deep nesting and poisoned keys are answered 400', async t => {
  const { url } = await echo(t, { depth: 3 })
  t.match(await post(url, '{"a":hunter2}'), { status: 400, answer: { code: 'invalid', detail: /position 5 / } })
  t.match(await post(url, '[[[[]]]]'), { status: 400, answer: { detail: /deeper than 3 levels/ } })
  t.match(await post(url, '['.repeat(10_000)), { status: 400, answer: { detail: /deeper than 3 levels/ } })
  t.match(await post(url, '{"__proto__":{}}'), { status: 400, answer: { faults: [{ path: '/__proto__' }] } })
  t.match(await post(url, ''), { status: 400, answer: { detail: /empty/ } })
})

t.test('a sender that goes away in the middle of its body ends quietly', async t => {
  const reading = gate()
  const ended = gate()
  const errors: unknown[] = []
  const { port, unexpected } = await serve(t, [
    async ctx => {
      const read = readJson(ctx)
      reading.open()
      await read.catch(error => errors.push(error)).finally(ended.open)
    },
  ])
  const line = await dial(t, port)
  line.say('POST / HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n[1,2')
  await reading.opened
  line.hangUp()
  await ended.opened
  t.match(errors, [{ code: 'aborted', status: 400 }])
  t.same(unexpected, [])
})

t.test('a sender that was gone before its body is read is noticed, too', async t => {
  const arrived = gate()
  const ended = gate()
  const errors: unknown[] = []
  const { port } = await serve(t, [
    async ctx => {
      const gone = new Promise(resolve => ctx.req.once('close', resolve))
      arrived.open()
      await gone
      await readJson(ctx)
        .catch(error => errors.push(error))
        .finally(ended.open)
    },
  ])
  const line = await dial(t, port)
  line.say('POST / HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n[1,2')
  await arrived.opened
  line.hangUp()
  await ended.opened
  t.match(errors, [{ code: 'aborted' }])
})
