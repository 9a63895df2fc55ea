import t, { type Test } from 'tap'
import { createClient, createGuard } from '../../../src/http/index.ts'
import { createDids } from '../../../src/identity/dids/index.ts'
import { standingClock } from '../../support/clock.ts'
import { documentOf, localClient, plainHttp, webHost } from '../../support/dids.ts'
import { freshSigner } from '../../support/keys.ts'

/** A resolver with a clock of its own, and a host that DIDs are on. */
async function world(t: Test) {
  const { now, pass } = standingClock()
  const { request } = localClient(t)
  const dids = createDids({ request, plainHttp, keepFor: 60_000, staleFor: 600_000, now })
  return { dids, host: await webHost(t), pass }
}

t.test('a did:web DID is resolved over the web, once for a while', async t => {
  const { dids, host, pass } = await world(t)
  const alice = host.persona('alice')
  t.match(await dids.resolve(alice.did), { id: alice.did, methods: [{ id: alice.kid }] })
  t.equal((await dids.findKey(alice.did, alice.kid, 'authentication')).algorithm, 'ES256')
  t.same(host.asked, ['GET /alice/did.json'])
  pass(60_001)
  await dids.resolve(alice.did)
  t.equal(host.asked.length, 2)
})

t.test('a key that is new in the document is found, and strangers cannot make us ask all the time', async t => {
  const { dids, host, pass } = await world(t)
  const alice = host.persona('alice')
  await dids.resolve(alice.did)
  const rotated = freshSigner('ES384')
  alice.document = documentOf(alice.did, [rotated])
  pass(5_001)
  const kid = `${alice.did}#${rotated.kid}`
  t.equal((await dids.findKey(alice.did, kid, 'capabilityInvocation')).algorithm, 'ES384')
  for (let n = 0; n < 10; n++)
    await t.rejects(dids.findKey(alice.did, `${alice.did}#made-up-${n}`, 'authentication'), { code: 'key-unknown' })
  t.equal(host.asked.length, 2)
})

t.test('the only key need not be named, and a kid may leave out the DID', async t => {
  const { dids, host } = await world(t)
  const alice = host.persona('alice')
  for (const kid of [undefined, `#${alice.signer.kid}`, alice.signer.kid])
    t.ok(await dids.findKey(alice.did, kid, 'capabilityInvocation'))
  const bob = host.persona('bob')
  bob.document = documentOf(bob.did, [bob.signer, freshSigner('ES256')])
  await t.rejects(dids.findKey(bob.did, undefined, 'capabilityInvocation'), { code: 'key-unknown' })
})

t.test('a key counts only for what the document names it for, and only for its own DID', async t => {
  const { dids, host } = await world(t)
  const alice = host.persona('alice')
  const bob = host.persona('bob')
  alice.document = documentOf(alice.did, [alice.signer], { capabilityInvocation: [] })
  await t.rejects(dids.findKey(alice.did, alice.kid, 'capabilityInvocation'), { code: 'key-for-other-use' })
  t.ok(await dids.findKey(alice.did, alice.kid, 'authentication'))
  await t.rejects(dids.findKey(alice.did, bob.kid, 'authentication'), { code: 'key-of-another' })
})

t.test('where the operator says so, the keys of a document that names no uses are for every use', async t => {
  const { now } = standingClock()
  const host = await webHost(t)
  const alice = host.persona('alice')
  const unnamed = { authentication: undefined, assertionMethod: undefined, capabilityInvocation: undefined }
  const lenient = () =>
    createDids({ request: localClient(t).request, plainHttp, relationships: 'lenient', keepFor: 1, staleFor: 0, now })
  alice.document = documentOf(alice.did, [alice.signer], unnamed)
  t.ok(await lenient().findKey(alice.did, alice.kid, 'capabilityInvocation'))
  alice.document = documentOf(alice.did, [alice.signer], { ...unnamed, keyAgreement: [alice.kid] })
  await t.rejects(lenient().findKey(alice.did, alice.kid, 'capabilityInvocation'), { code: 'key-for-other-use' })
})

/** What a host may answer, and why that is no document. */
// biome-ignore format: a table is read by its columns
const refused: readonly (readonly [name: string, reason: string, content: (did: string, url: string) => Parameters<Awaited<ReturnType<typeof webHost>>['put']>[1]])[] = [
  ['redirects elsewhere',          'did-redirected',       (_, url) => (_request, response) => response.writeHead(302, { location: `${url}/alice/did.json` }).end()],
  ['has the id of another',        'did-document-invalid', () => documentOf('did:web:example.org', [freshSigner('ES256')])                       ],
  ['lists a key of another',       'did-document-invalid', did => documentOf(did, [], { verificationMethod: [{ id: 'did:web:evil#k', controller: did }] })],
  ['has a key of a controller',    'did-document-invalid', did => documentOf(did, [], { verificationMethod: [{ id: '#k', controller: 'did:web:evil' }] })],
  ['has two keys of one id',       'did-document-invalid', did => documentOf(did, [], { verificationMethod: [{ id: '#k', controller: did }, { id: `${did}#k`, controller: did }] })],
  ['has a thousand keys',          'did-document-invalid', did => documentOf(did, Array.from({ length: 101 }, () => freshSigner('EdDSA')))],
  ['is a list',                    'did-document-invalid', () => []                                                                            ],
  ['is no JSON',                   'did-document-invalid', () => 'hello'                                                                       ],
  ['is huge',                      'did-document-invalid', did => documentOf(did, [], { alsoKnownAs: ['x'.repeat(200_000)] })                   ],
  ['fails',                        'did-unreachable',      () => (_request, response) => response.writeHead(503).end()                         ],
  ['is not there',                 'did-not-found',        () => (_request, response) => response.writeHead(404).end()                         ],
]
for (const [name, code, content] of refused)
  t.test(`a document that ${name} is refused: ${code}`, async t => {
    const { dids, host } = await world(t)
    const mallory = host.persona('mallory')
    host.persona('alice')
    host.put('/mallory/did.json', content(mallory.did, host.url))
    await t.rejects(dids.resolve(mallory.did), { code })
    t.same(host.asked, ['GET /mallory/did.json'], 'and nobody else was asked')
  })

t.test('private addresses and plain HTTP are out of reach unless settings name them', async t => {
  const host = await webHost(t)
  const { did } = host.persona('alice')
  const closed = createClient({ guard: createGuard({ allow: [] }), timeout: 1_000 })
  t.teardown(() => closed.close())
  const options = { keepFor: 1_000, staleFor: 0, now: () => new Date() }
  const guarded = createDids({ request: closed.request, plainHttp, ...options })
  await t.rejects(guarded.resolve(did), { code: 'did-unreachable', message: /must not be called/ })
  const secure = createDids({ request: localClient(t).request, plainHttp: [], ...options })
  await t.rejects(secure.resolve(did), { code: 'did-unreachable' })
  t.same(host.asked, [])
})

t.test(
  'while the host is out of reach the document serves on for a while; a missing one is believed at once',
  async t => {
    const { dids, host, pass } = await world(t)
    const alice = host.persona('alice')
    await dids.resolve(alice.did)
    host.put('/alice/did.json', (_, response) => response.writeHead(503).end())
    pass(60_001)
    t.match(await dids.resolve(alice.did), { id: alice.did })
    pass(600_000)
    await t.rejects(dids.resolve(alice.did), { code: 'did-unreachable' })

    const bob = host.persona('bob')
    await dids.resolve(bob.did)
    host.put('/bob/did.json', (_, response) => response.writeHead(410).end())
    pass(60_001)
    await t.rejects(dids.resolve(bob.did), { code: 'did-not-found' })
  },
)

for (const algorithm of ['ES256', 'ES384', 'EdDSA', 'PS256'] as const)
  t.test(`did:jwk has its ${algorithm} key in itself`, async t => {
    const { dids } = await world(t)
    const { publicJwk } = freshSigner(algorithm)
    const did = `did:jwk:${Buffer.from(JSON.stringify(publicJwk)).toString('base64url')}`
    t.equal((await dids.findKey(did, `${did}#0`, 'capabilityInvocation')).algorithm, algorithm)
  })

/** Examples of the did:key specification. */
for (const [id, algorithm] of [
  ['z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK', 'EdDSA'],
  ['zDnaerx9CtbPJ1q36T5Ln5wYt3MQYeGRG5ehnPAmxcf5mDZpv', 'ES256'],
  ['z82Lm1MpAkeJcix9K8TMiLd5NMAhnwkjjCBeWHXyu3U4oT2MVJJKXkcVBgjGhnLBn2Kaau9', 'ES384'],
] as const)
  t.test(`did:key has its ${algorithm} key in itself`, async t => {
    const { dids } = await world(t)
    t.equal((await dids.findKey(`did:key:${id}`, `did:key:${id}#${id}`, 'assertionMethod')).algorithm, algorithm)
  })

const malformed = [
  'did:web:',
  'did:web:user@host',
  'did:web:host%3A99999x',
  'did:web:host:..:secret',
  'did:web:host:a%2Fb',
  'did:web:host:%2e%2e',
  'did:web:host%2Fpath',
  'did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doX0',
  `did:key:z${'1'.repeat(1_000)}`,
  'did:jwk:bm90aGluZw',
  'did:jwk:e30#0',
  `did:web:${'a'.repeat(3_000)}`,
  'nothing',
  '',
]
for (const did of malformed)
  t.test(`${did.slice(0, 60)} is no DID to resolve`, async t => {
    const { dids } = await world(t)
    await t.rejects(dids.resolve(did), { code: 'did-malformed' })
  })

for (const did of ['did:ion:abc', 'did:constructor:abc', 'did:toString:x'.toLowerCase()])
  t.test(`${did} is of a method that we do not know`, async t => {
    const { dids } = await world(t)
    await t.rejects(dids.resolve(did), { code: 'did-method-unsupported' })
  })

t.test('a service is found by its type', async t => {
  const { dids, host } = await world(t)
  const alice = host.persona('alice')
  alice.document = documentOf(alice.did, [], {
    service: [
      { id: '#a', type: 'Other', serviceEndpoint: { uri: 'x' } },
      { id: '#b', type: ['CredentialService', 'More'], serviceEndpoint: 'https://alice.example/cs' },
    ],
  })
  t.equal(await dids.findService(alice.did, 'CredentialService'), 'https://alice.example/cs')
  await t.rejects(dids.findService(alice.did, 'Other'), { code: 'service-missing' })
})
