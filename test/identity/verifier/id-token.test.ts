import { createHmac } from 'node:crypto'
import t, { type Test } from 'tap'
import { createDids } from '../../../src/identity/dids/index.ts'
import { createVerifyIdToken } from '../../../src/identity/verifier/id-token.ts'
import { createReplayStore } from '../../../src/identity/verifier/replay.ts'
import { testDatabase } from '../../support/database.ts'
import { documentOf, idClaims, localClient, type Persona, plainHttp, signRaw, webHost } from '../../support/dids.ts'

const us = 'did:web:us.example'
const now = new Date('2026-01-01T00:00:00.900Z')
const seconds = Math.floor(now.getTime() / 1_000)

/** Two connectors on one database, as two replicas are, and two personas. */
async function world(t: Test) {
  const [db, host] = await Promise.all([testDatabase(t), webHost(t)])
  const dids = createDids({ request: localClient(t).request, plainHttp, keepFor: 60_000, staleFor: 0, now: () => now })
  const replica = () =>
    createVerifyIdToken({ audience: us, dids, useOnce: createReplayStore(db, () => now), now: () => now })
  return {
    db,
    verify: replica(),
    other: replica(),
    alice: host.persona('alice'),
    mallory: host.persona('mallory'),
    host,
  }
}

const bearer = async (who: Persona, claims: object = {}, header: object = {}): Promise<string> =>
  `Bearer ${await signRaw(who, header, idClaims(who.did, us, now, claims))}`

t.test('a good token tells who is speaking, and what opens their credential service', async t => {
  const { verify, alice } = await world(t)
  t.same(await verify(await bearer(alice)), { issuer: alice.did, access: undefined })
  t.same(await verify(await bearer(alice, { token: 'opaque' })), { issuer: alice.did, access: 'opaque' })
})

t.test('clocks may differ by half a minute', async t => {
  const { verify, alice } = await world(t)
  for (const claims of [{ iat: seconds + 30 }, { nbf: seconds + 30 }, { exp: seconds - 29 }])
    t.ok(await verify(await bearer(alice, claims)), JSON.stringify(claims))
})

const embedded = (who: Persona) => ({ jwk: who.signer.publicJwk })

/** One way each in which an otherwise perfect token is wrong. */
// biome-ignore format: a table is read by its columns
const attacks: readonly (readonly [name: string, reason: string, token: (alice: Persona, mallory: Persona) => Promise<string | undefined>])[] = [
  ['no header at all',                 'token-missing',        async () => undefined],
  ['no word Bearer',                   'token-missing',        async a => (await bearer(a)).replace('Bearer ', '')],
  ['another scheme',                   'token-missing',        async a => (await bearer(a)).replace('Bearer', 'Basic')],
  ['two parts',                        'token-malformed',      async a => (await bearer(a)).replace(/\.[^.]*$/, '')],
  ['a payload of another encoding',    'token-malformed',      async a => (await bearer(a)).replace('.', '.+')],
  ['thirteen kilobytes',               'token-malformed',      async a => bearer(a, { token: 'x'.repeat(10_000) })],
  ['an unknown critical extension',    'token-malformed',      async a => bearer(a, {}, { crit: ['exp'] })],
  ['alg none',                         'token-algorithm',      async a => (await bearer(a, {}, { alg: 'none' })).replace(/[^.]*$/, 'AA')],
  ['HS256 with the public key',        'token-algorithm',      async a => hmac(a)],
  ['an algorithm of another key',      'token-algorithm',      async a => bearer(a, {}, { alg: 'ES384' })],
  ['a key of its own, embedded',       'token-brings-key',     async (a, m) => bearer({ ...m, did: a.did, kid: a.kid }, {}, embedded(m))],
  ['the right key, embedded',          'token-brings-key',     async a => bearer(a, {}, embedded(a))],
  ['jku',                              'token-brings-key',     async a => bearer(a, {}, { jku: 'https://evil.example/keys' })],
  ['x5u',                              'token-brings-key',     async a => bearer(a, {}, { x5u: 'https://evil.example/cert' })],
  ['x5c',                              'token-brings-key',     async a => bearer(a, {}, { x5c: ['AAAA'] })],
  ['the type of an access token',      'token-of-other-type',  async a => bearer(a, {}, { typ: 'at+jwt' })],
  ['a token in it',                    'token-of-other-type',  async a => bearer(a, {}, { cty: 'JWT' })],
  ['a kid of another DID',             'key-of-another',       async (a, m) => bearer({ ...m, did: a.did })],
  ['a kid that nobody has',            'key-unknown',          async a => bearer(a, {}, { kid: `${a.did}#other` })],
  ['the signature of another key',     'token-signature',      async (a, m) => bearer({ ...m, did: a.did, kid: a.kid })],
  ['a signature over other claims',    'token-signature',      async a => mixed(a)],
  ['another sub',                      'token-issuer',         async (a, m) => bearer(a, { sub: m.did })],
  ['another iss',                      'token-issuer',         async (a, m) => bearer(a, { iss: m.did })],
  ['no iss',                           'token-issuer',         async a => bearer(a, { iss: undefined, sub: undefined })],
  ['an iss that is no DID',            'did-malformed',        async a => bearer(a, { iss: 'alice', sub: 'alice' }, { kid: '#1' })],
  ['an iss of an unknown method',      'did-method-unsupported', async a => bearer(a, { iss: 'did:ion:x', sub: 'did:ion:x' }, { kid: 'did:ion:x#1' })],
  ['an iss without a document',        'did-not-found',        async a => bearer(a, { iss: `${a.did}x`, sub: `${a.did}x` }, { kid: `${a.did}x#1` })],
  ['the audience of another',          'token-audience',       async (a, m) => bearer(a, { aud: m.did })],
  ['two audiences',                    'token-audience',       async (a, m) => bearer(a, { aud: [us, m.did] })],
  ['no audience',                      'token-audience',       async a => bearer(a, { aud: undefined })],
  ['no exp',                           'token-without-time',   async a => bearer(a, { exp: undefined })],
  ['no iat',                           'token-without-time',   async a => bearer(a, { iat: undefined })],
  ['exp as text',                      'token-without-time',   async a => bearer(a, { exp: '9999999999' })],
  ['exp half a minute ago',            'token-expired',        async a => bearer(a, { exp: seconds - 30 })],
  ['exp a minute ago',                 'token-expired',        async a => bearer(a, { exp: seconds - 60 })],
  ['iat in a minute',                  'token-not-yet-valid',  async a => bearer(a, { iat: seconds + 60 })],
  ['nbf in a minute',                  'token-not-yet-valid',  async a => bearer(a, { nbf: seconds + 60 })],
  ['a life of two hours',              'token-lives-too-long', async a => bearer(a, { exp: seconds + 7_200 })],
  ['no jti',                           'token-without-jti',    async a => bearer(a, { jti: undefined })],
  ['a number as jti',                  'token-without-jti',    async a => bearer(a, { jti: 7 })],
]
for (const [name, code, token] of attacks)
  t.test(`a token with ${name} is refused: ${code}`, async t => {
    const { verify, alice, mallory } = await world(t)
    await t.rejects(verify(await token(alice, mallory)), { name: 'Rejection', code })
  })

t.test('a token whose key is not for invocation is refused', async t => {
  const { verify, alice } = await world(t)
  alice.document = documentOf(alice.did, [alice.signer], { capabilityInvocation: [] })
  await t.rejects(verify(await bearer(alice)), { code: 'key-for-other-use' })
})

t.test('a token is taken once, by whichever replica it reaches first', async t => {
  const { verify, other, alice } = await world(t)
  const token = await bearer(alice)
  await verify(token)
  await t.rejects(verify(token), { code: 'token-replayed' })
  await t.rejects(other(token), { code: 'token-replayed' })
})

t.test('of replicas that get the same token at the same time one takes it', async t => {
  const { verify, other, alice } = await world(t)
  const token = await bearer(alice)
  const tries = [verify, other, verify, other].map(each =>
    each(token).then(
      () => 'taken',
      ({ code }) => code,
    ),
  )
  t.same((await Promise.all(tries)).sort(), ['taken', 'token-replayed', 'token-replayed', 'token-replayed'])
})

t.test('a jti belongs to its issuer', async t => {
  const { verify, alice, mallory } = await world(t)
  await verify(await bearer(mallory, { jti: 'the same' }))
  t.ok(await verify(await bearer(alice, { jti: 'the same' })))
})

t.test('a token that is refused for another reason is not used up', async t => {
  const { verify, alice, mallory } = await world(t)
  const forged = await bearer({ ...mallory, did: alice.did, kid: alice.kid }, { jti: 'j' })
  await t.rejects(verify(forged), { code: 'token-signature' })
  t.ok(await verify(await bearer(alice, { jti: 'j' })))
})

/** The old confusion: a public key taken for a shared secret. */
async function hmac(who: Persona): Promise<string> {
  const [head, body] = (await bearer(who, {}, { alg: 'HS256' })).split('.')
  const mac = createHmac('sha256', JSON.stringify(who.signer.publicJwk)).update(
    `${head?.replace('Bearer ', '')}.${body}`,
  )
  return `${head}.${body}.${mac.digest('base64url')}`
}

async function mixed(who: Persona): Promise<string> {
  const [one, other] = [await bearer(who), await bearer(who, { token: 'all of it' })].map(token => token.split('.'))
  return `${one?.[0]}.${other?.[1]}.${one?.[2]}`
}
