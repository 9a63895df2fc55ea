import t from 'tap'
import { createWorld, tokenOf } from '../dataplane/world.ts'
import { dial } from '../http/support.ts'
import { startLine } from '../support/liars.ts'

const lines = (...all: string[]): string => `${all.join('\r\n')}\r\n\r\n`
const inner = 'GET /admin HTTP/1.1\r\nHost: source\r\n\r\n'
const chunked = (text: string): string => `${text.length.toString(16)}\r\n${text}\r\n0\r\n`

/** A source that keeps what it is told, byte for byte, and answers each request head it sees. */
async function startSource(t: Parameters<typeof startLine>[0]) {
  const heard: string[] = []
  const source = await startLine(t, line => {
    line.setEncoding('latin1').on('data', (text: string) => {
      heard.push(text)
      // Once the end of a request is in: none is so long that it comes in many pieces.
      if (/\r\n0\r\n\r\n$|^GET .*\r\n\r\n$/s.test(heard.join('')) || heard.join('').endsWith(inner))
        line.end('HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok')
    })
  })
  return { ...source, heard: () => heard.join('') }
}

// biome-ignore format: a table is read by its columns
const attempts: readonly (readonly [what: string, head: readonly string[], body: string])[] = [
  [ 'a request in a chunked body',        [ 'Transfer-Encoding: chunked' ],                                             `${chunked(inner)}\r\n` ],
  [ 'a request behind its length',        [ `Content-Length: ${inner.length}` ],                                        inner ],
  [ 'a connection that drops the length', [ `Content-Length: ${inner.length}`, 'Connection: content-length, close' ],   inner ],
  [ 'a connection that drops the coding', [ 'Transfer-Encoding: chunked', 'Connection: transfer-encoding, close' ],     `${chunked(inner)}\r\n` ],
  [ 'trailers',                           [ 'Transfer-Encoding: chunked', 'Trailer: X-Admin', 'TE: trailers' ],         `${chunked(inner)}X-Admin: yes\r\n\r\n` ],
  [ 'headers for a hop',                  [ 'Transfer-Encoding: chunked', 'Upgrade: h2c', 'HTTP2-Settings: AAMAAABk', 'Keep-Alive: 9', 'Proxy-Connection: x' ], `${chunked(inner)}\r\n` ],
]

t.test('a body stays one body on its way to the source, however it is wrapped', async t => {
  for (const [what, head, body] of attempts) {
    const source = await startSource(t)
    const world = await createWorld(t)
    const address = { type: 'HttpData', baseUrl: `${source.url}/api`, method: 'POST', proxyBody: true }
    const token = tokenOf(await world.open(address))
    const line = await dial(t, Number(new URL(world.url).port))
    line.say(lines('POST /public HTTP/1.1', 'Host: x', `Authorization: Bearer ${token}`, ...head) + body)
    t.match(await line.hear(/ok$/), /^HTTP\/1.1 200 /, what)
    line.hangUp()

    const heard = source.heard()
    t.match(heard, /^POST \/api HTTP\/1\.1\r\n/, what)
    const [first = '', ...rest] = heard.split('\r\n\r\n')
    const announced = /transfer-encoding: chunked|content-length: (\d+)/i.exec(first)
    t.ok(announced, `${what}: the body is announced one way`)
    t.notOk(/transfer-encoding/i.test(first) && /content-length/i.test(first), `${what}: and one way only`)
    t.ok([inner, `${chunked(inner)}\r\n`].includes(rest.join('\r\n\r\n')), `${what}: what is in it stays in it`)
    t.notMatch(
      heard,
      /x-admin|upgrade|http2-settings|keep-alive: 9|proxy-connection|bearer/i,
      `${what}: nothing else passes`,
    )
  }
})

t.test('headers of the consumer’s are neither doubled nor split on their way', async t => {
  const source = await startSource(t)
  const world = await createWorld(t)
  const token = tokenOf(await world.open({ type: 'HttpData', baseUrl: `${source.url}/api`, proxyQueryParams: true }))
  const line = await dial(t, Number(new URL(world.url).port))
  const query = '?a=%0d%0aX-Admin:%20yes&b=%00'
  line.say(
    lines(
      `GET /public${query} HTTP/1.1`,
      'Host: evil',
      `Authorization: Bearer ${token}`,
      'Range: bytes=0-1',
      'Range: bytes=2-3',
      'X-Forwarded-For: 1.2.3.4',
      'Forwarded: for=x',
    ),
  )
  await line.hear(/ok$/)
  t.match(source.heard(), /^GET \/api\?a=%0d%0aX-Admin:%20yes&b=%00 HTTP\/1\.1\r\n/)
  t.notMatch(source.heard(), /\r\nx-admin|forwarded|evil|bearer/i)
  t.equal(source.heard().match(/\r\nrange:/gi)?.length, 1)
})

t.test('many requests on one line are answered in their order, each for its own token', async t => {
  const source = await startSource(t)
  const world = await createWorld(t)
  const token = tokenOf(await world.open({ type: 'HttpData', baseUrl: `${source.url}/api` }))
  const line = await dial(t, Number(new URL(world.url).port))
  const asking = (bearer: string) => lines('GET /public HTTP/1.1', 'Host: x', `Authorization: Bearer ${bearer}`)
  line.say(asking('forged') + asking(token) + lines('GET /public HTTP/1.1', 'Host: x'))
  const heard = await line.hear(/(?:HTTP\/1\.1.*){3}needed/s)
  t.same(heard.match(/HTTP\/1\.1 \d+/g), ['HTTP/1.1 401', 'HTTP/1.1 200', 'HTTP/1.1 401'])
})
