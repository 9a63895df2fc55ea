import { gzipSync } from 'node:zlib'
import t from 'tap'
import type { Reason } from '../../../src/identity/rejection.ts'
import { signRaw } from '../../support/dids.ts'
import { requestCatalogue } from './catalogue.ts'
import { startHolder } from './holder.ts'
import { scenariosOf } from './kit.ts'
import { assertRefused } from './refusal.ts'
import {
  call,
  credential,
  type Differences,
  expired,
  fromTheFuture,
  MEMBERSHIP,
  type Misspoken,
  misspoken,
  presentation,
  SENSITIVE,
  said,
  scopeOf,
  seconds,
  startWorld,
  type World,
} from './world.ts'

const { scenario, complete } = scenariosOf(t, 'presentation-verifier')
const world = await startWorld(t)
const service = startHolder(t, world)
const { did, protocol, holder, third, host } = world

const request = (authorization: string | undefined, to: World = world) => requestCatalogue(to, authorization)

/** A speech of the holder's, with an access token for that. */
const speech = (types: readonly string[] = [MEMBERSHIP]) => ({
  by: holder,
  to: did,
  other: third,
  more: { token: service.grant(types) },
})

// biome-ignore format: a table is read by its columns
const tokens: readonly (readonly [id: string, reason: Reason, authorization: Misspoken])[] = [
  [ 'presentationResponse_rejectMissingBearerPrefix',             'token-missing',        misspoken.noBearer                          ],
  [ 'verifier_04_03_03_idTokenInvalidIssuerSub',                  'token-audience',       speech => said({ ...speech, by: third }, { aud: holder.did }) ],
  [ 'verifier_04_03_03_idTokenInvalidSub',                        'token-issuer',         misspoken.otherSubject                      ],
  [ 'verifier_04_03_03_idTokenIncorrectSub',                      'token-issuer',         misspoken.otherSubject                      ],
  [ 'verifier_04_03_03_idTokenIncorrectAud',                      'token-audience',       misspoken.otherAudience                     ],
  [ 'verifier_04_03_03_idTokenNbfInFuture',                       'token-not-yet-valid',  fromTheFuture('nbf', 1_000_000)             ],
  [ 'verifier_04_03_03_idTokenExpired',                           'token-expired',        expired(1_000_000)                          ],
  [ 'verifier_04_03_01_presentationResponse_idTokenNoTokenClaim', 'token-without-access', speech => said(speech, { token: undefined }) ],
]

for (const [id, reason, authorization] of tokens)
  scenario(`${id}: ${reason}`, async t => {
    service.queries.length = 0
    assertRefused(t, await request(await authorization(speech())), 'dsp', reason)
    t.same(service.queries, [], 'nobody was asked for a presentation')
  })

scenario('verifier_04_03_03_idTokenJtiUsedTwice: token-replayed', async t => {
  const jti = 'one for two'
  t.match(await request(await said(speech(), { jti })), { status: 200, rejected: [] })
  assertRefused(t, await request(await said(speech(), { jti })), 'dsp', 'token-replayed')
})

scenario('presentationResponse_endpointDiscovery', async t => {
  t.equal(await world.serviceOf('CredentialService'), `${protocol}/dcp`)
})

scenario('verifier_05_01_presentationResponse_success', async t => {
  service.queries.length = 0
  t.match(await request(await said(speech())), { status: 200, body: { '@type': 'Catalog' }, rejected: [] })
  t.match(service.queries, [{ scope: [scopeOf(MEMBERSHIP)] }])
})

scenario('verifier_05_04_02_02_presentationResponse_tooManyCredentials', async t => {
  t.match(await request(await said(speech([MEMBERSHIP, SENSITIVE]))), { status: 200, rejected: [] })
})

/** A membership with that type alone and no end, as the kit has it where it presents something of its own. */
const membership = ({ inside, ...differences }: Differences = {}) =>
  credential(world, MEMBERSHIP, holder.did, {
    ...differences,
    inside: { type: [MEMBERSHIP], expirationDate: undefined, ...inside },
  })
const inside = (change: object) => async () => [await presentation(world, [await membership({ inside: change })])]
const moment = (ahead: number): string => new Date((seconds() + ahead) * 1_000).toISOString()

scenario('what the kit presents where it presents something of its own would be accepted', async t => {
  service.present(inside({}))
  t.match(await request(await said(speech())), { status: 200, rejected: [] })
})

// biome-ignore format: a table is read by its columns
const presented: readonly (readonly [id: string, reason: Reason, present: () => Promise<readonly unknown[]>])[] = [
  [ 'verifier_05_04_02_03_presentationResponse_emptyPresentations',      'presentation-empty',       async () => []                                           ],
  [ 'verifier_05_04_02_04_presentationResponse_emptyCredentials',        'presentation-empty',       async () => [await presentation(world, [])]              ],
  [ 'verifier_05_04_03_presentationResponse_holderNotEqualSubjectId',    'credential-subject',       inside({ credentialSubject: { id: third.did, foo: 'x' } }) ],
  [ 'verifier_05_04_03_07_presentationResponse_expiredCredential',       'credential-expired',       inside({ expirationDate: moment(-100) })                 ],
  [ 'verifier_05_04_03_06_presentationResponse_notYetValidCredential',   'credential-not-yet-valid', inside({ issuanceDate: moment(3_600) })                  ],
  [ 'verifier_x_x_presentationResponse_invalidCredentialSchema',         'credential-schema',        inside(withSchema({ id: holder.did }))                   ],
]

for (const [id, reason, present] of presented)
  scenario(`${id}: ${reason}`, async t => {
    service.present(present)
    assertRefused(t, await request(await said(speech())), 'dsp', reason)
  })

scenario('verifier_05_04_02_01_presentationResponse_tooFewCredentials: service-refused', async t => {
  service.present(undefined)
  assertRefused(t, await request(await said(speech(['SomeOtherCredential']))), 'dsp', 'service-refused')
})

/** The schema of the kit, and a subject. It is served with the type that the kit gives it. */
function withSchema(subject: object): object {
  const schema = {
    $schema: 'http://json-schema.org/draft-04/schema#',
    type: 'object',
    properties: { id: { type: 'string' }, foo: { type: 'string' } },
    required: ['id', 'foo'],
  }
  host.put('/schema/membership-schema.json', (_, response) =>
    response.setHeader('content-type', 'application/schema+json').end(JSON.stringify(schema)),
  )
  const credentialSchema = { id: `${host.url}/schema/membership-schema.json`, type: 'JsonSchemaValidator2018' }
  return { credentialSchema, credentialSubject: subject }
}

scenario('a credential that fits its schema is accepted, which the kit does not show', async t => {
  service.present(inside(withSchema({ id: holder.did, foo: 'bar' })))
  t.match(await request(await said(speech())), { status: 200, rejected: [] })
})

/** A status list with so many entries, of which number 1 may be set; signed by the issuer of the cast, or by nobody. */
async function listing(path: string, { set = true, entries = 131_072, signed = true } = {}): Promise<object> {
  const url = `${host.url}${path}`
  const bits = Buffer.alloc(entries / 8)
  if (set) bits[0] = 0b0100_0000
  const list = {
    '@context': ['https://www.w3.org/ns/credentials/v2'],
    id: url,
    type: ['VerifiableCredential', 'BitstringStatusListCredential'],
    issuer: world.issuer.did,
    // As the kit has it, in a credential of the data model 2.0.
    issuanceDate: moment(-60),
    validUntil: null,
    credentialSubject: {
      type: 'BitstringStatusList',
      statusPurpose: 'revocation',
      encodedList: `u${gzipSync(bits).toString('base64url')}`,
    },
  }
  host.put(path, signed ? await signRaw(world.issuer, { typ: 'vc+jwt' }, list) : list)
  const credentialStatus = {
    id: '00000000-0000-4000-8000-00000000cafe',
    type: 'BitstringStatusListEntry',
    statusPurpose: 'revocation',
    statusListIndex: '1',
    statusListCredential: url,
  }
  return { credentialStatus }
}

scenario('verifier_05_04_03_06_presentationResponse_credentialRevoked: credential-revoked', async t => {
  service.present(inside(await listing('/statuslist/set')))
  assertRefused(t, await request(await said(speech())), 'dsp', 'credential-revoked')
  service.present(inside(await listing('/statuslist/clear', { set: false })))
  t.match(await request(await said(speech())), { status: 200, rejected: [] }, 'and accepted when it is not revoked')
})

scenario(
  'the status list of the kit, short and unsigned, is refused for that, unless settings allow for it',
  async t => {
    service.present(inside(await listing('/statuslist/kit', { entries: 16_384, signed: false })))
    assertRefused(t, await request(await said(speech())), 'dsp', 'status-list-unsigned')
    service.present(inside(await listing('/statuslist/short', { entries: 16_384 })))
    assertRefused(t, await request(await said(speech())), 'dsp', 'status-list-too-short')
  },
)

scenario('where settings allow for it, the status list of the kit revokes, and does not when it is clear', async t => {
  const lenient = await startWorld(t, { dcp: { statusLists: 'lenient' } })
  const holding = startHolder(t, lenient)
  for (const [set, expected] of [
    [false, { status: 200, rejected: [] }],
    [true, { status: 403, rejected: [{ reason: 'credential-revoked' }] }],
  ] as const) {
    const { holder } = lenient
    const url = `${lenient.host.url}/list`
    const list = await listing(`/statuslist/lenient-${set}`, { set, entries: 16_384, signed: false })
    const { body } = await call(
      (list as { credentialStatus: { statusListCredential: string } }).credentialStatus.statusListCredential,
    )
    lenient.host.put('/list', { ...body, id: url, issuer: lenient.issuer.did })
    const credentialStatus = { ...Reflect.get(list, 'credentialStatus'), statusListCredential: url }
    const token = await credential(lenient, MEMBERSHIP, holder.did, { inside: { credentialStatus } })
    holding.present(async () => [await presentation(lenient, [token])])
    const authorization = await said({ by: holder, to: lenient.did, more: { token: holding.grant([MEMBERSHIP]) } })
    t.match(await request(authorization, lenient), expected)
  }
})

complete()
