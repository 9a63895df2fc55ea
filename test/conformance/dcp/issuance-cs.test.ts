import { randomUUID } from 'node:crypto'
import t from 'tap'
import type { Reason } from '../../../src/identity/rejection.ts'
import { credentialMessage, offerMessage } from './issuer.ts'
import { scenariosOf } from './kit.ts'
import { assertFaulty, assertRefused } from './refusal.ts'
import { call, expired, fromTheFuture, type Misspoken, misspoken, said, startWorld } from './world.ts'

const { scenario, complete } = scenariosOf(t, 'issuance-cs')
const world = await startWorld(t)
const { did, issuer, third, connector } = world
const service = await world.serviceOf('CredentialService')
const speech = { by: issuer, to: did, other: third }

/** How much the wallet and the offers hold. */
async function held(): Promise<{ credentials: number; offers: number }> {
  const [row] = await connector.db.query<{ credentials: number; offers: number }>(
    `select (select count(*)::int from wallet_credential) as credentials,
       (select count(*)::int from credential_offer) as offers`,
  )
  return row ?? { credentials: 0, offers: 0 }
}

/** The two endpoints that issuers write to: what a good message is, and what it adds. */
const doors = {
  cs_06_05_01_credentialMessage: { path: '/credentials', message: () => credentialMessage(world), adds: [2, 0] },
  cs_06_06_01_credentialOfferMessage: { path: '/offers', message: async () => offerMessage(world), adds: [0, 1] },
} as const

const hour = 3_600

// biome-ignore format: a table is read by its columns
const tokens: readonly (readonly [suffix: string, reason: Reason, authorization: Misspoken])[] = [
  [ 'noAuthHeader',            'token-missing',       misspoken.noHeader        ],
  [ 'missingBearerPrefix',     'token-missing',       misspoken.noBearer        ],
  [ 'tokenSignedWithWrongKey', 'token-signature',     misspoken.wrongKey        ],
  [ 'tokenExpired',            'token-expired',       expired(hour)             ],
  [ 'iatInFuture',             'token-not-yet-valid', fromTheFuture('iat', hour) ],
  [ 'nbfViolated',             'token-not-yet-valid', fromTheFuture('nbf', hour) ],
  [ 'incorrectAudience',       'token-audience',      misspoken.otherAudience   ],
  [ 'issNotEqualToSub',        'token-issuer',        misspoken.otherSubject    ],
]

for (const [id, { path, message, adds }] of Object.entries(doors)) {
  const send = (authorization: string | undefined, body: object) =>
    world.refusal(() => call(service + path, { authorization, body }))

  /** Sends a message that is good but for the changes. */
  const sendChanged = async (changes: object) => send(await said(speech), { ...(await message()), ...changes })

  scenario(id, async t => {
    const before = await held()
    t.match(await sendChanged({}), { status: 200, rejected: [] })
    const [credentials, offers] = adds
    t.same(await held(), { credentials: before.credentials + credentials, offers: before.offers + offers })
  })

  for (const [suffix, reason, authorization] of tokens)
    scenario(`${id}_${suffix}: ${reason}`, async t => {
      const before = await held()
      assertRefused(t, await send(await authorization(speech), await message()), 'credential-service', reason)
      t.same(await held(), before, 'nothing was kept')
    })

  scenario(`${id}_jtiAlreadyUsed: token-replayed`, async t => {
    const authorization = await said(speech)
    const body = await message()
    t.match(await send(authorization, body), { status: 200, rejected: [] })
    assertRefused(t, await send(authorization, body), 'credential-service', 'token-replayed')
  })

  scenario(`${id}_invalidBody: invalid`, async t => {
    const [name, value] = path === '/offers' ? ['issuer', null] : ['holderPid', undefined]
    const before = await held()
    assertFaulty(t, await sendChanged({ [name]: value }), `/${name}`)
    t.same(await held(), before, 'nothing was kept')
  })

  scenario(`${id} of an issuer whom nobody trusts, which the kit does not try: issuer-not-trusted`, async t => {
    const before = await held()
    const theirs = {
      ...(await doors[id as keyof typeof doors].message()),
      ...(path === '/offers' && { issuer: third.did }),
    }
    const answer = await send(await said({ by: third, to: did }), theirs)
    // Its credentials are another's: that is seen first.
    assertRefused(t, answer, 'credential-service', path === '/offers' ? 'issuer-not-trusted' : 'credential-issuer')
    t.same(await held(), before, 'nothing was kept')
  })
}

scenario('cs_06_05_01_credentialMessage_invalidStatus: invalid', async t => {
  const body = { ...(await credentialMessage(world)), status: 'INVALID_STATUS' }
  const answer = await world.refusal(async () =>
    call(`${service}/credentials`, { authorization: await said(speech), body }),
  )
  assertFaulty(t, answer, '/status')
})

scenario('cs_06_06_01_credentialOfferMessage_onlyIds', async t => {
  const body = { ...offerMessage(world), credentials: [{ id: randomUUID() }, { id: randomUUID() }] }
  const before = host()
  const answer = await world.refusal(async () => call(`${service}/offers`, { authorization: await said(speech), body }))
  t.match(answer, { status: 200, rejected: [] })
  t.same(host(), before, 'ids are looked up later, not before the answer')
})

/** What the host of the cast was asked for, apart from DID documents. */
const host = () => world.host.asked.filter(each => !each.endsWith('/did.json'))

complete()
