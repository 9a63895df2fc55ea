import { createPublicKey } from 'node:crypto'
import { compactVerify, importJWK, type JWK } from 'jose'
import t, { type Test } from 'tap'
import type { Config } from '../../src/config/index.ts'
import { commonSubject } from '../../src/gaiax/agreements/subject.ts'
import { giveAgreement } from '../support/agreements.ts'
import { standingClock } from '../support/clock.ts'
import { documentOf, idClaims, type Persona, signRaw, webHost } from '../support/dids.ts'
import { agree, both, type Party, settle, show, until } from './agree.ts'
import { certificateAuthority } from './authority.ts'
import { participant, read } from './world.ts'

const authority = await certificateAuthority()

type World = Awaited<ReturnType<typeof participant>>

async function party(t: Test, changes: Partial<Config['gaiaX']> = {}, now = () => new Date()): Promise<Party & World> {
  const world = await participant(t, authority, changes)
  return { ...world, connector: await world.start({}, { now }) }
}

/** Whether a library of others finds the signature to be of its issuer, by the key in the DID document. */
async function verifies(url: string, jwt: string): Promise<boolean> {
  const document = (await (await fetch(`${url}/.well-known/did.json`)).json()) as {
    verificationMethod: { id: string; publicKeyJwk: JWK }[]
  }
  const method = document.verificationMethod.find(({ id }) => id === read(jwt).header.kid)
  await compactVerify(jwt, await importJWK(method?.publicKeyJwk ?? {}, read(jwt).header.alg))
  return true
}

t.test('both sides of an agreement hold both signatures over one and the same subject', async t => {
  const [provider, consumer] = [await party(t), await party(t)]
  const id = await agree(consumer, provider)
  const seen = [await until(consumer, id, both), await until(provider, id, both)] as const
  const [atConsumer, atProvider] = seen
  t.equal(atConsumer.own?.credential, atProvider.peer?.credential)
  t.equal(atProvider.own?.credential, atConsumer.peer?.credential)
  const payloads = seen.map(({ own }) => read(own?.credential ?? '').payload)
  t.strictSame(payloads[0]?.credentialSubject, payloads[1]?.credentialSubject)
  t.match(payloads[0]?.credentialSubject, {
    id: atConsumer.subject,
    type: 'gx:DataUsageAgreement',
    'gx:dataProvider': { id: provider.did },
    'gx:dataRightsHolder': { id: provider.did },
    'gx:dataConsumer': { id: consumer.did },
    'gx:dataInstance': 'wind',
    'gx:dataUsagePurpose': 'research',
  })
  t.strictSame(
    payloads.map(({ issuer }) => issuer),
    [consumer.did, provider.did],
  )
  t.ok(await verifies(consumer.url, atConsumer.own?.credential ?? ''))
  t.ok(await verifies(provider.url, atConsumer.peer?.credential ?? ''))
  t.strictSame([atConsumer.own?.problem, atConsumer.peer?.problem], [null, null])

  const bundle = await fetch(
    `${provider.connector.urls().management}/management/v1/agreements/${encodeURIComponent(id)}/evidence`,
    { headers: { 'x-api-key': 'a key for the tests' } },
  )
  const { statement } = (await bundle.json()) as { statement: { credentials: string[] } }
  t.strictSame(
    new Set(statement.credentials),
    new Set([atProvider.own?.credential, atProvider.peer?.credential]),
    'they are part of the evidence',
  )

  const url = String(payloads[1]?.id)
  t.equal((await fetch(url)).status, 404, 'nobody else is told of it')
  const description = await (await fetch(`${provider.url}/gaia-x/self-description`)).text()
  t.notOk(JSON.stringify(read(description).payload).includes(atProvider.own?.credential ?? ''))
  t.notOk((await provider.connector.gaiaX?.credentials())?.some(({ type }) => type === 'DataUsageAgreement'))
})

t.test('with a counterparty that has nothing to do with Gaia-X ours stands alone', async t => {
  const [provider, consumer] = [await party(t), await party(t, { mode: 'off' })]
  const id = await agree(consumer, provider)
  t.match(await until(provider, id, ({ delivery }) => delivery.state !== 'pending'), {
    own: { issuer: provider.did, problem: null },
    peer: null,
    delivery: { state: 'not-offered', reason: /has no DataUsageAgreementService/ },
  })
})

t.test(
  'when an agreement is retired our signature is revoked; when that is taken back, it is signed again',
  async t => {
    const [provider, consumer] = [await party(t), await party(t)]
    const id = await agree(consumer, provider)
    await until(consumer, id, both)
    await until(provider, id, both)
    await provider.connector.negotiations.retire(id, 'the project is over')
    await settle(provider)
    const retired = await show(provider, id)
    t.match(retired.own?.problem, /^revoked:/)
    const place = read(retired.own?.credential ?? '').payload.credentialStatus as Record<string, string>
    const [{ bits } = { bits: Buffer.alloc(0) }] = await provider.connector.db.query<{ bits: Buffer }>(
      'select bits from status_list',
    )
    const index = Number(place.statusListIndex)
    t.equal(((bits[index >> 3] ?? 0) >> (7 - (index & 7))) & 1, 1, 'who has a copy learns it from the status list')

    await provider.connector.negotiations.reinstate(id)
    const again = await until(provider, id, both)
    t.equal(again.own?.problem, null)
    t.not(again.own?.credential, retired.own?.credential)
    t.equal((await show(consumer, id)).peer?.credential, again.own?.credential)
  },
)

t.test('what was to be signed and brought when the connector stopped is so after its restart', async t => {
  const [provider, consumer] = [await party(t), await party(t)]
  await provider.connector.jobs.stop()
  const id = await agree(consumer, provider)
  t.match(await show(provider, id), { own: null, delivery: { state: 'pending' } })
  await provider.connector.stop()
  const again = { ...provider, connector: await provider.start() }
  t.match(await until(again, id, ({ delivery }) => delivery.state === 'delivered'), { own: { problem: null } })
  await until(consumer, id, both)
  t.ok(both(await until(again, id, both)))
})

t.test('a new key signs anew, and the other side gets that', async t => {
  const [provider, consumer] = [await party(t), await party(t)]
  const id = await agree(consumer, provider)
  const before = await until(provider, id, both)
  await provider.connector.stop()
  const again = { ...provider, connector: await provider.start(await provider.certified('second')) }
  const after = await until(again, id, both)
  t.not(after.own?.credential, before.own?.credential)
  t.strictSame(read(after.own?.credential ?? '').payload, read(before.own?.credential ?? '').payload)
  t.equal((await show(consumer, id)).peer?.credential, after.own?.credential)
})

/** A provider with agreements, and a counterparty made by hand that signs whatever a test has it sign. */
async function liar(t: Test, now = () => new Date()) {
  const [us, host] = [await party(t, {}, now), await webHost(t)]
  const certified = async (name: string): Promise<Persona> => {
    const persona = host.persona(name)
    const chain = await authority.chain(createPublicKey({ key: { ...persona.signer.publicJwk }, format: 'jwk' }))
    host.put(`/${name}/chain.pem`, chain)
    const jwk = { ...persona.signer.publicJwk, x5u: `${host.url}/${name}/chain.pem` }
    persona.document = documentOf(persona.did, [{ ...persona.signer, publicJwk: jwk }])
    return persona
  }
  const [peer, other] = [await certified('peer'), await certified('other')]
  const { db } = us.connector
  const common = {
    role: 'provider',
    participantId: us.did,
    datasetId: 'wind',
    permission: [{ action: 'use' }],
  } as const
  await giveAgreement(db, { ...common, id: 'with-peer', counterparty: peer.did })
  await giveAgreement(db, { ...common, id: 'with-other', counterparty: other.did })
  const subjectOf = async (id: string) => {
    const record = await us.connector.negotiations.agreement(id)
    if (!record) throw new Error('it was given')
    const { subject, claims } = await commonSubject({ ...record, hash: () => us.connector.negotiations.hashOf(record) })
    return { id: subject, type: 'gx:DataUsageAgreement', ...claims }
  }
  const sign = (by: Persona, subject: object, changes: { header?: object; payload?: object } = {}) =>
    signRaw(
      by,
      { typ: 'vc+jwt', cty: 'vc', iss: by.did, ...changes.header },
      {
        '@context': ['https://www.w3.org/ns/credentials/v2', 'https://w3id.org/gaia-x/development#'],
        id: 'https://peer.example/agreement',
        type: ['VerifiableCredential', 'gx:DataUsageAgreement'],
        issuer: by.did,
        validFrom: '2026-01-01T00:00:00Z',
        credentialSubject: subject,
        ...changes.payload,
      },
    )
  const send = async (by: Persona | undefined, body: unknown) => {
    const token = by && (await signRaw(by, {}, idClaims(by.did, us.did, new Date())))
    const response = await fetch(`${us.url}/gaia-x/agreements`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) },
      body: JSON.stringify(body),
    })
    const text = await response.text()
    return { status: response.status, detail: text === '' ? '' : String(JSON.parse(text).detail) }
  }
  const kept = async () =>
    (await us.connector.db.query(`select id from gaiax_credential where source = 'peer'`)).map(({ id }) => id)
  /** The peer's service gives these answers, one after the other; ours is to be brought to it. */
  const answering = async (...statuses: readonly number[]) => {
    const left = [...statuses]
    host.put('/service', (_, response) => {
      response.writeHead(left.shift() ?? 204).end()
    })
    const service = [{ id: '#a', type: 'DataUsageAgreementService', serviceEndpoint: `${host.url}/service` }]
    peer.document = { ...peer.document, service }
    const { connector } = us
    await connector.db.transaction(async tx =>
      connector.gaiaX?.agreements.look(tx, { id: 'with-peer', counterparty: peer.did }),
    )
    await settle(us)
    return async () => (await show(us, 'with-peer')).delivery
  }
  return { us, peer, other, subjectOf, sign, send, kept, answering }
}

t.test('the signature of the other side is taken once, however often it is brought', async t => {
  const { us, peer, subjectOf, sign, send, kept } = await liar(t)
  const subject = await subjectOf('with-peer')
  const credential = await sign(peer, subject, { payload: { id: `${us.url}/gaia-x/credentials/legal-person` } })
  const body = { agreement: 'with-peer', credential }
  t.strictSame([(await send(peer, body)).status, (await send(peer, body)).status], [204, 204])
  t.strictSame(await kept(), [`${subject.id}#${peer.did}`])
  t.match(await show(us, 'with-peer'), { peer: { credential, problem: null } })
  t.equal(
    (await fetch(`${us.url}/gaia-x/credentials/legal-person`)).status,
    200,
    'whatever it calls itself, ours stays ours',
  )
})

t.test('whoever lies is told what is wrong, and nothing is kept', async t => {
  const { us, peer, other, subjectOf, sign, send, kept } = await liar(t)
  const right = await subjectOf('with-peer')
  const agreement = 'with-peer'
  const signed = (subject: object, changes?: Parameters<typeof sign>[2]) => sign(peer, subject, changes)
  const foreignKey = await signRaw(
    { ...other, kid: peer.kid },
    { typ: 'vc+jwt', cty: 'vc', iss: peer.did },
    read(await signed(right)).payload,
  )
  // biome-ignore format: a table is read by its columns
  const lies: readonly (readonly [what: string, sender: Persona | undefined, body: unknown, status: number, why: RegExp])[] = [
    [ 'nobody',              undefined, { agreement, credential: await signed(right) },                                   401, /./ ],
    [ 'no object',           peer,      [],                                                                               400, /agreement/ ],
    [ 'no credential',       peer,      { agreement },                                                                    400, /credential/ ],
    [ 'no token',            peer,      { agreement, credential: 'x.y.z' },                                               400, /malformed/ ],
    [ 'much too long',       peer,      { agreement, credential: 'x'.repeat(70_000) },                                    400, /credential/ ],
    [ 'other data',          peer,      { agreement, credential: await signed({ ...right, 'gx:dataInstance': 'sun' }) },   400, /gx:dataInstance/ ],
    [ 'something added',     peer,      { agreement, credential: await signed({ ...right, 'gx:dataUsagePurpose': 'all' }) }, 400, /gx:dataUsagePurpose/ ],
    [ 'another subject',     peer,      { agreement, credential: await signed({ ...right, id: 'urn:uuid:1' }) },           400, /: id\./ ],
    [ 'two subjects',        peer,      { agreement, credential: await signed([right, right]) },                          400, /one subject/ ],
    [ 'another type',        peer,      { agreement, credential: await signed(right, { payload: { type: ['VerifiableCredential', 'gx:LegalPerson'] } }) }, 400, /gx:DataUsageAgreement/ ],
    [ 'expired',             peer,      { agreement, credential: await signed(right, { payload: { validUntil: '2026-02-01T00:00:00Z' } }) }, 400, /expired/ ],
    [ 'by another',          peer,      { agreement, credential: await sign(other, right) },                              400, /issuer/ ],
    [ 'by another’s key',    peer,      { agreement, credential: foreignKey },                                            400, /signature/ ],
    [ 'somebody else’s',     peer,      { agreement: 'with-other', credential: await signed(await subjectOf('with-other')) }, 403, /no agreement of that id with you/ ],
    [ 'none',                peer,      { agreement: 'unheard-of', credential: await signed(right) },                     403, /no agreement of that id with you/ ],
  ]
  for (const [what, sender, body, status, why] of lies) t.match(await send(sender, body), { status, detail: why }, what)
  t.strictSame(await kept(), [])
  t.match(await show(us, 'with-peer'), { peer: null })
})

t.test('a counterparty that is down gets ours when it is up again', async t => {
  const clock = standingClock(Date.now())
  const { us, answering } = await liar(t, clock.now)
  const delivery = await answering(503, 409)
  t.match(await delivery(), { state: 'pending' })
  clock.pass(us.config.delivery.giveUpAfter / 4)
  await settle(us)
  t.match(await delivery(), { state: 'pending' })
  clock.pass(us.config.delivery.giveUpAfter / 4)
  await settle(us)
  t.match(await delivery(), { state: 'delivered', reason: null })
})

t.test('one that stays down is given up', async t => {
  const clock = standingClock(Date.now())
  const { us, answering } = await liar(t, clock.now)
  const delivery = await answering(503, 503, 503)
  clock.pass(us.config.delivery.giveUpAfter)
  await settle(us)
  t.match(await delivery(), { state: 'given-up', reason: /503/ })
})

t.test('one that refuses ours is not asked again, and why is shown', async t => {
  const { answering } = await liar(t)
  t.match(await (await answering(400))(), { state: 'refused', reason: /400/ })
})
