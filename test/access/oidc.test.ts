import { createHmac } from 'node:crypto'
import type { Test } from 'tap'
import t from 'tap'
import { createOidc } from '../../src/access/oidc.ts'
import { startProvider } from '../support/openid-provider.ts'

const roles = { eyes: 'read', 'data-stewards': 'steward', admins: 'operator' } as const

async function start(t: Test, { alg = 'RS256', roleClaim = 'roles', allow = ['127.0.0.1'] } = {}) {
  const clock = { at: Date.parse('2026-11-26T09:00:00Z'), elapsed: 0 }
  const now = () => new Date(clock.at)
  const provider = await startProvider(t, now, alg)
  const settings = { issuer: provider.issuer, audience: 'kontor', roleClaim, roles }
  const oidc = createOidc(settings, { allow, now, elapsed: () => clock.elapsed })
  t.teardown(() => oidc.close())
  return {
    clock,
    provider,
    oidc,
    ask: async (...wish: Parameters<typeof provider.token>) => oidc.recognise(await provider.token(...wish)),
  }
}

for (const alg of ['RS256', 'PS256', 'ES256', 'ES384'])
  t.test(`who shows a token signed by ${alg} is known by subject and role`, async t => {
    const { ask } = await start(t, { alg })
    t.match(await ask(), { caller: { id: 'oidc:alice', actor: 'oidc:alice', role: 'steward' } })
  })

t.test('the greatest role counts, wherever the claim is, and however it is written', async t => {
  const { ask } = await start(t, { roleClaim: 'realm_access.roles' })
  const role = async (claims: object) => (await ask({ claims: { roles: undefined, ...claims } })).caller.role
  t.equal(await role({ realm_access: { roles: ['eyes', 'admins', 'others'] } }), 'operator')
  t.equal(await role({ realm_access: { roles: 'others eyes' } }), 'read')
  t.equal(await role({ 'realm_access.roles': ['data-stewards'] }), 'steward')
})

t.test('who has no role here is known, and may do nothing', async t => {
  const { ask } = await start(t)
  for (const claim of [undefined, [], ['others'], [7], { admins: true }, ['toString'], '__proto__'])
    await t.rejects(ask({ claims: { roles: claim } }), { code: 'forbidden' })
})

// biome-ignore format: a table is read by its columns
const wrong: readonly (readonly [what: string, wish: { claims?: Record<string, unknown>; header?: Record<string, unknown> }])[] = [
  [ 'of another issuer',             { claims: { iss: 'https://elsewhere.example' } } ],
  [ 'without an issuer',             { claims: { iss: undefined } } ],
  [ 'for another audience',          { claims: { aud: 'another' } } ],
  [ 'without an audience',           { claims: { aud: undefined } } ],
  [ 'that ended two minutes ago',    { claims: { exp: Date.parse('2026-11-26T08:58:00Z') / 1_000 } } ],
  [ 'that never ends',               { claims: { exp: undefined } } ],
  [ 'that begins in two minutes',    { claims: { nbf: Date.parse('2026-11-26T09:02:00Z') / 1_000 } } ],
  [ 'of nobody',                     { claims: { sub: undefined } } ],
  [ 'of nobody by name',             { claims: { sub: '' } } ],
  [ 'of a subject with NUL',         { claims: { sub: 'a\0b' } } ],
  [ 'of a subject too long to keep', { claims: { sub: 'x'.repeat(256) } } ],
  [ 'of another type',               { header: { typ: 'logout+jwt' } } ],
]

for (const [what, wish] of wrong)
  t.test(`a token ${what} is refused`, async t => {
    const { ask } = await start(t)
    await t.rejects(ask(wish), { code: 'unauthenticated' })
  })

t.test('types that mean an access token, or nothing, are taken', async t => {
  const { ask } = await start(t)
  for (const typ of ['at+jwt', 'application/at+jwt', 'JWT', undefined])
    t.match(await ask({ header: { typ } }), { caller: { actor: 'oidc:alice' } }, String(typ))
})

t.test('clocks may be a minute apart', async t => {
  const { ask, clock } = await start(t)
  const at = clock.at / 1_000
  t.ok(await ask({ claims: { exp: at - 50, nbf: at + 50 } }))
})

t.test('what is signed by nobody, by a guess or by the public key as a secret is refused', async t => {
  const { provider, oidc } = await start(t)
  const [head = '', body = '', end = ''] = (await provider.token()).split('.')
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const jwks = await (await fetch(provider.issuer.replace('/realm', '/keys'))).text()
  const mac = (header: string, secret: string) =>
    `${header}.${body}.${createHmac('sha256', secret).update(`${header}.${body}`).digest('base64url')}`
  for (const token of [
    `${part({ alg: 'none', kid: 'first' })}.${body}.`,
    mac(part({ alg: 'HS256', kid: 'first' }), jwks),
    `${part({ alg: 'RS256', kid: 'first', crit: ['b64'], b64: false })}.${body}.${end}`,
    `${part({ alg: 'ES256', kid: 'first' })}.${body}.${end}`,
    `${head}.${part({ sub: 'mallory' })}.${end}`,
    `${head}.${body}`,
    'x',
    '..',
  ])
    await t.rejects(oidc.recognise(token), { code: 'unauthenticated' })
})

t.test(
  'a new key of the provider is found when a token names it, and a withdrawn one is forgotten in ten minutes',
  async t => {
    const { provider, clock, oidc, ask } = await start(t)
    const old = await provider.token()
    await oidc.recognise(old)
    await provider.rotate('second', { drop: true })
    clock.elapsed += 11_000
    t.ok(await ask())
    await t.rejects(oidc.recognise(old), { code: 'unauthenticated' })
  },
)

t.test('tokens with made-up key names do not make us ask again and again', async t => {
  const { provider, clock, ask } = await start(t)
  await ask()
  clock.elapsed += 11_000
  const before = provider.asked.length
  for (let round = 0; round < 20; round++)
    await t.rejects(ask({ header: { kid: `made-up-${round}` } }), { code: 'unauthenticated' })
  t.equal(provider.asked.length - before, 2, 'the configuration and the keys, once')
})

t.test('while the provider is away its keys count on, for an hour', async t => {
  const { provider, clock, ask } = await start(t)
  await ask()
  provider.state.isDown = true
  clock.elapsed += 3_600_000
  t.ok(await ask())
  clock.elapsed += 700_000
  await t.rejects(ask(), { code: 'unavailable' })
  provider.state.isDown = false
  clock.elapsed += 11_000
  t.ok(await ask())
})

t.test('a provider that says to be another is not believed', async t => {
  const { provider, ask } = await start(t)
  provider.state.issuer = 'https://elsewhere.example'
  await t.rejects(ask(), { code: 'unavailable', message: /names another issuer/ })
})

t.test('a provider by plain HTTP is asked only where the network allows that', async t => {
  const { provider, ask } = await start(t, { allow: [] })
  await t.rejects(ask(), { code: 'unavailable', message: /network\.allow/ })
  t.same(provider.asked, [])
})
