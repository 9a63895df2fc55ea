import t, { type Test } from 'tap'
import { propertyOf } from '../../src/dataplane/index.ts'
import { dial } from '../http/support.ts'
import { ask, createSource, createWorld, tokenOf, type World } from './world.ts'

/** A world with a flow that runs, and its tokens. */
async function running(t: Test) {
  const baseUrl = await createSource(t, (_, response) => response.end('data'))
  const world = await createWorld(t)
  const source = { type: 'HttpData', baseUrl }
  const address = await world.open(source)
  return { world, source, access: tokenOf(address), refresh: propertyOf(address, 'refreshToken') ?? '' }
}

const form = { 'content-type': 'application/x-www-form-urlencoded' }

async function post(world: World, body: string, headers: Record<string, string> = form) {
  const reply = await ask(world.url, { path: '/token', method: 'POST', headers, body })
  return { status: reply.status, headers: reply.headers, body: JSON.parse(String(reply.body)) }
}

const exchange = (world: World, token: string) =>
  post(world, `grant_type=refresh_token&refresh_token=${encodeURIComponent(token)}`)

/** The pair that a refresh token is exchanged for. */
async function pairFor(world: World, token: string): Promise<{ access: string; refresh: string }> {
  const { body } = await exchange(world, token)
  return { access: body.access_token, refresh: body.refresh_token }
}

const opens = async (world: World, token: string) => (await ask(world.url, { token })).status === 200

t.test('a refresh token brings a new pair, in the words of OAuth 2.0', async t => {
  const { world, refresh, access } = await running(t)
  const { status, headers, body } = await exchange(world, refresh)
  t.match(
    { status, headers },
    { status: 200, headers: { 'cache-control': 'no-store', 'content-type': 'application/json' } },
  )
  t.match(body, { access_token: /^eyJ/, token_type: 'Bearer', expires_in: 600, refresh_token: /^[\w-]{43}$/ })
  t.ok(await opens(world, body.access_token))
  t.ok(await opens(world, access), 'the earlier access token lives its life')
})

t.test('an answer that was lost locks nobody out', async t => {
  const { world, refresh } = await running(t)
  for (let lost = 0; lost < 10; lost++) await exchange(world, refresh)
  const { access } = await pairFor(world, refresh)
  t.ok(await opens(world, access))
})

t.test('the old token is retired when the new access token is first used', async t => {
  const { world, refresh } = await running(t)
  const { access } = await pairFor(world, refresh)
  t.equal((await exchange(world, refresh)).status, 200)
  await opens(world, access)
  t.match(await exchange(world, refresh), { status: 400, body: { error: 'invalid_grant' } })
})

t.test('the old token is retired when the new refresh token is first used', async t => {
  const { world, refresh } = await running(t)
  const second = await pairFor(world, refresh)
  await pairFor(world, second.refresh)
  t.match(await exchange(world, refresh), { status: 400, body: { error: 'invalid_grant' } })
})

t.test('the token of an answer that was lost is retired with it', async t => {
  const { world, refresh } = await running(t)
  const lost = await pairFor(world, refresh)
  const arrived = await pairFor(world, refresh)
  await opens(world, arrived.access)
  t.match(await exchange(world, lost.refresh), { status: 400, body: { error: 'invalid_grant' } })
  t.equal((await exchange(world, arrived.refresh)).status, 200)
})

t.test('a retired token changes nothing for the one that replaced it', async t => {
  const { world, refresh } = await running(t)
  const second = await pairFor(world, refresh)
  await opens(world, second.access)
  for (let round = 0; round < 3; round++) await exchange(world, refresh)
  t.ok(await opens(world, second.access))
  t.equal((await exchange(world, second.refresh)).status, 200)
})

t.test('each repetition of a start message carries a refresh token that works, whichever arrives', async t => {
  const { world, source, refresh } = await running(t)
  const later = await world.open(source)
  t.ok(await opens(world, tokenOf(later)))
  t.equal((await exchange(world, refresh)).status, 200)
  t.equal((await exchange(world, propertyOf(later, 'refreshToken') ?? '')).status, 200)
})

t.test('a transfer that is suspended or has ended refreshes nothing', async t => {
  const { world, source, refresh } = await running(t)
  await world.plane.suspend('flow-1', 'pause')
  t.match(await exchange(world, refresh), { status: 400, body: { error: 'invalid_grant' } })
  await world.open(source)
  await world.plane.terminate('flow-1', 'over')
  t.equal((await exchange(world, refresh)).status, 400)
})

t.test(
  'a consumer that resumes what it has suspended gets a token by refreshing: no start message brings it one',
  async t => {
    const { world, source, refresh, access } = await running(t)
    await world.plane.suspend('flow-1', 'pause')
    await world.open(source)
    t.notOk(await opens(world, access))
    const pair = await pairFor(world, refresh)
    t.ok(await opens(world, pair.access))
  },
)

t.test('many requests with the same token at once all get an answer, one that works', async t => {
  const { world, refresh } = await running(t)
  const pairs = await Promise.all(Array.from({ length: 8 }, () => pairFor(world, refresh)))
  const last = pairs.at(-1)
  t.ok(await opens(world, last?.access ?? ''))
  t.equal(new Set(pairs.map(pair => pair.refresh)).size, 8)
})

t.test('the database knows no token, and keeps few for those who ask for ever', async t => {
  const { world, refresh } = await running(t)
  for (let round = 0; round < 12; round++) await exchange(world, refresh)
  const rows = await world.db.query('select * from refresh_token')
  t.notMatch(JSON.stringify(rows), new RegExp(refresh))
  t.ok(rows.length <= 6)
})

t.test('requests that are none are refused in the words of OAuth 2.0', async t => {
  const { world, refresh } = await running(t)
  // biome-ignore format: a table is read by its columns
  const table = [
    [ 'grant_type=refresh_token&refresh_token=nonsense',                    form, 400, 'invalid_grant' ],
    [ `grant_type=refresh_token&refresh_token=${refresh}&refresh_token=x`,  form, 400, 'invalid_request' ],
    [ 'grant_type=refresh_token',                                           form, 400, 'invalid_request' ],
    [ `refresh_token=${refresh}`,                                           form, 400, 'invalid_request' ],
    [ `grant_type=password&refresh_token=${refresh}`,                       form, 400, 'unsupported_grant_type' ],
    [ JSON.stringify({ grant_type: 'refresh_token', refresh_token: refresh }), { 'content-type': 'application/json' }, 400, 'invalid_request' ],
    [ `grant_type=refresh_token&refresh_token=${'x'.repeat(100_000)}`,      form, 400, 'invalid_request' ],
  ] as const
  for (const [body, headers, status, error] of table)
    t.match(await post(world, body, headers), { status, body: { error } }, body.slice(0, 60))
  const reading = await ask(world.url, { path: '/token' })
  t.match(reading, { status: 405, headers: { allow: 'POST' } })
})

t.test('a form that does not come is not waited for, and a sender that goes away is nobody’s trouble', async t => {
  const world = await createWorld(t, { timing: { form: 20 } })
  const port = Number(new URL(world.url).port)
  const head =
    'POST /token HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 99\r\n\r\n'
  const slow = await dial(t, port)
  slow.say(`${head}grant_type=`)
  t.equal(await slow.heardAll(), '')
  const gone = await dial(t, port)
  gone.say(`${head}grant_type=`)
  gone.hangUp()
  t.equal((await post(world, 'grant_type=refresh_token&refresh_token=x')).status, 400)
  t.same(world.unexpected, [])
})
