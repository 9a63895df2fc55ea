import t, { type Test } from 'tap'
import { createSts } from '../../../src/identity/sts/index.ts'
import { createQueryPresentations } from '../../../src/identity/verifier/query.ts'
import { createAttest } from '../../../src/identity/verifier/verify.ts'
import { decodeCompact } from '../../../src/keys/index.ts'
import { documentOf } from '../../support/dids.ts'
import { freshKeyring } from '../../support/keyrings.ts'
import {
  type Differences,
  membership11,
  membership20,
  presentation,
  putStatusList,
  us,
  type World,
  world,
} from './world.ts'

const scopes = ['org.eclipse.dspace.dcp.vc.type:MembershipCredential:read']

/** A verifier, and Alice's credential service, which answers what it is told. */
async function verifier(t: Test, { reuseFor = 3_600_000, required = ['MembershipCredential'] } = {}) {
  const w = await world(t)
  const sts = createSts({ did: us, identity: freshKeyring(), access: freshKeyring(), now: w.now })
  const query = createQueryPresentations({ request: w.request, dids: w.dids, idToken: sts.idToken })
  const attest = createAttest({ audience: us, query, judges: w.judges, dids: w.dids, required, reuseFor, now: w.now })
  w.alice.document = documentOf(w.alice.did, [w.alice.signer], {
    service: [{ id: '#cs', type: 'CredentialService', serviceEndpoint: `${w.host.url}/cs/` }],
  })
  const heard: { authorization: string; body: unknown }[] = []
  const presents = (presentations: readonly unknown[]) =>
    w.host.put('/cs/presentations/query', (request, response) => {
      const chunks: Buffer[] = []
      request
        .on('data', (chunk: Buffer) => chunks.push(chunk))
        .on('end', () => {
          heard.push({
            authorization: request.headers.authorization ?? '',
            body: JSON.parse(Buffer.concat(chunks).toString()),
          })
          const context = ['https://w3id.org/dspace-dcp/v1.0/dcp.jsonld']
          response.end(
            JSON.stringify({ '@context': context, type: 'PresentationResponseMessage', presentation: presentations }),
          )
        })
    })
  return { ...w, attest: (access = 'opaque') => attest(w.alice.did, access, scopes), presents, heard }
}

t.test('credentials are asked for by scope, with our ID token and the access token that was sent', async t => {
  const v = await verifier(t)
  v.presents([await presentation(v, [await membership11(v)])])
  t.match(await v.attest('the access token'), [{ types: ['MembershipCredential'], issuer: v.authority.did }])
  const [{ authorization, body } = { authorization: '', body: undefined }] = v.heard
  t.match(body, { type: 'PresentationQueryMessage', scope: scopes })
  const { payload } = decodeCompact(authorization.replace('Bearer ', ''))
  t.match(payload, { iss: us, sub: us, aud: v.alice.did, token: 'the access token' })
})

t.test('a presentation of the data model 2.0, with credentials in envelopes, is understood', async t => {
  const v = await verifier(t)
  const enveloped = {
    '@context': 'https://www.w3.org/ns/credentials/v2',
    id: `data:application/vc+jwt,${await membership20(v)}`,
    type: 'EnvelopedVerifiableCredential',
  }
  const claims = {
    vp: undefined,
    type: ['VerifiablePresentation'],
    holder: v.alice.did,
    verifiableCredential: [enveloped],
  }
  v.presents([await presentation(v, undefined, { header: { typ: 'vp+jwt' }, claims })])
  t.match(await v.attest(), [{ types: ['MembershipCredential'] }])
})

t.test('what was presented is taken again while all of it holds', async t => {
  const v = await verifier(t)
  v.presents([await presentation(v, [await membership11(v)])])
  await v.attest()
  await v.attest()
  t.equal(v.heard.length, 1)
  v.pass(331_000)
  await t.rejects(v.attest(), { code: 'presentation-time' }, 'the presentation has ended')
  t.equal(v.heard.length, 2)
})

t.test('it is asked for anew as soon as a status list must be looked at again', async t => {
  const v = await verifier(t)
  const credentialStatus = await putStatusList(v, 'revocation')
  v.presents([await presentation(v, [await membership20(v, { vc: { credentialStatus } })])])
  await v.attest()
  await putStatusList(v, 'revocation', { set: [5] })
  v.pass(10_001)
  await t.rejects(v.attest(), { code: 'credential-revoked' })
})

t.test('an operator may have it asked for with every message', async t => {
  const v = await verifier(t, { reuseFor: 0 })
  v.presents([await presentation(v, [await membership11(v)])])
  await v.attest()
  await v.attest()
  t.equal(v.heard.length, 2)
})

t.test('credentials of other data spaces do not matter', async t => {
  const v = await verifier(t)
  const other = await membership11(v, {
    vc: { issuer: v.stranger.did },
    claims: { iss: v.stranger.did },
    by: v.stranger,
  })
  v.presents([await presentation(v, [other, await membership11(v)])])
  t.match(await v.attest(), [{ issuer: v.authority.did }])
  v.pass(3_600_001)
  v.presents([await presentation(v, [other])])
  await t.rejects(v.attest(), { code: 'issuer-not-trusted' })
})

/** One way each in which what an otherwise perfect participant presents is wrong. */
// biome-ignore format: a table is read by its columns
const wrong: readonly (readonly [name: string, code: string, presentations: (w: World) => Promise<readonly unknown[]>])[] = [
  ['nothing at all',                       'presentation-empty',     async () => []],
  ['a presentation of nothing',            'presentation-empty',     w => one(w, [])],
  ['something else than what is demanded', 'credential-missing',     async w => one(w, [await membership11(w, { vc: { type: ['VerifiableCredential', 'PartnerCredential'] } })])],
  ['one good and one expired',             'credential-expired',     async w => one(w, [await membership11(w), await membership11(w, { claims: { exp: 1 } })])],
  ['a JSON-LD presentation',               'presentation-malformed', async () => [{ type: 'VerifiablePresentation' }]],
  ['a JSON-LD credential',                 'presentation-malformed', w => one(w, [{ type: 'VerifiableCredential' }])],
  ['a credential instead',                 'presentation-malformed', async w => [await membership11(w)]],
  ['a presentation in a presentation',     'credential-malformed',   async w => one(w, [await presentation(w, [await membership11(w)])])],
  ['a token nested ten times',       'credential-malformed',   async w => one(w, [await nested(w, 10)])],
  ['a thousand credentials',               'presentation-too-large', async w => one(w, Array(1_000).fill('e30.e30.e30'))],
  ['twenty-one presentations',             'presentation-too-large', async w => Array(21).fill(await presentation(w, []))],
  ['two megabytes',                        'presentation-too-large', async () => ['x'.repeat(2_000_000)]],
  ['a presentation that is too large',     'presentation-malformed', async w => one(w, ['x'.repeat(300_000)])],
  ['the presentation of another',          'presentation-holder',    w => one(w, [], { by: w.stranger, claims: { iss: w.stranger.did } })],
  ['one that a stranger signed',           'key-of-another',         async w => one(w, [await membership11(w)], { by: w.stranger })],
  ['one with a forged signature',          'presentation-signature', async w => one(w, [await membership11(w)], { by: { ...w.stranger, kid: w.alice.kid } })],
  ['one with alg none',                    'presentation-signature', async w => one(w, [await membership11(w)], { header: { alg: 'none' } })],
  ['one with a key of its own',            'presentation-malformed', async w => one(w, [await membership11(w)], { header: { jwk: w.alice.signer.publicJwk } })],
  ['one for another verifier',             'presentation-audience',  async w => one(w, [await membership11(w)], { claims: { aud: w.stranger.did } })],
  ['one for two verifiers',                'presentation-audience',  async w => one(w, [await membership11(w)], { claims: { aud: [us, w.stranger.did] } })],
  ['one for nobody',                       'presentation-audience',  async w => one(w, [await membership11(w)], { claims: { aud: undefined } })],
  ['one that has expired',                 'presentation-time',      async w => one(w, [await membership11(w)], { claims: { exp: stamp(w) - 60 } })],
  ['one from the future',                  'presentation-time',      async w => one(w, [await membership11(w)], { claims: { nbf: stamp(w) + 60 } })],
  ['one without a time',                   'presentation-time',      async w => one(w, [await membership11(w)], { claims: { exp: undefined, iat: undefined } })],
]
for (const [name, code, presentations] of wrong)
  t.test(`who presents ${name} is refused: ${code}`, async t => {
    const v = await verifier(t)
    v.presents(await presentations(v))
    await t.rejects(v.attest(), { name: 'Rejection', code })
  })

const one = async (w: World, credentials: unknown, differences: Differences = {}) => [
  await presentation(w, credentials, differences),
]

const stamp = ({ now }: World) => Math.floor(now().getTime() / 1_000)

async function nested(w: World, levels: number): Promise<string> {
  return levels === 0
    ? membership11(w)
    : membership11(w, { claims: { vc: { verifiableCredential: [await nested(w, levels - 1)] } } })
}

t.test('a key that is not for authentication makes no presentation good', async t => {
  const v = await verifier(t)
  v.alice.document = { ...v.alice.document, authentication: [] }
  v.presents([await presentation(v, [await membership11(v)])])
  await t.rejects(v.attest(), { code: 'key-for-other-use' })
})

/** Credential services that give no presentation. */
// biome-ignore format: a table is read by its columns
const silent: readonly (readonly [name: string, code: string, set: (v: Awaited<ReturnType<typeof verifier>>) => void])[] = [
  ['refuses',                 'service-refused',        v => v.host.put('/cs/presentations/query', (_, response) => response.writeHead(401).end())],
  ['redirects',               'service-refused',        v => v.host.put('/cs/presentations/query', (_, response) => response.writeHead(307, { location: v.host.url }).end())],
  ['hangs up',                'service-unreachable',    v => v.host.put('/cs/presentations/query', request => request.destroy())],
  ['answers something else',  'presentation-malformed', v => v.host.put('/cs/presentations/query', { type: 'Hello' })],
  ['is not in the document',  'service-missing',        v => { v.alice.document = documentOf(v.alice.did, [v.alice.signer]) }],
  ['is at a private address', 'service-unreachable',    v => { v.alice.document = documentOf(v.alice.did, [v.alice.signer], { service: [{ id: '#cs', type: 'CredentialService', serviceEndpoint: 'http://10.0.0.1/cs' }] }) }],
]
for (const [name, code, set] of silent)
  t.test(`a participant whose credential service ${name} is refused: ${code}`, async t => {
    const v = await verifier(t)
    set(v)
    await t.rejects(v.attest(), { name: 'Rejection', code })
  })
