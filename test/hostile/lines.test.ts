import t from 'tap'
import { dial } from '../http/support.ts'
import { fill, secrets, startTarget, type Target } from './world.ts'

const auth = `Authorization: Bearer ${secrets.peer}`
const json = 'Content-Type: application/json'
const catalog = 'POST /dsp/2025-1/catalog/request HTTP/1.1'
const lines = (...all: string[]): string => `${all.join('\r\n')}\r\n\r\n`
const smuggled = lines('GET /metrics HTTP/1.1', 'Host: x')

/**
 * What no HTTP client would send, byte for byte. Proxies in front and we must read a request alike, so whatever can be read in two
 * ways is read in none.
 */
// biome-ignore format: a table is read by its columns
const broken: readonly (readonly [what: string, status: number, text: string])[] = [
  [ 'a length and chunks',             400, `${lines(catalog, 'Host: x', auth, json, 'Content-Length: 4', 'Transfer-Encoding: chunked')}0\r\n\r\n${smuggled}` ],
  [ 'chunks, and then a length',       400, `${lines(catalog, 'Host: x', auth, json, 'Transfer-Encoding: chunked', 'Content-Length: 4')}0\r\n\r\n${smuggled}` ],
  [ 'two lengths',                     400, `${lines(catalog, 'Host: x', auth, json, 'Content-Length: 2', 'Content-Length: 40')}{}${smuggled}` ],
  [ 'a length with a sign',            400, `${lines(catalog, 'Host: x', auth, json, 'Content-Length: +2')}{}` ],
  [ 'a negative length',               400, `${lines(catalog, 'Host: x', auth, json, 'Content-Length: -2')}{}` ],
  [ 'an endless length',               400, `${lines(catalog, 'Host: x', auth, json, 'Content-Length: 99999999999999999999999')}{}` ],
  [ 'chunks that are not the last coding', 400, `${lines(catalog, 'Host: x', auth, json, 'Transfer-Encoding: chunked, identity')}0\r\n\r\n${smuggled}` ],
  [ 'a coding spelled with a tab',     400, `${lines(catalog, 'Host: x', auth, json, 'Transfer-Encoding: \x0bchunked')}0\r\n\r\n${smuggled}` ],
  [ 'a blank before the colon',        400, `${lines(catalog, 'Host: x', auth, json, 'Content-Length : 2')}{}` ],
  [ 'a header that is folded',         400, `${lines(catalog, 'Host: x', auth, json, 'X: a', ' Content-Length: 2')}{}` ],
  [ 'a bare line feed',                400, `${catalog}\nHost: x\nX: a\n\n` ],
  [ 'a carriage return in a value',    400, lines(catalog, 'Host: x', `${auth}\rX: y`, json) ],
  [ 'NUL in a value',                  400, lines(catalog, 'Host: x', `${auth}\0`, json) ],
  [ 'a blank in the path',             400, lines('GET /dsp/2025-1/x y HTTP/1.1', 'Host: x') ],
  [ 'HTTP/9.9',                        400, lines('GET / HTTP/9.9', 'Host: x') ],
  [ 'HTTP/2 without asking',           400, 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n' ],
  [ 'TLS',                             400, '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03' ],
  [ 'no HTTP at all',                  400, `${secrets.canary}\r\n\r\n` ],
  [ 'headers of a hundred kilobytes',  431, lines(catalog, 'Host: x', `X: ${'x'.repeat(100_000)}`) ],
  [ 'ten thousand headers',            431, lines(catalog, 'Host: x', ...Array.from({ length: 10_000 }, (_, at) => `X-${at}: y`)) ],
]

const planes = ['protocol', 'management', 'data'] as const
const portOf = ({ urls }: Target, plane: (typeof planes)[number]): number => Number(new URL(urls[plane]).port)

t.test('a request that can be read in two ways is answered 400, and nothing behind it is read', async t => {
  const target = await startTarget(t)
  await fill(target)
  const before = await target.digest()
  for (const plane of planes)
    for (const [what, status, text] of broken) {
      const line = await dial(t, portOf(target, plane))
      line.say(text)
      const heard = await line.heardAll()
      t.match(
        heard,
        new RegExp(`^HTTP/1.1 ${status} .*\\r\\nContent-Type: application/problem\\+json`, 's'),
        `${plane}: ${what}`,
      )
      t.equal(heard.split('HTTP/1.1').length, 2, `${plane}: ${what}: one answer, and the line ends`)
      t.notMatch(heard, /X-Injected|kontor_|canary/)
    }
  t.equal(await target.digest(), before, 'nothing has changed')
  t.same(
    target.log.filter(entry => entry.includes('unexpected')),
    [],
  )
})

t.test('a request without a host, or of a version that has none, gets nothing, and the line ends', async t => {
  const target = await startTarget(t)
  for (const plane of planes)
    for (const text of [lines('GET /metrics HTTP/1.1', 'X-API-Key: x'), lines('GET /x', 'X-Injected: y HTTP/1.1')]) {
      const line = await dial(t, portOf(target, plane))
      line.say(text)
      t.match(await line.heardAll(), /^HTTP\/1.1 40[04] /, plane)
    }
})

/** Requests whose target is not a plain path: what is behind them is found only if it is one of ours. */
// biome-ignore format: a table is read by its columns
const targets: readonly (readonly [what: string, line: string])[] = [
  [ 'another host, absolute',   'GET http://evil.example/public HTTP/1.1'        ],
  [ 'a host of our network',    'GET http://169.254.169.254/latest HTTP/1.1'     ],
  [ 'a file',                   'GET file:///etc/passwd HTTP/1.1'                ],
  [ 'two slashes',              'GET //evil.example/public HTTP/1.1'             ],
  [ 'dots',                     'GET /public/../../metrics HTTP/1.1'             ],
  [ 'dots, encoded',            'GET /public/%2e%2e/%2e%2e/metrics HTTP/1.1'     ],
  [ 'dots and slash, encoded',  'GET /public/..%2f..%2fmetrics HTTP/1.1'         ],
  [ 'backslashes',              'GET /public/..\\..\\metrics HTTP/1.1'           ],
  [ 'an asterisk',              'OPTIONS * HTTP/1.1'                             ],
]

t.test('a target that leads elsewhere leads nowhere', async t => {
  const target = await startTarget(t)
  for (const plane of planes)
    for (const [what, request] of targets) {
      const line = await dial(t, portOf(target, plane))
      line.say(lines(request, 'Host: evil.example', 'Connection: close'))
      const heard = await line.heardAll()
      t.match(heard, /^HTTP\/1.1 40[0145] .*application\/problem\+json/s, `${plane}: ${what}`)
      t.notMatch(heard, /kontor_outbox|root:|evil\.example\/dsp/)
    }
})

t.test('a tunnel through us is refused, and the line ends', async t => {
  const target = await startTarget(t)
  for (const plane of planes) {
    const line = await dial(t, portOf(target, plane))
    line.say(lines('CONNECT 127.0.0.1:1 HTTP/1.1', 'Host: 127.0.0.1:1'))
    t.notMatch(await line.heardAll(), /200/, plane)
  }
})

t.test('what we call ourselves is not what a Host header says', async t => {
  const target = await startTarget(t)
  const line = await dial(t, portOf(target, 'protocol'))
  line.say(
    lines(
      'GET /.well-known/dspace-version HTTP/1.1',
      'Host: evil.example',
      'X-Forwarded-Host: evil.example',
      'Connection: close',
    ),
  )
  t.notMatch(await line.heardAll(), /evil/)
})
