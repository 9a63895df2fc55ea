import type { OutgoingHttpHeaders } from 'node:http'
import t from 'tap'
import type { Endpoint } from '../../src/planes.ts'
import { leaks, open, shapeOf, shotAt, textOf } from './doors.ts'
import { DSP, fill, secrets, startTarget } from './world.ts'

const nested = (levels: number): string => `${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`
const canary = secrets.canary
const json = { 'content-type': 'application/json', 'x-canary': canary }
const as = (type: string, more: OutgoingHttpHeaders = {}) => ({ ...json, 'content-type': type, ...more })
const tenMegabytes = `{"a":"${'x'.repeat(10 * 1024 * 1024)}"}`

/** Every property that any of our endpoints knows, each of a type that none of them takes. */
const names =
  '@type @id consumerPid providerPid callbackAddress offer agreement agreementId format dataAddress eventType filter reason code properties policy accessPolicyId contractPolicyId assetsSelector counterPartyAddress counterPartyId providerId contractId transferType dataDestination querySpec offset limit filterExpression sortOrder role counterparty address'
const mistyped = (value: unknown) => JSON.stringify(Object.fromEntries(names.split(' ').map(name => [name, value])))
const message = (more: object) => JSON.stringify({ '@context': [DSP], reason: canary, ...more })

// biome-ignore format: a table is read by its columns
const bodies: readonly (readonly [what: string, status: number, headers: OutgoingHttpHeaders, body: string | Buffer])[] = [
  // what                                status  headers                                         body
  [ 'half a document',                    400,   json,                                           `{"reason":"${canary}"` ],
  [ 'no JSON at all',                     400,   json,                                           canary ],
  [ 'a list',                             400,   json,                                           '[]' ],
  [ 'a number',                           400,   json,                                           '42' ],
  [ 'null',                               400,   json,                                           'null' ],
  [ 'ten megabytes',                      413,   json,                                           tenMegabytes ],
  [ 'ten megabytes, not announced',       413,   { ...json, 'transfer-encoding': 'chunked' },    tenMegabytes ],
  [ 'ten thousand levels',                400,   json,                                           nested(10_000) ],
  [ '__proto__',                          400,   json,                                           '{"__proto__":{"admin":true}}' ],
  [ '__proto__ in an escape',             400,   json,                                           '{"a":{"\\u005f_proto__":{}}}' ],
  [ 'constructor.prototype',              400,   json,                                           '{"constructor":{"prototype":{"admin":true}}}' ],
  [ 'text/plain',                         415,   as('text/plain'),                               message({}) ],
  [ 'a form',                             415,   as('application/x-www-form-urlencoded'),        `reason=${canary}` ],
  [ 'multipart',                          415,   as('multipart/form-data; boundary=x'),          '--x--' ],
  [ 'another charset',                    415,   as('application/json; charset=utf-16'),         message({}) ],
  [ 'a compressed body',                  415,   { ...json, 'content-encoding': 'gzip' },        message({}) ],
  [ 'invalid UTF-8',                      400,   json,                                           Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]) ],
  [ 'the character NUL',                  400,   json,                                           message({ '@id': 'a\0b', consumerPid: 'a\0b', providerPid: 'a\0b' }) ],
  [ 'half a surrogate pair',              400,   json,                                           '{"@context":[],"reason":"\\ud800"}' ],
]

/** Bodies that are JSON as it should be, and wrong all the same; endpoints that need no body may take no notice of some. */
// biome-ignore format: a table is read by its columns
const contents: readonly (readonly [what: string, body: string])[] = [
  [ 'an unknown context',                 message({ '@context': [`https://evil.example/${canary}`], '@type': 'https://evil.example/T' }) ],
  [ 'a context that must be fetched',     message({ '@context': 'http://127.0.0.1:9/context.jsonld' }) ],
  [ 'a context that imports another',     message({ '@context': { '@import': 'http://127.0.0.1:9/x', '@vocab': 'x:' } }) ],
  [ 'numbers for everything',             mistyped(42) ],
  [ 'lists of lists for everything',      mistyped([[[]]]) ],
  [ 'null for everything',                mistyped(null) ],
  [ 'objects for everything',             mistyped({ a: { b: 1 } }) ],
]

const takesBody = ({ method, plane, path }: Endpoint): boolean =>
  plane !== 'data' && !['GET', 'DELETE'].includes(method) && !open.test(path)

t.test('a body that is no JSON we take gets its status and the words of its door, and changes nothing', async t => {
  const target = await startTarget(t)
  const treasure = await fill(target)
  const before = await target.digest()
  const endpoints = target.connector.endpoints.filter(takesBody)
  t.ok(endpoints.length > 30, 'the endpoints are those of the routers')
  for (const endpoint of endpoints) {
    for (const [what, status, headers, body] of bodies) {
      const where = `${endpoint.method} ${endpoint.path}: ${what}`
      const reply = await target.send(endpoint.plane, shotAt(endpoint, treasure, { headers, body }))
      t.match(reply, { status, body: shapeOf(endpoint) }, where)
      t.same(leaks(textOf(reply)), [], `${where} tells no secret`)
    }
    t.equal(await target.digest(), before, `${endpoint.method} ${endpoint.path} has changed nothing`)
  }
  t.same(leaks(...target.log), [], 'no secret is logged')
  t.same(
    target.log.filter(line => line.includes('unexpected')),
    [],
    'nothing was unexpected',
  )
})

t.test('JSON that means nothing here is refused by whoever has to understand it, and changes nothing', async t => {
  const target = await startTarget(t)
  const treasure = await fill(target)
  const before = await target.digest()
  for (const endpoint of target.connector.endpoints.filter(takesBody)) {
    for (const [what, body] of contents) {
      const where = `${endpoint.method} ${endpoint.path}: ${what}`
      const reply = await target.send(endpoint.plane, shotAt(endpoint, treasure, { headers: json, body }))
      t.match(reply, { status: 400, body: shapeOf(endpoint) }, where)
      t.same(
        leaks(textOf({ ...reply, headers: {} })).filter(name => name !== 'canary'),
        [],
        `${where} tells no secret`,
      )
    }
    t.equal(await target.digest(), before, `${endpoint.method} ${endpoint.path} has changed nothing`)
  }
  t.same(leaks(...target.log), [], 'no secret is logged')
  t.same(
    target.log.filter(line => line.includes('unexpected')),
    [],
    'nothing was unexpected',
  )
})
