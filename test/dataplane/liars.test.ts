import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import type { Socket } from 'node:net'
import { buffer } from 'node:stream/consumers'
import t from 'tap'
import { startLiar, startLine } from '../support/liars.ts'
import { ask, begin, createWorld, tokenOf, type World } from './world.ts'

const kilobyte = 'x'.repeat(1_024)
const head = (...lines: string[]): string =>
  `HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n${lines.join('\r\n')}\r\n\r\n`
const chunk = (text: string): string => `${text.length.toString(16)}\r\n${text}\r\n`

/** What the database says was used. */
async function used({ db }: World): Promise<{ bytes: number; requests: number }> {
  const [row] = await db.query<{ bytes: string; requests: string }>('select bytes, requests from data_flow')
  return { bytes: Number(row?.bytes), requests: Number(row?.requests) }
}

/** How sources lie, and what the consumer gets to see: a status before the first byte, or so many bytes and a broken line. */
// biome-ignore format: a table is read by its columns
const lies: readonly (readonly [what: string, say: (line: Socket) => void, seen: { status: number } | { bytes: number }])[] = [
  // the source …                                                                                                              the consumer …
  [ 'announces two kilobytes and sends one',       line => line.end(head('Content-Length: 2048') + kilobyte),                  { bytes: 1_024 } ],
  [ 'announces a kilobyte and sends two',          line => line.end(head('Content-Length: 1024') + kilobyte + kilobyte),       { status: 502 }  ],
  [ 'ends in the middle of a chunk',               line => line.end(`${head('Transfer-Encoding: chunked')}800\r\n${kilobyte}`), { bytes: 1_024 } ],
  [ 'forgets the last chunk',                      line => line.end(head('Transfer-Encoding: chunked') + chunk(kilobyte)),     { bytes: 1_024 } ],
  [ 'sends a chunk that is longer than it says',   line => line.end(`${head('Transfer-Encoding: chunked')}400\r\n${kilobyte}xx`), { status: 502 }  ],
  [ 'sends a chunk of a negative length',          line => line.end(`${head('Transfer-Encoding: chunked')}${chunk(kilobyte)}-1\r\n`), { status: 502 }  ],
  [ 'gives a length and chunks',                   line => line.end(head('Content-Length: 4', 'Transfer-Encoding: chunked')),  { status: 502 }  ],
  [ 'gives two lengths',                           line => line.end(head('Content-Length: 4', 'Content-Length: 5')),           { status: 502 }  ],
  [ 'hangs up before it says a word',              line => line.destroy(),                                                     { status: 502 }  ],
  [ 'hangs up in the middle of its headers',       line => line.end('HTTP/1.1 200 OK\r\nContent-'),                            { status: 502 }  ],
  [ 'splits its headers',                          line => line.end(head('X: a\rSet-Cookie: b')),                              { status: 502 }  ],
  [ 'sends headers without end',                   line => line.write(head(`X: ${'x'.repeat(100_000)}`)),                      { status: 502 }  ],
  [ 'is no web server',                            line => line.end('220 mail.example ESMTP\r\n'),                             { status: 502 }  ],
  [ 'switches protocols',                          line => line.write('HTTP/1.1 101 Switching\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n'), { status: 502 } ],
]

for (const [what, say, seen] of lies)
  t.test(`a source that ${what} is seen through, counted exactly, and let go of`, async t => {
    const source = await startLine(t, line => void line.once('data', () => say(line)))
    const world = await createWorld(t)
    const token = tokenOf(await world.open({ type: 'HttpData', baseUrl: source.url }))
    if ('status' in seen) {
      const reply = await ask(world.url, { token })
      t.match(reply, { status: seen.status, headers: { 'content-type': 'application/problem+json' } })
      t.notMatch(String(reply.body), new RegExp(new URL(source.url).port), 'the provider’s address stays its own')
    } else {
      const answer = await begin(world.url, { token })
      let bytes = 0
      answer.on('data', (piece: Buffer) => {
        bytes += piece.length
      })
      await t.rejects(once(answer, 'end'), { code: 'ECONNRESET' }, 'nobody takes it for the whole')
      t.equal(bytes, seen.bytes)
    }
    await world.stop()
    t.same(await used(world), { bytes: 'bytes' in seen ? seen.bytes : 0, requests: 1 })
    await source.closed()
    t.same(world.unexpected, [])
  })

t.test('a consumer that leaves is counted up to what it was sent, and its source is let go of', async t => {
  const source = await startLiar(t, (_, response) => void response.writeHead(200).write(kilobyte))
  const world = await createWorld(t)
  const token = tokenOf(await world.open({ type: 'HttpData', baseUrl: source.url }))
  const answer = await begin(world.url, { token })
  await once(answer, 'data')
  const served = world.next('served')
  answer.destroy()
  t.match(await served, { bytes: 1_024, broken: /consumer closed/ })
  await source.closed()
  await world.stop()
  t.same(await used(world), { bytes: 1_024, requests: 1 })
})

t.test('a consumer that stops reading is let go of, and what was counted is what its connection took', async t => {
  let sent = 0
  const piece = Buffer.alloc(64 * 1_024)
  const source = await startLiar(t, (_, response) => {
    const count = () => {
      sent += piece.length
    }
    const pour = () => {
      while (!response.destroyed && response.write(piece, count)) {}
    }
    response.writeHead(200).on('drain', pour)
    pour()
  })
  const world = await createWorld(t, { timing: { idle: 1_000, tick: 20 } })
  await world.start()
  const token = tokenOf(await world.open({ type: 'HttpData', baseUrl: source.url }))
  const served = world.next('served')
  const answer = await begin(world.url, { token })
  answer.pause()
  const { bytes, broken } = (await served) as { bytes: number; broken: string }
  t.match(broken, /No data has moved/)
  t.ok(bytes > 0 && bytes <= sent, 'no more than the source has given')
  answer.resume()
  const received = await buffer(answer).catch(() => Buffer.alloc(0))
  t.equal(received.length, 0, 'the rest is missing, and the line is broken')
  await source.closed()
  await world.stop()
  t.same(await used(world), { bytes, requests: 1 })
})

t.test('a thousand download at once; each gets its own, every byte is counted, and no connection stays', async t => {
  const consumers = 1_000
  const data = randomBytes(100 * 1_024)
  const waiting: (() => void)[] = []
  const source = await startLiar(t, (_, response) => {
    response.writeHead(200, { 'content-length': data.length }).write(data.subarray(0, 1_000))
    // All of them are there before anybody gets the rest.
    waiting.push(() => response.end(data.subarray(1_000)))
    if (waiting.length === consumers) for (const finish of waiting.splice(0)) finish()
  })
  const world = await createWorld(t)
  const token = tokenOf(await world.open({ type: 'HttpData', baseUrl: source.url }))
  const download = async () => (await ask(world.url, { token })).body.equals(data)
  const whole = await Promise.all(Array.from({ length: consumers }, download))
  t.equal(whole.filter(Boolean).length, consumers)
  t.ok(source.connections() >= consumers)
  await world.stop()
  t.same(await used(world), { bytes: consumers * data.length, requests: consumers })
  await source.closed()
})

t.test('what broke off is resumed where it broke, unless the data has changed meanwhile', async t => {
  const data = randomBytes(10_000)
  let etag = '"one"'
  let breakOff = true
  const source = await startLiar(t, (request, response) => {
    const [, from] = /^bytes=(\d+)-$/.exec(request.headers.range ?? '') ?? []
    const start = from !== undefined && request.headers['if-range'] === etag ? Number(from) : 0
    const headers = { etag, 'accept-ranges': 'bytes', 'content-length': data.length - start }
    const range = { 'content-range': `bytes ${start}-${data.length - 1}/${data.length}` }
    response.writeHead(start > 0 ? 206 : 200, { ...headers, ...(start > 0 && range) })
    if (breakOff) response.write(data.subarray(0, 4_000), () => response.destroy())
    else response.end(data.subarray(start))
  })
  const world = await createWorld(t)
  const token = tokenOf(await world.open({ type: 'HttpData', baseUrl: source.url }))
  const first = await begin(world.url, { token })
  const pieces: Buffer[] = []
  first.on('data', (piece: Buffer) => pieces.push(piece))
  await t.rejects(once(first, 'end'))
  breakOff = false
  const got = Buffer.concat(pieces)
  const headers = { range: `bytes=${got.length}-`, 'if-range': etag }
  const rest = await ask(world.url, { token, headers })
  t.match(rest, { status: 206, headers: { 'content-range': `bytes ${got.length}-9999/10000`, etag } })
  t.ok(Buffer.concat([got, rest.body]).equals(data))

  etag = '"two"'
  const anew = await ask(world.url, { token, headers })
  t.match(anew, { status: 200, headers: { etag, 'content-length': '10000' } })
  await world.stop()
  t.same(await used(world), { bytes: got.length + rest.body.length + 10_000, requests: 3 })
})
