import t, { type Test } from 'tap'
import type { Reason } from '../../../src/identity/rejection.ts'
import { type Delivery, startHolder } from './holder.ts'
import { assertMessage, verifyBy } from './judge.ts'
import { scenariosOf } from './kit.ts'
import { assertFaulty, assertRefused } from './refusal.ts'
import { call, expired, fromTheFuture, kinds, type Misspoken, misspoken, said, startWorld } from './world.ts'

const { scenario, complete } = scenariosOf(t, 'issuance-issuer')
const world = await startWorld(t)
const { did, protocol, holder, third, connector } = world
const service = startHolder(t, world)
const issuer = await world.serviceOf('IssuerService')
const speech = { by: holder, to: did, other: third }

interface Supported {
  readonly id: string
  readonly profile: string
}

/** What the kit asks for: all that is issued in the data model 1.1. */
async function supported(): Promise<readonly Supported[]> {
  const { body } = await call(`${issuer}/metadata`)
  return body.credentialsSupported.filter(({ profile }: Supported) => profile === 'vc11-sl2021/jwt')
}

/** The same holderPid in all requests, as the kit has it. */
const requestMessage = async (changes: object = {}): Promise<object> => ({
  '@context': ['https://w3id.org/dspace-dcp/v1.0/dcp.jsonld'],
  type: 'CredentialRequestMessage',
  holderPid: 'the correlation id',
  credentials: (await supported()).map(({ id }) => ({ id })),
  ...changes,
})

const request = async (authorization: string | undefined, changes: object = {}) => {
  const body = await requestMessage(changes)
  return world.refusal(() => call(`${issuer}/credentials`, { authorization, body }))
}

/** How much has been asked for and issued. */
async function issued(): Promise<object | undefined> {
  const [row] = await connector.db.query<{ requests: number; credentials: number }>(
    `select (select count(*)::int from issuance_request) as requests,
       (select count(*)::int from issued_credential) as credentials`,
  )
  return row
}

/** Asks as one should, and gets what was asked for; gives the URL of the request. */
async function succeed(t: Test): Promise<string> {
  const answer = await request(await said(speech))
  t.match(answer, { status: 201, rejected: [] })
  await assertDelivered(t, await service.delivered())
  // The next request for the same is one of its own as soon as we know that this one was delivered.
  await connector.jobs.drained()
  return answer.headers.get('location') ?? ''
}

/** Exactly the two credentials, each as readers in the field take it, and verifiable by the connector's own document. */
async function assertDelivered(t: Test, { status, holderPid, issuerPid, credentials }: Delivery): Promise<void> {
  t.match({ status, holderPid, issuerPid }, { status: 'ISSUED', holderPid: 'the correlation id', issuerPid: /./ })
  t.same(credentials.map(({ credentialType }) => credentialType).sort(), [...kinds].sort())
  const ours = (await call(`${protocol}/.well-known/did.json`)).body
  for (const { format, payload, credentialType } of credentials) {
    t.equal(format, 'vc11-sl2021/jwt')
    const { vc } = await verifyBy(ours, 'assertionMethod', payload, { issuer: did, subject: holder.did })
    t.match(vc, {
      id: /./,
      type: ['VerifiableCredential', credentialType],
      issuer: did,
      credentialSubject: { id: holder.did, foo: 'bar' },
      credentialStatus: { id: /./, type: 'StatusList2021Entry' },
    })
  }
}

scenario('is_6_2_endpointDiscovery', async t => {
  t.equal(issuer, `${protocol}/issuer`)
})

scenario('is_6_7_issuerMetadata', async t => {
  const { status, body } = await call(`${issuer}/metadata`)
  t.match({ status, body }, { status: 200, body: { type: 'IssuerMetadata', issuer: did } })
  assertMessage(t, 'IssuerMetadata', body)
  t.equal((await supported()).length, 2, 'the kit wants exactly two of that profile')
  for (const { profile } of body.credentialsSupported) t.match(profile, /^vc(?:11-sl2021|20-bssl)\/jwt$/)
})

scenario('is_6_4_1_credentialRequest', async t => {
  t.match(await succeed(t), `${issuer}/requests/`)
})

const minute = 60

// biome-ignore format: a table is read by its columns
const tokens: readonly (readonly [suffix: string, numbers: readonly [request: string, status: string], reason: Reason, authorization: Misspoken])[] = [
  [ 'noAuthHeader',            [ 'is_6_4_2',  'is_6_8_2'  ], 'token-missing',       misspoken.noHeader           ],
  [ 'noBearerPrefix',          [ 'is_6_4_3',  'is_6_8_3'  ], 'token-missing',       misspoken.noBearer           ],
  [ 'tokenSignedWithWrongKey', [ 'is_6_4_5',  'is_6_8_5'  ], 'token-signature',     misspoken.wrongKey           ],
  [ 'tokenExpired',            [ 'is_6_4_6',  'is_6_8_6'  ], 'token-expired',       expired(minute)              ],
  [ 'iatInFuture',             [ 'is_6_4_7',  'is_6_8_7'  ], 'token-not-yet-valid', fromTheFuture('iat', minute) ],
  [ 'nbfViolated',             [ 'is_6_4_8',  'is_6_8_8'  ], 'token-not-yet-valid', fromTheFuture('nbf', minute) ],
  [ 'invalidAud',              [ 'is_6_4_8',  'is_6_8_8'  ], 'token-audience',      misspoken.otherAudience      ],
  [ 'issNotEqualSub',          [ 'is_6_4_10', 'is_6_8_10' ], 'token-issuer',        misspoken.otherIssuer        ],
]

for (const [suffix, [number], reason, authorization] of tokens)
  scenario(`${number}_credentialRequest_${suffix}: ${reason}`, async t => {
    const before = await issued()
    assertRefused(t, await request(await authorization(speech)), 'issuer', reason)
    t.same(await issued(), before, 'nothing was issued')
  })

// biome-ignore format: a table is read by its columns
const faulty: readonly (readonly [id: string, missing: string])[] = [
  [ 'is_6_4_4_credentialRequest_invalidBody',       'credentials' ],
  [ 'is_6_4_12_credentialRequest_missingHolderPid', 'holderPid'   ],
]

for (const [id, missing] of faulty)
  scenario(`${id}: invalid`, async t => {
    const before = await issued()
    assertFaulty(t, await request(await said(speech), { [missing]: undefined }), `/${missing}`)
    t.same(await issued(), before, 'nothing was issued')
  })

scenario('is_6_4_11_credentialRequest_jtiAlreadyUsed: token-replayed', async t => {
  const authorization = await said(speech)
  t.match(await request(authorization), { status: 201, rejected: [] })
  assertRefused(t, await request(authorization), 'issuer', 'token-replayed')
  await service.delivered()
  await connector.jobs.drained()
})

scenario('who is not entitled, or asks for what is not issued, is told so, which the kit does not try', async t => {
  const before = await issued()
  t.match(await request(await said({ by: third, to: did })), { status: 403, body: { code: 'forbidden' }, rejected: [] })
  const unknown = { credentials: [{ id: 'unheard-of' }] }
  t.match(await request(await said(speech), unknown), { status: 400, body: { code: 'invalid' }, rejected: [] })
  t.same(await issued(), before, 'nothing was issued')
})

/** Looks how the request at that URL stands. */
const look = (url: string, authorization: string | undefined) => world.refusal(() => call(url, { authorization }))

scenario('is_6_8_1_credentialStatusRequest', async t => {
  const answer = await look(await succeed(t), await said(speech))
  t.match(answer, { status: 200, body: { status: 'ISSUED', holderPid: 'the correlation id' }, rejected: [] })
  assertMessage(t, 'CredentialStatus', answer.body)
})

for (const [suffix, [, number], reason, authorization] of tokens)
  scenario(`${number}_credentialStatusRequest_${suffix}: ${reason}`, async t => {
    const answer = await look(await succeed(t), await authorization(speech))
    assertRefused(t, answer, 'issuer', reason)
    t.notOk('holderPid' in answer.body)
  })

scenario('is_6_8_11_credentialStatusRequest_jtiAlreadyUsed: token-replayed', async t => {
  const [url, authorization] = [await succeed(t), await said(speech)]
  t.match(await look(url, authorization), { status: 200, rejected: [] })
  assertRefused(t, await look(url, authorization), 'issuer', 'token-replayed')
})

scenario('is_6_8_12_credentialStatusRequest_requestIdNotFound', async t => {
  const nowhere = await look(`${issuer}/requests/not-exist`, await said(speech))
  t.match(nowhere, { status: 404, body: { code: 'not-found' }, rejected: [] })
  const url = await succeed(t)
  const others = await look(url, await said({ by: third, to: did }))
  t.match(others, { status: 404, body: { code: 'not-found' }, rejected: [] }, 'nor is that of another')
})

complete()
