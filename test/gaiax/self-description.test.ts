import { X509Certificate } from 'node:crypto'
import { compactVerify, importJWK } from 'jose'
import t from 'tap'
import { Secret } from '../../src/config/index.ts'
import { certificateAuthority, ecKey, rsaKey } from './authority.ts'
import { participant, read } from './world.ts'

const authority = await certificateAuthority()

const get = async (url: string, headers: Record<string, string> = {}) => {
  const response = await fetch(url, { headers })
  return { status: response.status, headers: response.headers, text: await response.text() }
}

t.test(
  'what a participant says of itself is at stable URLs, signed by the key that its certificate is for',
  async t => {
    const { publicKey, pem } = rsaKey()
    const { start, url, did, file } = await participant(t, authority)
    await start({ key: new Secret(pem), certificates: file('rsa.pem', await authority.chain(publicKey)) })

    const { text, headers, status } = await get(`${url}/gaia-x/credentials/legal-person`)
    t.equal(status, 200)
    t.equal(headers.get('content-type'), 'application/vc+jwt')
    t.equal(headers.get('access-control-allow-origin'), '*')
    const { header, payload } = read(text)
    t.match(header, { alg: 'PS256', typ: 'vc+jwt', cty: 'vc', iss: did, kid: new RegExp(`^${did}#`) })
    t.match(payload, {
      '@context': ['https://www.w3.org/ns/credentials/v2', 'https://w3id.org/gaia-x/development#', Object],
      id: `${url}/gaia-x/credentials/legal-person`,
      type: ['VerifiableCredential', 'gx:LegalPerson'],
      issuer: did,
      credentialStatus: { type: 'BitstringStatusListEntry', statusPurpose: 'revocation' },
      credentialSubject: {
        id: `${url}/gaia-x/credentials/legal-person#cs`,
        type: 'gx:LegalPerson',
        'schema:name': 'Kogge & Sons',
        'gx:registrationNumber': { type: 'gx:VatID', 'gx:vatID': 'DE123456789' },
        'gx:legalAddress': { type: 'gx:Address', 'gx:countryCode': 'DE' },
        'gx:headquartersAddress': { type: 'gx:Address', 'gx:countryCode': 'DE' },
      },
    })
    t.notOk('vc' in payload || 'iss' in payload, 'the payload is the credential and nothing else')

    const document = JSON.parse((await get(`${url}/.well-known/did.json`)).text)
    const method = document.verificationMethod.find(({ id }: { id: string }) => id === header.kid)
    t.match(method.publicKeyJwk, { kty: 'RSA', alg: 'PS256', x5u: `${url}/.well-known/x509CertificateChain.pem` })
    t.notOk('x5c' in method.publicKeyJwk)
    t.ok(document.assertionMethod.includes(header.kid))
    await compactVerify(text, await importJWK(method.publicKeyJwk, 'PS256'))

    const chain = (await get(method.publicKeyJwk.x5u)).text
    t.ok(new X509Certificate(chain).publicKey.equals(publicKey), 'the leaf comes first')
    t.equal(chain.match(/BEGIN/g)?.length, 3, 'the root is there, too')
  },
)

t.test('the self-description is a presentation of all of it', async t => {
  const { start, url, did } = await participant(t, authority)
  await start()
  const { text, headers } = await get(`${url}/gaia-x/self-description`)
  t.equal(headers.get('content-type'), 'application/vp+jwt')
  const { header, payload } = read(text)
  t.match(header, { typ: 'vp+jwt', cty: 'vp', iss: did })
  t.match(payload, { issuer: did, type: 'VerifiablePresentation' })
  const envelopes = payload.verifiableCredential as { id: string; type: string }[]
  const types = envelopes.map(
    ({ id }) => (read(id.replace(/^data:application\/vc\+jwt,/, '')).payload.type as string[])[1],
  )
  t.same(types.sort(), ['gx:Issuer', 'gx:LegalPerson', 'gx:ServiceOffering'])
  t.equal((await get(`${url}/gaia-x/self-description`)).text, text, 'asking again costs no signature')
  t.match(JSON.parse((await get(`${url}/.well-known/did.json`)).text).service, [
    {},
    {},
    {},
    { type: 'LinkedVerifiablePresentation', serviceEndpoint: `${url}/gaia-x/self-description` },
  ])
})

t.test('who has it already is told so', async t => {
  const { start, url } = await participant(t, authority)
  await start()
  const path = `${url}/gaia-x/credentials/service-offering`
  const etag = (await get(path)).headers.get('etag') ?? ''
  t.equal((await get(path, { 'if-none-match': etag })).status, 304)
})

t.test('nobody accepts the terms and conditions but who has the right to', async t => {
  const { start, url } = await participant(t, authority, { consent: undefined })
  await start()
  t.equal((await get(`${url}/gaia-x/credentials/terms-and-conditions`)).status, 404)
})

t.test('what is no longer said is withdrawn: gone from its address, and revoked in the list of statuses', async t => {
  const { start, url } = await participant(t, authority)
  const before = await start()
  const path = `${url}/gaia-x/credentials/terms-and-conditions`
  const { credentialStatus } = read((await get(path)).text).payload as {
    credentialStatus: { statusListCredential: string; statusListIndex: string }
  }
  await before.stop()
  await start({ consent: undefined })
  const gone = await get(path)
  t.equal(gone.status, 410)
  t.equal(gone.headers.get('access-control-allow-origin'), '*', 'why there is nothing may be read by pages, too')
  const list = read((await get(credentialStatus.statusListCredential)).text)
  t.match(list.header, { typ: 'vc+jwt', iss: String })
  const { gunzipSync } = await import('node:zlib')
  const { encodedList } = list.payload.credentialSubject as { encodedList: string }
  const bits = gunzipSync(Buffer.from(encodedList.slice(1), 'base64url'))
  const index = Number(credentialStatus.statusListIndex)
  t.equal(((bits[index >> 3] ?? 0) >> (7 - (index & 7))) & 1, 1)
})

t.test('after the key has changed everything is signed anew, and says the same', async t => {
  const { start, url, certified } = await participant(t, authority)
  const first = await start()
  const path = `${url}/gaia-x/credentials/legal-person`
  const before = (await get(path)).text
  const { header } = read(before)
  await first.stop()

  await start(await certified('second'))
  const after = (await get(path)).text
  t.not(read(after).header.kid, header.kid)
  t.same(read(after).payload, read(before).payload, 'so that a label for its digest still holds')
  const document = JSON.parse((await get(`${url}/.well-known/did.json`)).text)
  const former = document.verificationMethod.find(({ id }: { id: string }) => id === header.kid)
  await compactVerify(before, await importJWK(former.publicKeyJwk, 'ES256'))
  t.ok(
    new X509Certificate((await get(former.publicKeyJwk.x5u)).text),
    'the former key’s chain is there for what it has signed',
  )
})

t.test('at two thirds of their life credentials are renewed, at whatever the clock is set to', async t => {
  let time = new Date('2026-06-01T00:00:00Z')
  const { start, url } = await participant(t, authority, { validity: 90 * 86_400_000 })
  const path = `${url}/gaia-x/credentials/legal-person`
  const dates = async (connector: Awaited<ReturnType<typeof start>>) => {
    await connector.gaiaX?.refresh()
    const { validFrom, validUntil } = read((await get(path)).text).payload
    return [validFrom, validUntil]
  }
  const connector = await start({}, { now: () => time })
  t.same(await dates(connector), ['2026-06-01T00:00:00Z', '2026-08-30T00:00:00Z'])
  time = new Date('2026-07-30T00:00:00Z')
  t.same(await dates(connector), ['2026-06-01T00:00:00Z', '2026-08-30T00:00:00Z'])
  time = new Date('2026-07-31T00:00:00Z')
  t.same(await dates(connector), ['2026-07-31T00:00:00Z', '2026-10-29T00:00:00Z'])
  time = new Date('2026-06-15T00:00:00Z')
  t.same(await dates(connector), ['2026-06-15T00:00:00Z', '2026-09-13T00:00:00Z'], 'set back: nothing of the future')
})

t.test('a connector does not start with a certificate that is not its key’s, or not complete', async t => {
  const { start, file } = await participant(t, authority)
  const { publicKey, pem } = ecKey()
  const other = ecKey()
  const leaf = await authority.leaf(publicKey)
  const key = new Secret(pem)
  for (const [what, chain, message] of [
    ['another key', await authority.chain(other.publicKey), /another key/],
    ['no root', leaf + authority.intermediate, /root is missing/],
    ['no intermediate', leaf + authority.root, /broken/],
    ['another host', await authority.chain(publicKey, { hosts: ['example.org'] }), /not for localhost/],
    ['no certificate', 'nothing', /cannot be read/],
  ] as const)
    await t.rejects(start({ key, certificates: file('bad.pem', chain) }), { code: 'configuration', message }, what)
  await t.rejects(start({ key: new Secret(rsaKey(2_048).pem) }), { message: /2048 bits/ })
})
