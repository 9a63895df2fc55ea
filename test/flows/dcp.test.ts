import t, { type Test } from 'tap'
import { type Config, standardDcp } from '../../src/config/index.ts'
import { createConnector } from '../../src/connector.ts'
import { message } from '../../src/identity/credentials/messages.ts'
import type { TargetedOffer } from '../../src/negotiation/types.ts'
import { testConfig } from '../support/config.ts'
import { testDatabaseUrl } from '../support/database.ts'
import { idClaims, type Persona, plainHttp, signRaw, webHost } from '../support/dids.ts'
import { freePort } from '../support/ports.ts'

/** Two connectors that have never heard of each other, and an authority that both trust. */
async function dataSpace(t: Test) {
  const host = await webHost(t)
  const authority = host.persona('authority')
  const [provider, consumer] = [await participant(t, authority), await participant(t, authority)]
  return { authority, provider, consumer }
}

async function participant(t: Test, authority: Persona) {
  const [port, database] = [await freePort(), await testDatabaseUrl(t)]
  const did = `did:web:127.0.0.1%3A${port}`
  const base = testConfig({ id: did, database })
  const dcp = {
    ...standardDcp,
    plainHttp,
    trustedIssuers: [{ id: authority.did, types: ['MembershipCredential'] }],
    reuse: 0,
  }
  const config: Config = {
    ...base,
    protocol: { ...base.protocol, port },
    identity: { ...base.identity, mode: 'dcp', dcp },
    negotiation: { ...base.negotiation, counterOffers: 'refuse' },
  }
  const connector = await createConnector(config)
  t.teardown(() => connector.stop())
  const { protocol } = await connector.start()
  return { did, connector, protocol, address: `${protocol}/dsp/2025-1` }
}

type Participant = Awaited<ReturnType<typeof participant>>

/** The authority brings somebody a membership. */
async function admit(t: Test, authority: Persona, { did, protocol }: Participant, end: Date): Promise<void> {
  const now = new Date()
  const vc = {
    '@context': ['https://www.w3.org/2018/credentials/v1'],
    id: `urn:membership:${did}:${end.getTime()}`,
    type: ['VerifiableCredential', 'MembershipCredential'],
    issuer: authority.did,
    issuanceDate: new Date(now.getTime() - 60_000).toISOString(),
    expirationDate: end.toISOString(),
    credentialSubject: { id: did },
  }
  const payload = await signRaw(authority, {}, { iss: authority.did, sub: did, jti: vc.id, vc })
  const delivery = message('CredentialMessage', {
    issuerPid: 'one',
    holderPid: 'two',
    status: 'ISSUED',
    credentials: [{ credentialType: 'MembershipCredential', format: 'vc11-sl2021/jwt', payload }],
  })
  const token = await signRaw(authority, {}, idClaims(authority.did, did, now))
  const response = await fetch(`${protocol}/dcp/credentials`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify(delivery),
  })
  t.ok(response.ok, await response.text())
}

const inAnHour = () => new Date(Date.now() + 3_600_000)

const edc = { '@context': { '@vocab': 'https://w3id.org/edc/v0.0.1/ns/' } }

/** Asks a participant's management API. */
async function api({ connector }: Participant, path: string, body: object): Promise<unknown> {
  const response = await fetch(`${connector.urls().management}/management/v3/${path}`, {
    method: 'POST',
    headers: { 'x-api-key': 'a key for the tests', 'content-type': 'application/json' },
    body: JSON.stringify({ ...edc, ...body }),
  })
  const text = await response.text()
  if (!response.ok) throw new Error(`${path}: ${response.status} ${text}`)
  return JSON.parse(text)
}

/** Puts a dataset on offer for everybody who is let in. */
async function publish(who: Participant): Promise<void> {
  const dataAddress = { type: 'HttpData', baseUrl: 'http://127.0.0.1:9/wind.csv' }
  const policy = { '@context': 'http://www.w3.org/ns/odrl.jsonld', '@type': 'Set', permission: [{ action: 'use' }] }
  await api(who, 'assets', { '@id': 'wind', properties: {}, dataAddress })
  await api(who, 'policydefinitions', { '@id': 'open', policy })
  await api(who, 'contractdefinitions', {
    '@id': 'all',
    accessPolicyId: 'open',
    contractPolicyId: 'open',
    assetsSelector: [],
  })
}

/** Negotiates about that dataset until the negotiation has ended. */
async function negotiate(consumer: Participant, provider: Participant) {
  const offer = await offerOf(provider)
  const { connector } = consumer
  const { id } = await connector.negotiations.request({ counterparty: provider.did, address: provider.address, offer })
  for (;;) {
    await Promise.all([connector.outbox.drained(), provider.connector.outbox.drained()])
    const { state, error } = await connector.negotiations.get(id)
    if (state === 'FINALIZED' || state === 'TERMINATED') return { state, error }
  }
}

/** The offer as the provider's catalogue has it: who is not let in could have heard of it. */
async function offerOf({ connector }: Participant): Promise<TargetedOffer> {
  const { pieces } = await connector.catalog.page({ id: 'did:web:anybody', claims: {} }, { filter: [] })
  let text = ''
  for await (const piece of pieces) text += piece
  const { dataset } = JSON.parse(text) as { dataset: { '@id': string; hasPolicy: TargetedOffer[] }[] }
  const [offer] = dataset[0]?.hasPolicy ?? []
  if (!offer) throw new Error('nothing is on offer')
  return { ...offer, target: dataset[0]?.['@id'] ?? '' }
}

t.test('members of a data space who have never met negotiate a contract', async t => {
  const { authority, provider, consumer } = await dataSpace(t)
  await publish(provider)
  await admit(t, authority, provider, inAnHour())
  await admit(t, authority, consumer, inAnHour())
  t.match(await negotiate(consumer, provider), { state: 'FINALIZED', error: null })
})

t.test('who is no member is refused, with the reason', async t => {
  const { authority, provider, consumer } = await dataSpace(t)
  await publish(provider)
  await admit(t, authority, provider, inAnHour())
  t.match(await negotiate(consumer, provider), { state: 'TERMINATED', error: /no credential that we demand/ })
})

t.test(
  'a provider that is no member cannot agree, but it can tell so, and neither side waits for the other',
  async t => {
    const { authority, provider, consumer } = await dataSpace(t)
    await publish(provider)
    await admit(t, authority, consumer, inAnHour())
    t.match(await negotiate(consumer, provider), { state: 'TERMINATED', error: /no credential that we demand/ })
    const [theirs] = await provider.connector.negotiations.list()
    // What it has told us it writes down when it has heard our answer.
    const ended = await provider.connector.negotiations.get(theirs?.id ?? '')
    t.match(ended, { state: 'TERMINATED', sending: [], error: /no credential that we demand/ })
  },
)
