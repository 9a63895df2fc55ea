import t from 'tap'
import { message } from '../../../src/identity/credentials/messages.ts'
import { writeCredential } from '../../../src/identity/credentials/profiles.ts'
import { emptyList, withBit, writeStatusList } from '../../../src/identity/credentials/status-list.ts'
import { signRaw } from '../../support/dids.ts'
import { holderWorld, type World } from './world.ts'

const page = { limit: 100, offset: 0 }

t.test('what a trusted issuer brings is kept, sealed', async t => {
  const world = await holderWorld(t)
  const jwt = await world.credential()
  t.equal((await world.bring([jwt])).status, 200)
  const [held, ...more] = await world.service.wallet.list(page)
  t.same(more, [])
  t.match(held, {
    types: ['MembershipCredential'],
    issuer: world.issuer.did,
    profile: 'vc11-sl2021/jwt',
    requestId: null,
    validUntil: Date,
  })
  const [row] = await world.db.query<{ sealed: Buffer }>('select sealed from wallet_credential')
  t.match(row?.sealed.toString(), new RegExp(`^wallet_credential ${held?.digest}`))
  t.equal(await world.service.wallet.token(held?.digest ?? ''), jwt)
})

t.test('the same credential, however often it comes, is there once', async t => {
  const world = await holderWorld(t)
  const jwt = await world.credential()
  await Promise.all([world.bring([jwt]), world.bring([jwt]), world.bring([jwt, jwt])])
  t.equal((await world.service.wallet.list(page)).length, 1)
})

t.test('the wallet outlives the one who runs it', async t => {
  const world = await holderWorld(t)
  await world.bring([await world.credential()])
  await world.kill()
  const heir = await world.start()
  t.equal((await heir.service.wallet.list(page)).length, 1)
})

/** A credential in which something is otherwise than our own functions would write it. */
async function altered(world: World, vc: object, claims: object = {}) {
  const { header, payload } = writeCredential['vc11-sl2021/jwt']({
    id: 'urn:x',
    type: 'MembershipCredential',
    issuer: world.issuer.did,
    holder: world.us.did,
    claims: {},
    validFrom: world.now(),
    validUntil: new Date(world.now().getTime() + 60_000),
    status: [],
  })
  return signRaw(world.issuer, header, { ...payload, ...claims, vc: { ...(payload.vc as object), ...vc } })
}

const past = (world: World) => ({
  validFrom: new Date(world.now().getTime() - 120_000),
  validUntil: new Date(world.now().getTime() - 60_000),
})

async function revoked(world: World) {
  const url = `${world.host.url}/status/1`
  const times = { from: world.now(), until: new Date(world.now().getTime() + 60_000) }
  const bits = withBit(emptyList(), 3, true)
  const list = writeStatusList['vc11-sl2021/jwt']({
    url,
    issuer: world.issuer.did,
    purpose: 'revocation',
    bits,
    ...times,
  })
  world.host.put('/status/1', await signRaw(world.issuer, list.header, list.payload))
  return world.credential({ status: [{ purpose: 'revocation', index: 3, list: url }] })
}

t.test(
  "a format may be called by the EDC's name for it, and the credential be as the conformance kit makes it",
  async t => {
    const world = await holderWorld(t)
    const payload = await altered(world, { '@context': 'urn:x', type: ['MembershipCredential'] }, { sub: 'urn:x' })
    const credentials = [{ credentialType: 'MembershipCredential', format: 'VC1_0_JWT', payload }]
    const delivery = message('CredentialMessage', { issuerPid: 'i', holderPid: 'h', status: 'ISSUED', credentials })
    t.equal((await world.post('/credentials', delivery, `Bearer ${await world.token(world.issuer)}`)).status, 200)
    t.match(await world.service.wallet.list(page), [{ types: ['MembershipCredential'], profile: 'vc11-sl2021/jwt' }])
  },
)

/** One thing wrong with an otherwise perfect delivery: the reason logged, or none where the message itself is not understood. */
// biome-ignore format: a table is read by its columns
const wrong: readonly (readonly [what: string, reason: string | undefined, status: number, deliver: (world: World) => Promise<{ status: number }>])[] = [
  [ 'about somebody else',             'credential-subject',   403, async w => w.bring([await w.credential({ holder: w.mallory.did })]) ],
  [ 'of another issuer',               'credential-issuer',    403, async w => w.bring([await w.credential({ issuer: w.mallory.did }, undefined, w.mallory)]) ],
  [ 'signed by another key',           'credential-signature', 403, async w => w.bring([await w.credential({}, undefined, { ...w.mallory, kid: w.issuer.kid })]) ],
  [ 'signed by a key of another DID',  'credential-issuer',    403, async w => w.bring([await w.credential({}, undefined, w.mallory)]) ],
  [ 'that has expired',                'credential-expired',   403, async w => w.bring([await w.credential(past(w))]) ],
  [ 'that is revoked',                 'credential-revoked',   403, async w => w.bring([await revoked(w)]) ],
  [ 'of another type than told',       undefined,              400, async w => w.bring([await w.credential()], { types: ['OtherCredential'] }) ],
  [ 'of another format than told',     undefined,              400, async w => w.bring([await w.credential()], { profile: 'vc20-bssl/jwt' }) ],
  [ 'without a subject',               undefined,              400, async w => w.bring([await altered(w, { credentialSubject: [] })]) ],
  [ 'that is no credential',           undefined,              400, async w => w.bring([await w.token(w.issuer)]) ],
  [ 'from an issuer nobody trusts',    'issuer-not-trusted',   403, async w => w.bring([await w.credential({ issuer: w.mallory.did }, undefined, w.mallory)], { from: w.mallory }) ],
]

for (const [what, reason, status, deliver] of wrong)
  t.test(`a credential ${what} is not kept, nor what came with it`, async t => {
    const world = await holderWorld(t)
    t.equal((await deliver(world)).status, status)
    t.same(world.rejected, reason === undefined ? [] : [reason])
    t.same(await world.service.wallet.list(page), [])
    t.equal((await world.bring([await world.credential()])).status, 200, 'the same, made right')
  })

t.test('one bad credential spoils the message', async t => {
  const world = await holderWorld(t)
  const bad = await world.credential({ holder: world.mallory.did })
  t.equal((await world.bring([await world.credential(), bad])).status, 403)
  t.same(await world.service.wallet.list(page), [])
})

t.test('an issuer that is trusted for some types cannot bring others unasked', async t => {
  const world = await holderWorld(t, { trusts: ({ did }) => [{ id: did, types: ['MembershipCredential'] }] })
  const other = await world.credential({ type: 'QualityCredential' })
  t.equal((await world.bring([other], { types: ['QualityCredential'] })).status, 403)
  t.same(world.rejected, ['issuer-not-trusted'])
  t.equal((await world.bring([await world.credential()])).status, 200)
})

t.test('an issuer cannot fill the wallet; what has ended makes room', async t => {
  const world = await holderWorld(t)
  await world.bring([await world.credential({ validUntil: new Date(world.now().getTime() + 60_000) })])
  await world.db.query(
    `insert into wallet_credential (digest, types, issuer, profile, sealed, received_at)
     select n, '{}', $1, 'vc11-sl2021/jwt', '', now() from generate_series(1, 199) n`,
    [world.issuer.did],
  )
  const one = await world.credential()
  t.match(await world.bring([one]), { status: 429, body: { code: 'too-many' } })
  t.equal((await world.service.wallet.list({ limit: 999, offset: 0 })).length, 200)
  world.clock.ahead = 2 * 86_400_000
  t.equal((await world.bring([one])).status, 200)
})

/** The door is the same for credentials and offers. */
// biome-ignore format: a table is read by its columns
const tokens: readonly (readonly [what: string, reason: string, make: (world: World) => Promise<string | undefined>])[] = [
  [ 'no token',                   'token-missing',        async () => undefined                                                     ],
  [ 'no word Bearer',             'token-missing',        async w => w.token(w.issuer)                                              ],
  [ 'a token of another key',     'token-signature',      async w => `Bearer ${await w.token({ ...w.mallory, did: w.issuer.did, kid: w.issuer.kid })}` ],
  [ 'an expired token',           'token-expired',        async w => `Bearer ${await w.token(w.issuer, { exp: w.now().getTime() / 1_000 - 60 })}` ],
  [ 'a token from the future',    'token-not-yet-valid',  async w => `Bearer ${await w.token(w.issuer, { iat: w.now().getTime() / 1_000 + 60 })}` ],
  [ 'a token not valid yet',      'token-not-yet-valid',  async w => `Bearer ${await w.token(w.issuer, { nbf: w.now().getTime() / 1_000 + 60 })}` ],
  [ 'a token for somebody else',  'token-audience',       async w => `Bearer ${await w.token(w.issuer, { aud: w.mallory.did })}`     ],
  [ 'a token of two parties',     'token-issuer',         async w => `Bearer ${await w.token(w.issuer, { sub: w.mallory.did })}`     ],
]

for (const [what, reason, make] of tokens)
  t.test(`with ${what} nothing is brought and nothing is offered`, async t => {
    const world = await holderWorld(t)
    const credentials = [
      { credentialType: 'MembershipCredential', format: 'vc11-sl2021/jwt', payload: await world.credential() },
    ]
    const delivery = message('CredentialMessage', { issuerPid: 'i', holderPid: 'h', status: 'ISSUED', credentials })
    const offer = message('CredentialOfferMessage', { issuer: world.issuer.did, credentials: [{ id: 'x' }] })
    t.equal((await world.post('/credentials', delivery, await make(world))).status, 401)
    t.equal((await world.post('/offers', offer, await make(world))).status, 401)
    t.same(world.rejected, [reason, reason])
    t.same(await world.service.wallet.list(page), [])
    t.same(await world.service.offers.list(page), [])
  })

t.test('a token is for one delivery', async t => {
  const world = await holderWorld(t)
  const token = await world.token(world.issuer)
  const jwt = await world.credential()
  t.equal((await world.bring([jwt], { token })).status, 200)
  t.equal((await world.bring([jwt], { token })).status, 401)
  t.same(world.rejected, ['token-replayed'])
})

t.test('a delivery that shows an access token must show one of ours, made for its sender', async t => {
  const world = await holderWorld(t)
  const jwt = await world.credential()
  const forger = await world.token(world.issuer, { token: 'faketoken' })
  t.equal((await world.bring([jwt], { token: forger })).status, 401)
  const ours = await world.token(world.issuer, { token: await world.accessTokens.issue(world.issuer.did, []) })
  t.equal((await world.bring([jwt], { token: ours })).status, 200)
})

t.test('a credential can be thrown away', async t => {
  const { service, bring, credential } = await holderWorld(t)
  await bring([await credential()])
  const [{ digest } = { digest: '' }] = await service.wallet.list(page)
  await service.wallet.remove(digest)
  t.same(await service.wallet.list(page), [])
  await t.rejects(service.wallet.remove(digest), { code: 'not-found' })
  await t.rejects(service.wallet.token(digest), { code: 'not-found' })
})
