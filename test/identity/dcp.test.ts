import t, { type Test } from 'tap'
import { standardDcp } from '../../src/config/index.ts'
import { createConnector } from '../../src/connector.ts'
import { decodeCompact } from '../../src/keys/index.ts'
import { giveAgreement } from '../support/agreements.ts'
import { testConfig } from '../support/config.ts'
import { testDatabaseUrl } from '../support/database.ts'
import { documentOf, idClaims, plainHttp, signRaw, type WebHost, webHost } from '../support/dids.ts'
import { freePort } from '../support/ports.ts'
import { assertValid } from '../support/spec.ts'

const MEMBER = 'org.eclipse.dspace.dcp.vc.type:MembershipCredential:read'
const PARTNER = 'org.eclipse.dspace.dcp.vc.type:PartnerCredential:read'

/** A connector that trusts an authority, and Alice, whose credential service gives whatever membership she has. */
async function dataSpace(t: Test) {
  const [host, port, database] = [await webHost(t), await freePort(), await testDatabaseUrl(t)]
  const [alice, authority] = [host.persona('alice'), host.persona('authority')]
  const did = `did:web:127.0.0.1%3A${port}:us`
  const base = testConfig({ id: did, database })
  const dcp = {
    ...standardDcp,
    plainHttp,
    trustedIssuers: [{ id: authority.did, types: ['MembershipCredential', 'PartnerCredential'] }],
    policyScopes: [{ operand: 'partner', scopes: [PARTNER] }],
  }
  const log: string[] = []
  const connector = await createConnector(
    {
      ...base,
      protocol: { ...base.protocol, port },
      identity: { ...base.identity, mode: 'dcp', dcp },
      log: { level: 'trace', format: 'json' },
    },
    { log: { write: line => log.push(line) } },
  )
  t.teardown(() => connector.stop())
  const { protocol } = await connector.start()

  const now = new Date()
  const seconds = Math.floor(now.getTime() / 1_000)
  const membership = (change: object = {}) =>
    signRaw(
      authority,
      {},
      {
        iss: authority.did,
        exp: seconds + 3_600,
        vc: {
          '@context': ['https://www.w3.org/2018/credentials/v1'],
          type: ['VerifiableCredential', 'MembershipCredential'],
          issuer: authority.did,
          credentialSubject: { id: alice.did },
          ...change,
        },
      },
    )
  alice.document = documentOf(alice.did, [alice.signer], {
    service: [{ id: '#cs', type: 'CredentialService', serviceEndpoint: `${host.url}/cs` }],
  })
  const asked = holds(host, async () => [
    await signRaw(
      alice,
      {},
      {
        iss: alice.did,
        aud: did,
        exp: seconds + 300,
        vp: { type: ['VerifiablePresentation'], verifiableCredential: await wallet() },
      },
    ),
  ])
  let wallet = async () => [await membership()]

  const idToken = (claims: object = {}) =>
    signRaw(alice, {}, idClaims(alice.did, did, now, { token: 'opaque', ...claims }))
  const say = async (path: string, message: object, token: string) => {
    const response = await fetch(`${protocol}/dsp/2025-1${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: JSON.stringify({ '@context': ['https://w3id.org/dspace/2025/1/context.jsonld'], ...message }),
    })
    return { status: response.status, body: (await response.json()) as Record<string, unknown> }
  }
  const request = async (token?: string) =>
    say('/catalog/request', { '@type': 'CatalogRequestMessage' }, token ?? (await idToken()))
  return {
    did,
    protocol,
    alice,
    authority,
    host,
    asked,
    idToken,
    membership,
    say,
    request,
    connector,
    log,
    setWallet: (get: typeof wallet) => {
      wallet = get
    },
    rejected: () => log.map(line => JSON.parse(line)).filter(({ msg }) => msg === 'identity rejected'),
  }
}

/** Alice's credential service; gives the bodies of the queries it gets. */
function holds(host: WebHost, presentations: () => Promise<readonly string[]>) {
  const asked: { scope: readonly string[] }[] = []
  host.put('/cs/presentations/query', async (request, response) => {
    let text = ''
    for await (const chunk of request) text += chunk
    asked.push(JSON.parse(text))
    const context = ['https://w3id.org/dspace-dcp/v1.0/dcp.jsonld']
    const presentation = await presentations()
    response.end(JSON.stringify({ '@context': context, type: 'PresentationResponseMessage', presentation }))
  })
  return asked
}

t.test('a participant who presents what is demanded is let in, and asked once', async t => {
  const { request, asked } = await dataSpace(t)
  t.match(await request(), { status: 200, body: { '@type': 'Catalog' } })
  t.match(await request(), { status: 200 })
  t.same(
    asked.map(({ scope }) => scope),
    [[MEMBER]],
  )
})

t.test('our DID document names our keys and services, and what we sign is verified by it', async t => {
  const { did, protocol, connector } = await dataSpace(t)
  const document = (await (await fetch(`${protocol}/us/did.json`)).json()) as {
    id: string
    capabilityInvocation: string[]
    service: { type: string; serviceEndpoint: string }[]
  }
  t.equal(document.id, did)
  t.same(
    document.service.map(({ type, serviceEndpoint }) => [type, serviceEndpoint]),
    [
      ['DataService', `${protocol}/.well-known/dspace-version`],
      ['CatalogService', `${protocol}/dsp/2025-1/catalog`],
      ['CredentialService', `${protocol}/dcp`],
    ],
  )
  t.ok((await fetch(document.service[0]?.serviceEndpoint ?? '')).ok)
  t.equal(document.capabilityInvocation.length, 1)
  t.ok(connector.urls())
})

t.test('strangers are told by which protocol we know each other, before they know us', async t => {
  const { did, protocol } = await dataSpace(t)
  const body = (await (await fetch(`${protocol}/.well-known/dspace-version`)).json()) as object
  const auth = { protocol: 'DCP', version: '1.0', profile: ['vc11-sl2021/jwt', 'vc20-bssl/jwt'] }
  t.match(body, { protocolVersions: [{ serviceId: did, identifierType: 'did:web', auth }] })
  assertValid(t, { '@type': 'VersionResponse', ...body })
})

t.test('who is not accepted learns little, and the log has the whole reason, but never a token', async t => {
  const space = await dataSpace(t)
  const replayed = await space.idToken()
  await space.request(replayed)
  t.match(await space.request(replayed), { status: 401, body: { '@type': 'CatalogError', code: 'unauthenticated' } })
  t.match(await space.request('not.a.token'), { status: 401 })
  t.match(await space.request(await space.idToken({ token: undefined })), { status: 401 })
  t.same(
    space.rejected().map(({ door, reason }) => [door, reason]),
    [
      ['dsp', 'token-replayed'],
      ['dsp', 'token-malformed'],
      ['dsp', 'token-without-access'],
    ],
  )
  t.notMatch(space.log.join(''), replayed.slice(0, 100))
  t.notMatch(space.log.join(''), replayed.split('.')[2] ?? '')
})

t.test('who has no membership any more is refused for good, with a sentence', async t => {
  const space = await dataSpace(t)
  space.setWallet(async () => [await space.membership({ expirationDate: '2020-01-01T00:00:00Z' })])
  t.match(await space.request(), {
    status: 403,
    body: { code: 'forbidden', reason: [/credential that you presented has expired/] },
  })
  space.setWallet(async () => [await space.membership({ type: ['VerifiableCredential', 'PartnerCredential'] })])
  t.match(await space.request(), { status: 403, body: { reason: [/no credential that we demand/] } })
  t.same(
    space.rejected().map(({ reason }) => reason),
    ['credential-expired', 'credential-missing'],
  )
})

t.test('a request for a contract is asked for what its policy asks for, others only for what everybody is', async t => {
  const { say, idToken, asked } = await dataSpace(t)
  const constraint = [{ or: [{ leftOperand: 'partner', operator: 'eq', rightOperand: 'gold' }] }]
  const offer = {
    '@id': 'urn:offer',
    '@type': 'Offer',
    target: 'urn:data',
    permission: [{ action: 'use', constraint }],
  }
  const message = {
    '@type': 'ContractRequestMessage',
    consumerPid: 'urn:1',
    callbackAddress: 'http://127.0.0.1:9/',
    offer,
  }
  const { status } = await say('/negotiations/request', message, await idToken())
  t.ok(status >= 400 && status < 500, 'there is no such offer')
  t.same(
    asked.map(({ scope }) => scope),
    [[MEMBER, PARTNER]],
  )
})

/** Alice's request for a contract about that offer. */
const contractRequest = (offer: object, type = 'ContractRequestMessage', pid = 'consumerPid') => ({
  '@type': type,
  [pid]: 'urn:1',
  callbackAddress: 'http://127.0.0.1:9/',
  offer: { '@type': 'Offer', target: 'wind', ...offer },
})

/** Publishes a dataset under terms that ask for a partner, and gives the offer's id. */
async function publish({ catalog }: Awaited<ReturnType<typeof createConnector>>): Promise<string> {
  const constraint = [{ leftOperand: 'PartnerCredential', operator: 'eq', rightOperand: 'active' }]
  await catalog.policies.create({ id: 'open', policy: { permission: [{ action: 'use' }] } })
  await catalog.policies.create({ id: 'partners', policy: { permission: [{ action: 'use', constraint }] } })
  const source = { type: 'HttpData', baseUrl: 'http://127.0.0.1:9/' }
  await catalog.datasets.create({ id: 'wind', properties: {}, source })
  await catalog.publications.create({ id: 'all', accessPolicyId: 'open', contractPolicyId: 'partners', selector: [] })
  const text = await catalog.dataset({ id: 'did:web:anybody', claims: {} }, 'wind')
  return (JSON.parse(text ?? '{}') as { hasPolicy: [{ '@id': string }] }).hasPolicy[0]['@id']
}

t.test('a request that only names an offer is asked for what the published terms ask for', async t => {
  const { say, idToken, asked, connector } = await dataSpace(t)
  const offer = await publish(connector)
  t.match(await say('/negotiations/request', contractRequest({ '@id': offer }), await idToken()), { status: 201 })
  t.same(asked, [{ ...asked[0], scope: [MEMBER, PARTNER] }])
})

t.test('whoever guesses at an offer is asked for nothing of its terms', async t => {
  const { say, idToken, asked, connector } = await dataSpace(t)
  const guess = (await publish(connector)).replace(/.$/, digit => (digit === '0' ? '1' : '0'))
  await say('/negotiations/request', contractRequest({ '@id': guess }), await idToken())
  t.same(asked, [{ ...asked[0], scope: [MEMBER] }])
})

t.test('a request for data is asked for what the agreement asks for', async t => {
  const { say, idToken, asked, connector, did, alice } = await dataSpace(t)
  const constraint = [{ leftOperand: 'PartnerCredential', operator: 'eq', rightOperand: 'active' }]
  await giveAgreement(connector.db, {
    id: 'urn:agreement',
    role: 'provider',
    participantId: did,
    counterparty: alice.did,
    datasetId: 'wind',
    permission: [{ action: 'use', constraint }],
  })
  const message = {
    '@type': 'TransferRequestMessage',
    consumerPid: 'urn:1',
    agreementId: 'urn:agreement',
    format: 'HttpData-PULL',
    callbackAddress: 'http://127.0.0.1:9/',
  }
  await say('/transfers/request', message, await idToken())
  t.same(asked, [{ ...asked[0], scope: [MEMBER, PARTNER] }])
})

t.test('a provider is not asked for what the policy of its offer demands of consumers', async t => {
  const { say, idToken, asked } = await dataSpace(t)
  const constraint = [{ leftOperand: 'PartnerCredential', operator: 'eq', rightOperand: 'active' }]
  const offer = contractRequest(
    { '@id': 'urn:offer', permission: [{ action: 'use', constraint }] },
    'ContractOfferMessage',
    'providerPid',
  )
  t.match(await say('/negotiations/offers', offer, await idToken()), { status: 201 })
  t.same(asked, [{ ...asked[0], scope: [MEMBER] }])
})

t.test('whoever ends something need not show credentials, only who it is', async t => {
  const { say, idToken, asked, connector, alice } = await dataSpace(t)
  const offer = { '@id': 'urn:offer', target: 'urn:data', permission: [{ action: 'use' }] }
  await say('/negotiations/offers', contractRequest(offer, 'ContractOfferMessage', 'providerPid'), await idToken())
  const [negotiation] = await connector.negotiations.list()
  const end = {
    '@type': 'ContractNegotiationTerminationMessage',
    providerPid: 'urn:1',
    consumerPid: negotiation?.id ?? '',
    reason: ['revoked'],
  }
  const path = `/negotiations/${negotiation?.id}/termination`
  const token = await idToken({ token: undefined })
  t.match(await say(path, end, token), { status: 200 })
  t.match(await connector.negotiations.find(negotiation?.id ?? ''), { state: 'TERMINATED', counterparty: alice.did })
  t.equal(asked.length, 1, 'for the offer')
  t.match(await say(path, end, token), { status: 401 }, 'a token counts once all the same')
})

t.test('a message that cannot be understood costs its sender a token, and nobody is asked about it', async t => {
  const { say, idToken, asked } = await dataSpace(t)
  t.match(await say('/negotiations/request', { '@type': 'ContractRequestMessage' }, await idToken()), { status: 400 })
  t.same(asked, [])
})

t.test(
  'what we send carries an ID token for the receiver, with an access token for what the policy asks for',
  async t => {
    const { host, alice, connector, did } = await dataSpace(t)
    const seen: string[] = []
    host.put('/callback/negotiations/request', (request, response) => {
      seen.push(request.headers.authorization ?? '')
      response.writeHead(201).end(JSON.stringify({ providerPid: 'urn:theirs' }))
    })
    const constraint = [{ leftOperand: 'partner', operator: 'eq', rightOperand: 'gold' }]
    const offer = {
      '@id': 'urn:offer',
      '@type': 'Offer' as const,
      target: 'urn:data',
      permission: [{ action: 'use', constraint }],
    }
    await connector.negotiations.request({ counterparty: alice.did, address: `${host.url}/callback`, offer })
    await connector.outbox.drained()
    const { header, payload } = decodeCompact((seen[0] ?? '').replace('Bearer ', ''))
    t.match(header.kid, `${did}#`)
    t.match(payload, { iss: did, sub: did, aud: alice.did })
    t.match(decodeCompact(String(payload.token)).payload, { sub: alice.did, scope: `${MEMBER} ${PARTNER}` })
  },
)
