import t from 'tap'
import { verifyCredential } from '../../../src/identity/verifier/credential.ts'
import { documentOf, signRaw } from '../../support/dids.ts'
import {
  type Differences,
  entryOf,
  membership11,
  membership20,
  putStatusList,
  statusList,
  type World,
  world,
} from './world.ts'

const models = { '1.1': membership11, '2.0': membership20 } as const

for (const [model, make] of Object.entries(models))
  t.test(`a good credential of the data model ${model} is what its issuer says about its holder`, async t => {
    const w = await world(t)
    const status = [await putStatusList(w, 'revocation'), await putStatusList(w, 'suspension')]
    const { credential, until } = await verifyCredential(
      await make(w, { vc: { credentialStatus: status } }),
      w.alice.did,
      w.judges,
    )
    t.match(credential, {
      id: 'urn:uuid:membership',
      types: ['MembershipCredential'],
      issuer: w.authority.did,
      subject: { id: w.alice.did, since: '2020-01-01' },
      validUntil: '2026-01-31T00:00:00',
      status: [{ purpose: 'revocation', index: 5 }, { purpose: 'suspension' }],
    })
    t.same(JSON.parse(JSON.stringify(credential)), credential, 'it can be stored')
    t.equal(until, w.now().getTime() + 10_000, 'until the status lists are looked at again')
  })

t.test('without a status a credential holds until it ends, by the strictest of its dates', async t => {
  const w = await world(t)
  const exp = Math.floor(w.now().getTime() / 1_000) + 60
  const { until } = await verifyCredential(await membership11(w, { claims: { exp } }), w.alice.did, w.judges)
  t.equal(until, exp * 1_000)
})

t.test('a credential counts only as what its issuer is trusted for', async t => {
  const w = await world(t)
  const type = ['VerifiableCredential', 'MembershipCredential', 'KingCredential']
  const { credential } = await verifyCredential(await membership11(w, { vc: { type } }), w.alice.did, w.judges)
  t.same(credential.types, ['MembershipCredential'])
})

t.test('who a credential is about says the credential, not its token', async t => {
  const w = await world(t)
  const token = await membership11(w, { claims: { sub: 'urn:uuid:something' } })
  t.match(await verifyCredential(token, w.alice.did, w.judges), { credential: { subject: { id: w.alice.did } } })
  const silent = await membership11(w, { vc: { credentialSubject: { since: '2020' } } })
  t.ok(await verifyCredential(silent, w.alice.did, w.judges), 'unless it does not')
})

const inAMinute = (w: World) => new Date(w.now().getTime() + 60_000)
const aMinuteAgo = (w: World) => new Date(w.now().getTime() - 60_000)
const stamp = (at: Date) => Math.floor(at.getTime() / 1_000)

/** One way each in which an otherwise perfect credential is wrong. */
// biome-ignore format: a table is read by its columns
const wrong: readonly (readonly [name: string, code: string, differ: (w: World) => Differences])[] = [
  ['of an issuer whom nobody trusts',       'issuer-not-trusted',       w => ({ vc: { issuer: w.stranger.did }, claims: { iss: w.stranger.did }, by: w.stranger })],
  ['of a type its issuer is not for',       'issuer-not-trusted',       () => ({ vc: { type: ['VerifiableCredential', 'KingCredential'] } })],
  ['signed by a key of another',            'credential-issuer',        w => ({ by: w.stranger })],
  ['signed by its own holder',              'credential-issuer',        w => ({ by: w.alice })],
  ['of one issuer in the token only',       'credential-issuer',        w => ({ claims: { iss: w.stranger.did } })],
  ['of nobody',                             'credential-issuer',        () => ({ claims: { iss: undefined }, vc: { issuer: undefined } })],
  ['with a forged signature',               'credential-signature',     w => ({ by: { ...w.stranger, kid: w.authority.kid } })],
  ['with alg none',                         'credential-signature',     () => ({ header: { alg: 'none' } })],
  ['with HS256',                            'credential-signature',     () => ({ header: { alg: 'HS256' } })],
  ['with a key in its header',              'credential-malformed',     w => ({ header: { jwk: w.authority.signer.publicJwk } })],
  ['with jku',                              'credential-malformed',     () => ({ header: { jku: 'https://evil.example' } })],
  ['that is a presentation',                'credential-malformed',     () => ({ header: { typ: 'vp+jwt' } })],
  ['of an unknown model',                   'credential-malformed',     () => ({ claims: { vc: undefined, '@context': ['https://evil.example/v9'] } })],
  ['in a credential',                       'credential-malformed',     w => ({ claims: { '@context': ['https://www.w3.org/ns/credentials/v2'], vc: { issuer: w.authority.did } } })],
  ['without a type',                        'credential-malformed',     () => ({ vc: { type: [] } })],
  ['about two subjects',                    'credential-malformed',     w => ({ vc: { credentialSubject: [{ id: w.alice.did }, { id: w.stranger.did }] } })],
  ['with a date that is none',              'credential-malformed',     () => ({ vc: { validFrom: 'yesterday' } })],
  ['about another',                         'credential-subject',       w => ({ vc: { credentialSubject: { id: w.stranger.did } }, claims: { sub: w.stranger.did } })],
  ['about another by its token only',       'credential-subject',       w => ({ claims: { sub: w.stranger.did } })],
  ['about another by itself only',          'credential-subject',       w => ({ vc: { credentialSubject: { id: w.stranger.did } }, claims: { sub: w.alice.did } })],
  ['about nobody',                          'credential-subject',       () => ({ vc: { credentialSubject: { since: 'x' } }, claims: { sub: undefined } })],
  ['that has expired by its token',         'credential-expired',       w => ({ claims: { exp: stamp(aMinuteAgo(w)) } })],
  ['that has expired by itself',            'credential-expired',       w => ({ vc: { validUntil: aMinuteAgo(w).toISOString(), expirationDate: aMinuteAgo(w).toISOString() } })],
  ['that begins in a minute by its token',  'credential-not-yet-valid', w => ({ claims: { nbf: stamp(inAMinute(w)) } })],
  ['that begins in a minute by itself',     'credential-not-yet-valid', w => ({ vc: { validFrom: inAMinute(w).toISOString(), issuanceDate: inAMinute(w).toISOString() } })],
  ['with a status of an unknown type',      'status-unsupported',       () => ({ vc: { credentialStatus: { type: 'MyStatus', statusPurpose: 'revocation' } } })],
  ['with a status for an unknown purpose',  'status-unsupported',       w => ({ vc: { credentialStatus: entryOf(w.host.url, 'coronation') } })],
  ['with a status nowhere',                 'status-unsupported',       w => ({ vc: { credentialStatus: entryOf(w.host.url, 'revocation', '-1') } })],
  ['with a status list nowhere',            'status-unreachable',       w => ({ vc: { credentialStatus: entryOf(`${w.host.url}/nowhere`, 'revocation') } })],
]
for (const [name, code, differ] of wrong)
  for (const [model, make] of Object.entries(models))
    t.test(`a credential ${name} is refused: ${code} (${model})`, async t => {
      const w = await world(t)
      await t.rejects(verifyCredential(await make(w, differ(w)), w.alice.did, w.judges), { name: 'Rejection', code })
    })

t.test('nobody is asked about a credential of an unknown issuer', async t => {
  const w = await world(t)
  const differ = { vc: { issuer: w.stranger.did }, claims: { iss: w.stranger.did }, by: w.stranger }
  await t.rejects(verifyCredential(await membership11(w, differ), w.alice.did, w.judges), {
    code: 'issuer-not-trusted',
  })
  t.same(w.host.asked, [])
})

t.test('a key of the issuer that is not for assertions makes no credential good', async t => {
  const w = await world(t)
  w.authority.document = documentOf(w.authority.did, [w.authority.signer], { assertionMethod: [] })
  await t.rejects(verifyCredential(await membership11(w), w.alice.did, w.judges), { code: 'key-for-other-use' })
})

/** One way each in which the status list of an otherwise perfect credential speaks against it. */
// biome-ignore format: a table is read by its columns
const lists: readonly (readonly [name: string, code: string, entry: (w: World) => Promise<object>])[] = [
  ['revokes it',                        'credential-revoked',    w => putStatusList(w, 'revocation', { set: [5] })],
  ['suspends it',                       'credential-suspended',  w => putStatusList(w, 'suspension', { set: [5] })],
  ['is about something else',           'status-list-invalid',   w => putStatusList(w, 'revocation', { subject: { statusPurpose: 'suspension' } })],
  ['is signed by another',              'status-list-foreign',   w => putStatusList(w, 'revocation', { vc: { issuer: w.stranger.did }, by: w.stranger })],
  ['is signed by a key of another',     'key-of-another',        w => putStatusList(w, 'revocation', { by: w.stranger })],
  ['has a forged signature',            'status-list-invalid',   w => putStatusList(w, 'revocation', { by: { ...w.stranger, kid: w.authority.kid } })],
  ['is not signed',                     'status-list-unsigned',  async w => unsigned(w)],
  ['is a credential of another type',   'status-list-invalid',   w => putStatusList(w, 'revocation', { vc: { type: ['VerifiableCredential', 'MembershipCredential'] } })],
  ['has expired',                       'status-list-invalid',   w => putStatusList(w, 'revocation', { vc: { validUntil: aMinuteAgo(w).toISOString() } })],
  ['is shorter than is allowed',        'status-list-too-short', w => putStatusList(w, 'revocation', { entries: 16_384 })],
  ['ends before its entry',             'status-index',          w => putStatusList(w, 'revocation', {}, '131072')],
  ['is a bomb',                         'status-list-too-large', w => putStatusList(w, 'revocation', { entries: 8 * 80 * 1024 * 1024 })],
  ['is no gzip',                        'status-list-invalid',   w => putStatusList(w, 'revocation', { encodedList: 'uAAAA' })],
  ['is huge on the wire',               'status-list-too-large', async w => { w.host.put('/huge', 'x'.repeat(3_000_000)); return entryOf(`${w.host.url}/huge`, 'revocation') }],
  ['is no JWT',                         'status-list-invalid',   async w => { w.host.put('/text', 'hello'); return entryOf(`${w.host.url}/text`, 'revocation') }],
]
for (const [name, code, entry] of lists)
  t.test(`a credential whose status list ${name} is refused: ${code}`, async t => {
    const w = await world(t)
    const token = await membership20(w, { vc: { credentialStatus: await entry(w) } })
    await t.rejects(verifyCredential(token, w.alice.did, w.judges), { name: 'Rejection', code })
  })

function unsigned(w: World, given: { set?: number[] } = {}) {
  const url = `${w.host.url}/unsigned`
  w.host.put('/unsigned', statusList(w, url, 'revocation', { entries: 16_384, ...given }))
  return entryOf(url, 'revocation')
}

t.test('where the operator says so, unsigned and short lists count, in both directions', async t => {
  const w = await world(t, { statusRule: 'lenient' })
  const good = await membership11(w, { vc: { credentialStatus: unsigned(w) } })
  t.ok(await verifyCredential(good, w.alice.did, w.judges))
  w.pass(11_000)
  unsigned(w, { set: [5] })
  await t.rejects(verifyCredential(good, w.alice.did, w.judges), { code: 'credential-revoked' })
})

t.test('StatusList2021 is understood, and a list may be signed by whoever is trusted for lists by name', async t => {
  const w = await world(t)
  const path = '/status/old'
  const vc = {
    '@context': ['https://www.w3.org/2018/credentials/v1'],
    type: ['VerifiableCredential', 'StatusList2021Credential'],
    issuer: w.authority.did,
    credentialSubject: { type: 'StatusList2021', statusPurpose: 'revocation', encodedList: listOf(w, [7]) },
  }
  w.host.put(path, await signRaw(w.authority, {}, { iss: w.authority.did, vc }))
  const entry = (index: string) => ({ ...entryOf(w.host.url + path, 'revocation', index), type: 'StatusList2021Entry' })
  t.ok(await verifyCredential(await membership11(w, { vc: { credentialStatus: entry('6') } }), w.alice.did, w.judges))
  const revoked = await membership11(w, { vc: { credentialStatus: entry('7') } })
  await t.rejects(verifyCredential(revoked, w.alice.did, w.judges), { code: 'credential-revoked' })
})

t.test(
  'a revocation bites when the kept list is over; while the list is out of reach the old one serves on for a while',
  async t => {
    const w = await world(t)
    const credentialStatus = await putStatusList(w, 'revocation')
    const verify = async () =>
      verifyCredential(await membership20(w, { vc: { credentialStatus } }), w.alice.did, w.judges)
    await verify()
    await putStatusList(w, 'revocation', { set: [5] })
    t.ok(await verify(), 'within the time that lists are kept')
    w.pass(10_001)
    await t.rejects(verify(), { code: 'credential-revoked' })
    await putStatusList(w, 'revocation')
    w.pass(10_001)
    t.ok(await verify())
    w.host.put('/status/revocation', (_, response) => response.writeHead(503).end())
    w.pass(10_001)
    t.ok(await verify(), 'nobody answers')
    w.pass(20_001)
    await t.rejects(verify(), { code: 'status-unreachable' })
  },
)

const schemas = {
  '1.1': { type: 'JsonSchemaValidator2018', make: membership11 },
  '2.0': { type: 'JsonSchema', make: membership20 },
}
for (const [model, { type, make }] of Object.entries(schemas))
  t.test(`a credential that names a schema must fit it (${model})`, async t => {
    const w = await world(t)
    const subject = { type: 'object', required: ['id', 'since'] }
    const schema =
      model === '2.0'
        ? { properties: { credentialSubject: subject } }
        : { $schema: 'http://json-schema.org/draft-04/schema#', ...subject }
    w.host.put('/schema', schema)
    const credentialSchema = { id: `${w.host.url}/schema`, type }
    t.ok(await verifyCredential(await make(w, { vc: { credentialSchema } }), w.alice.did, w.judges))
    const without = await make(w, { vc: { credentialSchema, credentialSubject: { id: w.alice.did } } })
    await t.rejects(verifyCredential(without, w.alice.did, w.judges), { code: 'credential-schema' })
    t.equal(w.host.asked.filter(each => each === 'GET /schema').length, 1, 'the schema is kept')
  })

/** Schemas that cannot be used. */
// biome-ignore format: a table is read by its columns
const unusable: readonly (readonly [name: string, schema: (w: World) => object])[] = [
  ['that is not there',             w => ({ id: `${w.host.url}/nowhere`, type: 'JsonSchema' })],
  ['at a private address',          () => ({ id: 'http://10.0.0.1/schema', type: 'JsonSchema' })],
  ['of an unknown type',            w => ({ id: `${w.host.url}/schema`, type: 'ShaclShape' })],
  ['that refers to others',         w => put(w, { $ref: 'https://evil.example/schema' })],
  ['that is none',                  w => put(w, { type: 'banana' })],
  ['that takes for ever',           w => put(w, { properties: { '@context': { items: { pattern: '^(.+)+!$' } } } })],
]
for (const [name, schema] of unusable)
  t.test(`a credential with a schema ${name} is refused`, async t => {
    const w = await world(t)
    const token = await membership20(w, { vc: { credentialSchema: schema(w) } })
    await t.rejects(verifyCredential(token, w.alice.did, w.judges), { name: 'Rejection', code: 'schema-unusable' })
  })

t.test('schemas can be refused or left alone altogether; then none is fetched', async t => {
  const refusing = await world(t, { rule: 'refuse' })
  const credentialSchema = put(refusing, {})
  const one = await membership20(refusing, { vc: { credentialSchema } })
  await t.rejects(verifyCredential(one, refusing.alice.did, refusing.judges), { code: 'schema-unusable' })
  const ignoring = await world(t, { rule: 'ignore' })
  t.ok(
    await verifyCredential(
      await membership20(ignoring, { vc: { credentialSchema } }),
      ignoring.alice.did,
      ignoring.judges,
    ),
  )
  t.notOk([...refusing.host.asked, ...ignoring.host.asked].includes('GET /schema'))
})

function put(w: World, schema: object): object {
  w.host.put('/schema', schema)
  return { id: `${w.host.url}/schema`, type: 'JsonSchema' }
}

/** A StatusList2021 has plain base64, without the letter in front. */
function listOf(w: World, set: number[]): string {
  const { credentialSubject } = statusList(w, '', 'revocation', { set }) as {
    credentialSubject: { encodedList: string }
  }
  return Buffer.from(credentialSubject.encodedList.slice(1), 'base64url').toString('base64')
}
