import t, { type Test } from 'tap'
import { ask, createSource, createWorld, tokenOf } from './world.ts'

const console = 'https://console.example'
const preflight = {
  origin: console,
  'access-control-request-method': 'GET',
  'access-control-request-headers': 'authorization',
}

async function shop(t: Test, allowOrigins: readonly string[] = [console]) {
  const baseUrl = await createSource(t, (_, response) => {
    response.setHeader('vary', 'accept-encoding')
    response.setHeader('etag', '"1"')
    response.end('data')
  })
  const world = await createWorld(t, { allowOrigins })
  return { url: world.url, token: tokenOf(await world.open({ type: 'HttpData', baseUrl })) }
}

t.test('a browser that asks first is told what a page of a named origin may send, without a token', async t => {
  const { url } = await shop(t)
  for (const path of ['/public', '/public/a/b', '/token']) {
    const { status, headers, body } = await ask(url, { method: 'OPTIONS', path, headers: preflight })
    t.equal(status, 204, path)
    t.equal(body.length, 0)
    t.match(headers, {
      'access-control-allow-origin': console,
      'access-control-allow-methods': /\bGET\b.*\bPOST\b/,
      'access-control-allow-headers': /\bauthorization\b.*\brange\b/,
      vary: 'Origin',
    })
  }
})

t.test('a page of a named origin reads the data, and what is said of it', async t => {
  const { url, token } = await shop(t)
  const { status, headers, body } = await ask(url, { token, headers: { origin: console } })
  t.equal(status, 200)
  t.equal(String(body), 'data')
  t.match(headers, {
    'access-control-allow-origin': console,
    'access-control-expose-headers': /\betag\b/,
    vary: 'Origin, accept-encoding',
  })
})

t.test('it reads why there is none, too, and it still needs the token', async t => {
  const { url } = await shop(t)
  const { status, headers, body } = await ask(url, { headers: { origin: console } })
  t.equal(status, 401)
  t.match(headers, { 'access-control-allow-origin': console, 'www-authenticate': 'Bearer' })
  t.match(JSON.parse(String(body)), { status: 401 })
})

t.test('pages of other origins get no word about it, and neither does anybody where none is named', async t => {
  const named = await shop(t)
  const nobody = await shop(t, [])
  const stranger = { ...preflight, origin: 'https://console.example.evil.example' }
  for (const { url, token } of [named, nobody]) {
    const origin = url === named.url ? stranger : preflight
    const asked = await ask(url, { method: 'OPTIONS', headers: origin })
    t.equal(asked.status, 401)
    const { status, headers } = await ask(url, { token, headers: { origin: origin.origin } })
    t.equal(status, 200, 'it is the browser that keeps it from the page')
    for (const each of [asked.headers, headers])
      t.same(
        Object.keys(each).filter(name => name.startsWith('access-control')),
        [],
      )
  }
})
