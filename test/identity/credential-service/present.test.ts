import t from 'tap'
import { readCredential } from '../../../src/identity/credentials/read-credential.ts'
import { emptyList, withBit, writeStatusList } from '../../../src/identity/credentials/status-list.ts'
import { readPublicKey, verifyCompact } from '../../../src/keys/index.ts'
import { assertDcpValid } from '../../support/dcp-spec.ts'
import { documentOf, signRaw } from '../../support/dids.ts'
import { freshSigner } from '../../support/keys.ts'
import { holderWorld, type, type World } from './world.ts'

const member = type('MembershipCredential')
const sensitive = type('SensitiveDataCredential')

/** Opens the presentations of an answer as a verifier does; the credentials in each. */
function open({ us, verifier }: World, body: { presentation: readonly string[] }) {
  return body.presentation.map(jwt => {
    const { header, payload } = verifyCompact(jwt, readPublicKey(us.signer.publicJwk), ['ES256'])
    const { vp = payload } = payload as { vp?: object }
    const list = Reflect.get(vp as object, 'verifiableCredential') as readonly (string | { id: string })[]
    const tokens = list.map(each => (typeof each === 'string' ? each : each.id.replace('data:application/vc+jwt,', '')))
    return {
      header,
      payload,
      tokens,
      types: tokens.flatMap(token => readCredential(token).types),
      verifier: verifier.did,
    }
  })
}

async function filled(t: Parameters<typeof holderWorld>[0]): Promise<World> {
  const world = await holderWorld(t)
  const both = [await world.credential(), await world.credential({ type: 'SensitiveDataCredential' })]
  const { status } = await world.bring(both, { types: ['MembershipCredential', 'SensitiveDataCredential'] })
  t.equal(status, 200)
  return world
}

const typesOf = (world: World, body: { presentation: readonly string[] }) =>
  open(world, body).flatMap(({ types }) => types)

t.test('a verifier gets what it asks for, in a presentation for it alone', async t => {
  const world = await filled(t)
  const { status, body } = await world.query([member])
  t.equal(status, 200)
  assertDcpValid(t, body)
  t.notOk('presentationSubmission' in body, 'some readers choke on it')
  const [presentation, ...more] = open(world, body)
  t.same(more, [])
  t.match(presentation?.header, { typ: 'JWT', kid: world.us.kid })
  t.match(presentation?.payload, { iss: world.us.did, aud: world.verifier.did, jti: String, exp: Number })
  t.same(presentation?.types, ['MembershipCredential'])
})

// biome-ignore format: a table is read by its columns
const scopes: readonly (readonly [what: string, granted: readonly string[], asked: readonly string[], types: readonly string[]])[] = [
  [ 'all it may',                       [member, sensitive], [member, sensitive], ['MembershipCredential', 'SensitiveDataCredential'] ],
  [ 'less than it may',                 [member, sensitive], [sensitive],         ['SensitiveDataCredential'] ],
  [ 'more than it may, and gets less',  [member],            [member, sensitive], ['MembershipCredential']    ],
  [ 'only what it may not',             [member],            [sensitive],         []                          ],
  [ 'what we do not have',              [type('Other')],     [type('Other')],     []                          ],
  [ 'by an alias that nobody knows',    [member],            ['x:Membership'],    []                          ],
]

for (const [what, granted, asked, types] of scopes)
  t.test(`a verifier may ask for ${what}`, async t => {
    const world = await filled(t)
    const { status, body } = await world.query(granted, { scope: asked })
    t.equal(status, 200)
    t.same(typesOf(world, body).sort(), types)
  })

t.test('where the configuration says so, a query for more than the token allows is refused', async t => {
  const world = await holderWorld(t, { excess: 'refuse' })
  await world.bring([await world.credential()])
  t.match(await world.query([member], { scope: [member, sensitive] }), { status: 403, body: { code: 'forbidden' } })
  t.equal((await world.query([member])).status, 200)
})

t.test('a credential can be asked for by its id', async t => {
  const world = await holderWorld(t)
  await world.bring([
    await world.credential({ id: 'urn:uuid:a' }),
    await world.credential({ id: 'urn:uuid:b', claims: {} }),
  ])
  const { body } = await world.query([member], { scope: ['org.eclipse.dspace.dcp.vc.id:urn:uuid:b:read'] })
  t.same(
    open(world, body).flatMap(({ tokens }) => tokens.map(token => readCredential(token).id)),
    ['urn:uuid:b'],
  )
})

t.test('credentials of different data models come in different presentations', async t => {
  const world = await holderWorld(t)
  await world.bring([await world.credential()])
  const second = await world.credential({}, 'vc20-bssl/jwt')
  t.equal((await world.bring([second], { profile: 'vc20-bssl/jwt' })).status, 200)
  const { body } = await world.query([member])
  const presentations = open(world, body)
  t.same(presentations.map(({ header }) => header.typ).sort(), ['JWT', 'vp+jwt'])
  for (const { tokens, header } of presentations)
    t.same(
      tokens.map(token => readCredential(token).profile),
      [header.typ === 'JWT' ? 'vc11-sl2021/jwt' : 'vc20-bssl/jwt'],
    )
})

const definition = (changes: object = {}) => ({
  presentationDefinition: {
    id: 'wanted',
    input_descriptors: [
      {
        id: 'one',
        constraints: {
          fields: [{ path: ['$.vc.type'], filter: { type: 'string', pattern: '^SensitiveDataCredential$' } }],
        },
      },
      {
        id: 'two',
        constraints: { fields: [{ path: ['$.type'], filter: { contains: { const: 'MembershipCredential' } } }] },
      },
    ],
    ...changes,
  },
})

t.test('a presentation definition is answered with what fits, and where it stands', async t => {
  const world = await filled(t)
  const { status, body } = await world.query([member, sensitive], definition())
  t.equal(status, 200)
  assertDcpValid(t, body)
  const [{ types } = { types: [] as string[] }] = open(world, body)
  t.same(types, ['SensitiveDataCredential', 'MembershipCredential'])
  t.match(body.presentationSubmission, {
    id: String,
    definition_id: 'wanted',
    descriptor_map: [
      {
        id: 'one',
        format: 'jwt_vp',
        path: '$.presentation[0]',
        path_nested: { format: 'jwt_vc', path: '$.vp.verifiableCredential[0]' },
      },
      { id: 'two', path_nested: { path: '$.vp.verifiableCredential[1]' } },
    ],
  })
})

t.test('a presentation definition reaches no further than the scopes of the token', async t => {
  const world = await filled(t)
  const { body } = await world.query([member], definition())
  t.same(typesOf(world, body), ['MembershipCredential'])
  t.same(
    body.presentationSubmission.descriptor_map.map(({ id }: { id: string }) => id),
    ['two'],
  )
})

// biome-ignore format: a table is read by its columns
const queries: readonly (readonly [what: string, body: object])[] = [
  [ 'both a scope and a definition',   { scope: [member], ...definition() }                  ],
  [ 'an empty scope',                  { scope: [] }                                         ],
  [ 'neither',                         {}                                                    ],
  [ 'an empty definition',             { presentationDefinition: {} }                        ],
  [ 'null as definition',              { presentationDefinition: null }                      ],
  [ 'a pattern that takes for ever',   definition({ input_descriptors: [{ id: 'x', constraints: { fields: [{ path: ['$.type'], filter: { pattern: '(a+)+$' } }] } }] }) ],
  [ 'another type of message',         { scope: [member], type: 'CredentialMessage' }        ],
]

for (const [what, body] of queries)
  t.test(`a query with ${what} is refused with 400`, async t => {
    const world = await filled(t)
    t.match(await world.query([member], body), { status: 400, body: { code: 'invalid' } })
  })

/** One thing wrong with an otherwise perfect query: the reason logged, the token. */
// biome-ignore format: a table is read by its columns
const wrong: readonly (readonly [what: string, reason: string, token: (world: World, access: string) => Promise<string>])[] = [
  [ 'of somebody else, with the verifier\'s access token', 'access-token',       (w, access) => w.token(w.mallory, { token: access }) ],
  [ 'with another sub',                     'token-issuer',          (w, access) => w.token(w.verifier, { token: access, sub: w.mallory.did }) ],
  [ 'for another audience',                 'token-audience',        (w, access) => w.token(w.verifier, { token: access, aud: w.verifier.did }) ],
  [ 'signed by another key',                'token-signature',       (w, access) => w.token({ ...w.mallory, did: w.verifier.did, kid: w.verifier.kid }, { token: access }) ],
  [ 'not valid yet',                        'token-not-yet-valid',   (w, access) => w.token(w.verifier, { token: access, nbf: w.now().getTime() / 1_000 + 60 }) ],
  [ 'that has expired',                     'token-expired',         (w, access) => w.token(w.verifier, { token: access, exp: w.now().getTime() / 1_000 - 60 }) ],
  [ 'without an access token',              'token-without-access',  w => w.token(w.verifier) ],
  [ 'with an invented access token',        'access-token',          w => w.token(w.verifier, { token: 'faketoken' }) ],
  [ 'with its own ID token as access token', 'access-token',         async (w, access) => w.token(w.verifier, { token: await w.token(w.verifier, { token: access }) }) ],
]

for (const [what, reason, make] of wrong)
  t.test(`a query by a token ${what} gets nothing`, async t => {
    const world = await filled(t)
    const access = await world.accessTokens.issue(world.verifier.did, [member])
    t.match(await world.query([member], undefined, { token: await make(world, access) }), {
      status: 401,
      body: { code: 'unauthenticated' },
    })
    t.same(world.rejected, [reason])
    t.equal((await world.query([member], undefined, { access })).status, 200, 'the same, made right')
  })

t.test('a token is for one query', async t => {
  const world = await filled(t)
  const access = await world.accessTokens.issue(world.verifier.did, [member])
  const token = await world.token(world.verifier, { token: access })
  t.equal((await world.query([member], undefined, { token })).status, 200)
  t.equal((await world.query([member], undefined, { token })).status, 401)
  t.same(world.rejected, ['token-replayed'])
})

t.test('an access token has its time', async t => {
  const world = await filled(t)
  const access = await world.accessTokens.issue(world.verifier.did, [member])
  world.clock.ahead = 901_000
  t.equal((await world.query([member], undefined, { access })).status, 401)
  t.same(world.rejected, ['access-token'])
})

t.test('without the word Bearer, or any header, nothing is presented', async t => {
  const world = await filled(t)
  const access = await world.accessTokens.issue(world.verifier.did, [member])
  const body = {
    '@context': ['https://w3id.org/dspace-dcp/v1.0/dcp.jsonld'],
    type: 'PresentationQueryMessage',
    scope: [member],
  }
  t.equal(
    (await world.post('/presentations/query', body, await world.token(world.verifier, { token: access }))).status,
    401,
  )
  t.equal((await world.post('/presentations/query', body, undefined)).status, 401)
  t.same(world.rejected, ['token-missing', 'token-missing'])
})

t.test('what has ended is not presented, nor what has a duplicate that is newer', async t => {
  const world = await holderWorld(t)
  const soon = new Date(world.now().getTime() + 60_000)
  const ids = async () => {
    const { body } = await world.query([member])
    return open(world, body).flatMap(({ tokens }) => tokens.map(token => readCredential(token).id))
  }
  await world.bring([await world.credential({ id: 'urn:old' })])
  await world.bring([await world.credential({ id: 'urn:new', validUntil: soon })])
  await world.bring([await world.credential({ id: 'urn:other', claims: { memberOf: 'Rialto' } })])
  t.same(await ids(), ['urn:other', 'urn:new'])
  world.clock.ahead = 61_000
  t.same(await ids(), ['urn:other', 'urn:old'])
})

t.test('what can no longer be verified is not presented; that nobody can be asked just now is no reason', async t => {
  const world = await holderWorld(t)
  await world.bring([await world.credential({ id: 'urn:1' })])
  const count = async () => open(world, (await world.query([member])).body).flatMap(({ tokens }) => tokens).length
  t.equal(await count(), 1)

  world.clock.ahead = 120_000
  const { document } = world.issuer
  world.host.put('/issuer/did.json', (_, response) => response.writeHead(503).end())
  t.equal(await count(), 1, 'the issuer is out of reach')
  world.host.put('/issuer/did.json', () => {})

  world.clock.ahead = 240_000
  world.host.put('/issuer/did.json', documentOf(world.issuer.did, [freshSigner('ES256')]))
  t.equal(await count(), 0, 'the issuer has another key')
  world.host.put('/issuer/did.json', document)
})

t.test('what is revoked or suspended is not presented', async t => {
  for (const purpose of ['revocation', 'suspension'] as const) {
    const world = await holderWorld(t)
    const url = `${world.host.url}/status/1`
    const times = { from: world.now(), until: new Date(world.now().getTime() + 3_600_000) }
    const publish = async (on: boolean) => {
      const bits = withBit(emptyList(), 7, on)
      const { header, payload } = writeStatusList['vc11-sl2021/jwt']({
        url,
        issuer: world.issuer.did,
        purpose,
        bits,
        ...times,
      })
      world.host.put('/status/1', await signRaw(world.issuer, header, payload))
    }
    await publish(false)
    t.equal((await world.bring([await world.credential({ status: [{ purpose, index: 7, list: url }] })])).status, 200)
    t.same(typesOf(world, (await world.query([member])).body), ['MembershipCredential'])
    await publish(true)
    world.clock.ahead = 1_000
    t.same((await world.query([member])).body.presentation, [], purpose)
  }
})
