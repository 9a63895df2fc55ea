import { createHmac } from 'node:crypto'
import t from 'tap'
import { leaks, open, shapeOf, shotAt, textOf } from './doors.ts'
import { fill, secrets, startTarget } from './world.ts'

const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url')
const jwt = (header: object, claims: object, key?: string): string => {
  const signed = `${part(header)}.${part(claims)}`
  return `${signed}.${key === undefined ? '' : createHmac('sha256', key).update(signed).digest('base64url')}`
}
const claims = {
  iss: 'did:web:us',
  sub: 'did:web:peer',
  aud: 'did:web:us',
  exp: 9_999_999_999,
  client_id: 'did:web:peer',
}

/** What a stranger may show. The operator's key is no peer's token, and a peer's token is not the operator's key. */
// biome-ignore format: a table is read by its columns
const shown: readonly (readonly [what: string, headers: Record<string, string>])[] = [
  [ 'nothing',                      {} ],
  [ 'an empty token',               { authorization: 'Bearer ', 'x-api-key': '' } ],
  [ 'a scheme alone',               { authorization: 'Bearer', 'x-api-key': ' ' } ],
  [ 'a guess',                      { authorization: 'Bearer guess', 'x-api-key': 'guess' } ],
  [ 'a token cut short',            { authorization: `Bearer ${secrets.peer.slice(0, -1)}`, 'x-api-key': secrets.key.slice(0, -1) } ],
  [ 'a token and more',             { authorization: `Bearer ${secrets.peer} x`, 'x-api-key': `${secrets.key}x` } ],
  [ 'a token in other letters',     { authorization: `Bearer ${secrets.peer.toUpperCase()}`, 'x-api-key': secrets.key.toUpperCase() } ],
  [ 'another scheme',               { authorization: `Basic ${Buffer.from(`x:${secrets.peer}`).toString('base64')}` } ],
  [ 'the secret of another door',   { authorization: `Bearer ${secrets.key}`, 'x-api-key': secrets.peer } ],
  [ 'what we present to others',    { authorization: `Bearer ${secrets.presented}`, 'x-api-key': secrets.presented } ],
  [ 'a JWT that nobody signed',     { authorization: `Bearer ${jwt({ alg: 'none', typ: 'at+jwt' }, claims)}` } ],
  [ 'a JWT signed with a guess',    { authorization: `Bearer ${jwt({ alg: 'HS256', typ: 'at+jwt' }, claims, 'guess')}` } ],
  [ 'a JWT with a path as its key', { authorization: `Bearer ${jwt({ alg: 'HS256', kid: '../../../dev/null' }, claims, '')}` } ],
  [ 'fifteen kilobytes',            { authorization: `Bearer ${'x'.repeat(15_000)}` } ],
  [ 'a prototype',                  { authorization: 'Bearer __proto__', 'x-api-key': 'constructor' } ],
]

t.test('no door opens for a stranger, and what is behind it is not even looked at', async t => {
  const target = await startTarget(t)
  const treasure = await fill(target)
  const before = await target.digest()
  for (const endpoint of target.connector.endpoints.filter(({ path }) => !open.test(path) && path !== '/token')) {
    for (const [what, headers] of shown) {
      const where = `${endpoint.method} ${endpoint.path}: ${what}`
      const { method, path } = shotAt(endpoint, treasure)
      const body = ['GET', 'DELETE'].includes(method) ? {} : { body: '{"this": is not even parsed' }
      const reply = await target.send(endpoint.plane, { method, path, headers, ...body })
      t.match(reply, { status: 401, body: shapeOf(endpoint) }, where)
      t.same(leaks(textOf(reply)), [], `${where} tells no secret`)
    }
    t.equal(await target.digest(), before, `${endpoint.method} ${endpoint.path} has changed nothing`)
  }
  t.same(leaks(...target.log), [], 'no secret is logged')
})

t.test('what is open to all tells nothing but how we are reached and how we are', async t => {
  const target = await startTarget(t)
  const treasure = await fill(target)
  for (const endpoint of target.connector.endpoints.filter(({ path }) => open.test(path))) {
    const reply = await target.send(endpoint.plane, shotAt(endpoint, treasure))
    t.equal(reply.status, 200, endpoint.path)
    t.same(leaks(textOf(reply)), [])
    t.notMatch(textOf(reply), /did:web:(?:rival|peer)|127\.0\.0\.1:9/, 'names nobody')
  }
})

t.test('a method that nothing is there for changes nothing', async t => {
  const target = await startTarget(t)
  const treasure = await fill(target)
  const before = await target.digest()
  for (const endpoint of target.connector.endpoints) {
    for (const method of ['TRACE', 'PATCH', 'PROPFIND', 'OPTIONS']) {
      const override = { 'x-http-method-override': endpoint.method, 'content-type': 'application/json' }
      const { path, headers } = shotAt(endpoint, treasure, { headers: override })
      const reply = await target.send(endpoint.plane, { method, path, headers: headers ?? {} })
      t.match(reply.status, /^40[0145]$|^501$/, `${method} ${endpoint.path}`)
      t.same(leaks(textOf(reply)), [])
    }
    t.equal(await target.digest(), before, `${endpoint.path} has changed nothing`)
  }
})
