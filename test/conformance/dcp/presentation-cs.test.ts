import t, { type Test } from 'tap'
import type { Reason } from '../../../src/identity/rejection.ts'
import { seed } from './issuer.ts'
import { assertMessage, verifyBy } from './judge.ts'
import { scenariosOf } from './kit.ts'
import { assertFaulty, assertRefused } from './refusal.ts'
import {
  type Answer,
  call,
  expired,
  fromTheFuture,
  MEMBERSHIP,
  type Misspoken,
  misspoken,
  SENSITIVE,
  said,
  scopeOf,
  startWorld,
} from './world.ts'

const { scenario, complete } = scenariosOf(t, 'presentation-cs')
const world = await startWorld(t)
const { did, protocol, verifier, third, issuer } = world
const service = await world.serviceOf('CredentialService')
await seed(world)

const queryFor = (types: readonly string[]) => ({
  '@context': ['https://w3id.org/dspace-dcp/v1.0/dcp.jsonld'],
  type: 'PresentationQueryMessage',
  scope: types.map(scopeOf),
})

const ask = (authorization: string | undefined, body: object = queryFor([MEMBERSHIP])) =>
  world.refusal(() => call(`${service}/presentations/query`, { authorization, body }))

/** The verifier's speech, with an access token for these types that the connector's own token service has made for it. */
const speech = async (types: readonly string[] = [MEMBERSHIP]) => ({
  by: verifier,
  to: did,
  other: third,
  more: { token: await world.accessToken(verifier.did, types.map(scopeOf)) },
})

/** It presents credentials of exactly these types, all of it verifiable by the documents of those who signed. */
async function assertPresented(t: Test, { status, body }: Answer, types: readonly string[]): Promise<void> {
  t.equal(status, 200)
  assertMessage(t, 'PresentationResponseMessage', body)
  t.same(body['@context'], ['https://w3id.org/dspace-dcp/v1.0/dcp.jsonld'])
  t.notOk('presentationSubmission' in body, 'readers in the field choke on it')
  const ours = (await call(`${protocol}/.well-known/did.json`)).body
  const presented: string[] = []
  for (const presentation of body.presentation) {
    const { aud, vp } = await verifyBy(ours, 'authentication', presentation, { issuer: did, audience: verifier.did })
    t.equal(aud, verifier.did, 'for the verifier alone')
    for (const credential of Reflect.get(vp as object, 'verifiableCredential')) {
      const claims = { issuer: issuer.did, subject: did }
      const { vc } = await verifyBy(issuer.document, 'assertionMethod', credential, claims)
      presented.push(...Reflect.get(vc as object, 'type'))
    }
  }
  t.same([...presented].sort(), [...types, ...types.map(() => 'VerifiableCredential')].sort())
}

/** As the kit has it, with two faults at once; and with each of them alone. */
const otherDid: Misspoken = speech => said({ ...speech, by: { ...speech.by, did: third.did } })

// biome-ignore format: a table is read by its columns
const tokens: readonly (readonly [id: string, reason: Reason, authorization: Misspoken])[] = [
  [ 'cs_04_03_03_idTokenInvalidIssuerSub',                'access-token',         speech => said({ ...speech, by: third })                   ],
  [ 'cs_04_03_03_idTokenInvalidSub',                      'token-issuer',         misspoken.otherSubject                                     ],
  [ 'cs_04_03_03_idtokenIncorrectAud',                    'token-audience',       speech => said(speech, { aud: verifier.did })              ],
  [ 'cs_04_03_03_idtokenIncorrectSub',                    'token-audience',       speech => otherDid({ ...speech, to: verifier.did })        ],
  [ 'cs_04_03_03_idtokenIncorrectSub, for the right one', 'key-of-another',       otherDid                                                   ],
  [ 'cs_04_03_03_idtokenNbfInFuture',                     'token-not-yet-valid',  fromTheFuture('nbf', 1_000_000)                            ],
  [ 'cs_04_03_03_idtokenExpired',                         'token-expired',        expired(1_000_000)                                         ],
  [ 'cs_05_03_01_accessTokenInvalidHeader',               'token-missing',        misspoken.noBearer                                         ],
  [ 'cs_05_04_invalidTokenNotAuthorized',                 'access-token',         speech => said(speech, { token: 'faketoken' })             ],
  [ 'no access token',                                    'token-without-access', speech => said(speech, { token: undefined })               ],
]

for (const [id, reason, authorization] of tokens)
  scenario(`${id}: ${reason}`, async t => {
    assertRefused(t, await ask(await authorization(await speech())), 'credential-service', reason)
  })

scenario('cs_04_03_03_idtokenJtiUsedTwice: token-replayed', async t => {
  const jti = 'one for two'
  await assertPresented(t, await ask(await said(await speech(), { jti })), [MEMBERSHIP])
  assertRefused(t, await ask(await said(await speech(), { jti })), 'credential-service', 'token-replayed')
})

scenario('cs_05_02_endpointDiscovery', async t => {
  t.equal(service, `${protocol}/dcp`)
})

const empty = { '@context': queryFor([])['@context'], type: 'PresentationQueryMessage' }
const definition = { id: 'definition', input_descriptors: [{ id: 'one', constraints: {} }] }

// biome-ignore format: a table is read by its columns
const faulty: readonly (readonly [id: string, path: string, bodies: readonly object[]])[] = [
  [ 'cs_05_04_01_invalidScopeAndPresentationRequest', '',       [{ ...queryFor([MEMBERSHIP]), presentationDefinition: definition }]         ],
  [ 'cs_05_04_01_emptyPresentationDefinition',        '',       [{ ...empty, presentationDefinition: null }]                                ],
  [ 'cs_05_04_02_emptyScopeExpect4xx',                '/scope', [queryFor([])]                                                              ],
  [ 'cs_05_04_02_emptyScopeExpect4xx, no scope',      '',       [empty]                                                                     ],
]

for (const [id, path, bodies] of faulty)
  scenario(`${id}: invalid`, async t => {
    for (const body of bodies) assertFaulty(t, await ask(await said(await speech()), body), path)
  })

scenario('cs_05_04_01_emptyPresentationDefinition: invalid, though the same access token is good', async t => {
  const same = await speech()
  const answer = await ask(await said(same), { ...empty, presentationDefinition: {} })
  t.match(answer, { status: 400, body: { code: 'invalid' }, rejected: [] })
  t.match(answer.body.faults, [{ path: /^\/presentationDefinition/ }])
  await assertPresented(t, await ask(await said(same)), [MEMBERSHIP])
})

// biome-ignore format: a table is read by its columns
const scopes: readonly (readonly [id: string, allowed: readonly string[], asked: readonly string[], presented: readonly string[]])[] = [
  [ 'cs_05_04_01_02_scopeByTypeRequest',                     [MEMBERSHIP],            [MEMBERSHIP],            [MEMBERSHIP] ],
  [ 'cs_05_04_01_02_lessScopesThanAuthorizedByTypeRequest',  [MEMBERSHIP, SENSITIVE], [SENSITIVE],             [SENSITIVE]  ],
  [ 'cs_05_04_01_02_invalidScopeEscalationRequest',          [MEMBERSHIP],            [MEMBERSHIP, SENSITIVE], [MEMBERSHIP] ],
  [ 'both, which the kit does not ask for',                  [MEMBERSHIP, SENSITIVE], [MEMBERSHIP, SENSITIVE], [MEMBERSHIP, SENSITIVE] ],
]

for (const [id, allowed, asked, presented] of scopes)
  scenario(id, async t => {
    const answer = await ask(await said(await speech(allowed)), queryFor(asked))
    t.same(answer.rejected, [])
    await assertPresented(t, answer, presented)
  })

scenario('credentials that came again, as they do before every test of the kit, are presented once', async t => {
  for (const _ of [1, 2]) await seed(world)
  await assertPresented(t, await ask(await said(await speech())), [MEMBERSHIP])
})

complete()
