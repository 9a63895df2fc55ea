import t, { type Test } from 'tap'
import { type Config, standardDcp } from '../../src/config/index.ts'
import { documentOf, type Persona, plainHttp, type WebHost, webHost } from '../support/dids.ts'
import { freshSigner } from '../support/keys.ts'
import { freePort } from '../support/ports.ts'
import {
  type Answers,
  answering,
  errorOf,
  foundAt,
  illIn,
  off,
  ourVersion,
  startPeer,
  startUs,
  versionsOf,
} from './peer.ts'

const dcpConfig = (config: Config, more: Partial<Config['identity']['dcp']> = {}): Partial<Config> => ({
  identity: { mode: 'dcp', participants: [], dcp: { ...standardDcp, plainHttp, required: [], ...more } },
  wallet: config.wallet,
})

/** A peer with a DID document, a credential service and a connector, all on one host. */
async function startPersona(
  t: Test,
  answers: Answers = {},
): Promise<{ host: WebHost; peer: Persona; services: readonly object[] }> {
  const host = await webHost(t)
  const peer = host.persona('peer')
  const { url } = host
  const auth = { protocol: 'DCP', version: '1.0', profile: ['vc11-sl2021/jwt'] }
  const all: Answers = {
    'GET /.well-known/dspace-version': [200, versionsOf(ourVersion({ serviceId: peer.did, auth }))],
    'POST /cs/presentations/query': [401, {}],
    ...answers,
  }
  for (const path of ['/.well-known/dspace-version', '/cs/presentations/query', '/dsp/2025-1/catalog/request'])
    host.put(path, answering(all))
  const services = [
    { id: `${peer.did}#c`, type: 'DataService', serviceEndpoint: `${url}/.well-known/dspace-version` },
    { id: `${peer.did}#s`, type: 'CredentialService', serviceEndpoint: `${url}/cs` },
  ]
  peer.document = documentOf(peer.did, [peer.signer], { service: services })
  return { host, peer, services }
}

/** Us, with a DID whose host is our own protocol port. */
async function startDcp(t: Test, more: Partial<Config['identity']['dcp']> = {}) {
  const port = await freePort()
  const id = `did:web:127.0.0.1%3A${port}`
  return startUs(t, config => ({ ...dcpConfig(config, more), protocol: { ...config.protocol, port } }), id)
}

/** Checks that come before anything that this peer, which has no negotiations, would be asked. */
const early = ['did-document', 'credential-service', 'own-url', 'own-did-document', 'own-token']

t.test('a peer is found by its DID alone, and both DID documents and a token of ours hold', async t => {
  const us = await startDcp(t)
  const { peer, host } = await startPersona(t)
  t.match(await us.ask('/peers/find', { peer: peer.did }), {
    status: 200,
    body: { id: peer.did, address: `${host.url}/dsp/2025-1` },
  })
  t.match(
    await us.ask('/peers/find', { peer: host.url }),
    { status: 200, body: { id: peer.did } },
    'the document proves it',
  )
  const found = await us.examine({ peer: peer.did })
  for (const check of early) t.match(foundAt(found, check), { outcome: 'well' }, check)
})

t.test('what is wrong with a DID document of theirs is their affair', async t => {
  const us = await startDcp(t)
  const { peer, host, services } = await startPersona(t)
  const { did, signer } = peer
  const good = peer.document
  // biome-ignore format: a table is read by its columns
  const table = [
    [ 'a key that is for nothing',  documentOf(did, [signer], { service: services, capabilityInvocation: [] }), 'did-document',       /no key for capabilityInvocation/ ],
    [ 'no key at all',              documentOf(did, [], { service: services }),                                 'did-document',       /no key for capabilityInvocation/ ],
    [ "somebody else's document",   documentOf('did:web:else.example', [signer]),                               'did-document',       /DID document/ ],
    [ 'no credential service',      documentOf(did, [signer], { service: services.slice(0, 1) }),               'credential-service', /names no CredentialService/ ],
  ] as const
  for (const [what, document, check, finding] of table) {
    peer.document = document
    const found = await us.examine({ peer: did, address: host.url })
    t.match(foundAt(found, check), { outcome: 'ill', side: 'theirs', finding }, what)
  }
  peer.document = good
  host.put('/peer/did.json', (_, response) => response.writeHead(404).end())
  const gone = await us.examine({ peer: did, address: host.url })
  t.match(foundAt(gone, 'did-document'), { outcome: 'ill', side: 'theirs', finding: /answered 404/ })
})

t.test('a credential service that is not there is their affair', async t => {
  const us = await startDcp(t)
  for (const status of [404, 405, 500]) {
    const { peer } = await startPersona(t, { 'POST /cs/presentations/query': [status, '<h1>canary</h1>'] })
    const found = await us.examine({ peer: peer.did })
    t.match(foundAt(found, 'credential-service'), {
      outcome: 'ill',
      side: 'theirs',
      finding: new RegExp(`answers ${status}`),
    })
    t.notMatch(JSON.stringify(found), /canary/)
  }
})

t.test('a DID document of ours with another key, or with none of it, is our affair', async t => {
  const host = await webHost(t)
  const ours = host.persona('us')
  const us = await startUs(t, dcpConfig, ours.did)
  const { peer } = await startPersona(t)
  const old = await us.examine({ peer: peer.did })
  t.match(foundAt(old, 'own-token'), {
    outcome: 'ill',
    side: 'ours',
    finding: /The key that signs our tokens is not in our DID document/,
  })
  const elsewhere = { id: `${ours.did}#c`, type: 'CredentialService', serviceEndpoint: 'https://elsewhere.example/dcp' }
  ours.document = documentOf(ours.did, [freshSigner('ES256')], { service: [elsewhere] })
  const moved = await us.examine({ peer: peer.did })
  t.match(foundAt(moved, 'own-did-document'), {
    outcome: 'ill',
    side: 'ours',
    finding: /names https:\/\/elsewhere\.example, but we are at/,
  })
  host.put('/us/did.json', (_, response) => response.writeHead(404).end())
  const gone = await us.examine({ peer: peer.did })
  t.match(foundAt(gone, 'own-did-document'), { outcome: 'ill', side: 'ours', finding: /answered 404/ })
})

t.test('by a clock that is ten minutes ahead our tokens have expired', async t => {
  const us = await startDcp(t)
  const { peer } = await startPersona(t)
  const auth = { protocol: 'DCP', version: '1.0', profile: [] }
  const ahead = await startPersona(t, {
    'GET /.well-known/dspace-version': [200, versionsOf(ourVersion({ auth })), off(600)],
  })
  const found = await us.examine({ peer: peer.did, address: ahead.host.url })
  t.match(foundAt(found, 'clock'), { outcome: 'ill', side: 'between', finding: /\d+ s ahead/ })
  t.match(foundAt(found, 'own-token'), {
    outcome: 'ill',
    side: 'between',
    finding: /By their clock, a token of ours has expired/,
  })
})

t.test('a token that is refused although ours is in order is their affair, or one of credentials', async t => {
  const us = await startDcp(t)
  for (const [status, side] of [
    [401, 'theirs'],
    [403, 'ours'],
  ] as const) {
    const host = await webHost(t)
    const peer = host.persona('peer')
    const refusal = errorOf('ContractNegotiationError', 'A DID document could not be used')
    const auth = { protocol: 'DCP', version: '1.0', profile: [] }
    const proxy = await startPeer(t, {
      'GET /.well-known/dspace-version': [200, versionsOf(ourVersion({ serviceId: peer.did, auth }))],
      'GET /dsp/2025-1/negotiations/': [status, refusal],
    })
    const found = await us.examine({ peer: peer.did, address: proxy })
    t.match(foundAt(found, 'recognised'), { outcome: 'ill', side, finding: /A DID document could not be used/ })
  }
})

t.test('a credential that we lack is our affair, with the command that asks for it', async t => {
  const us = await startDcp(t, { required: ['MembershipCredential'] })
  const { peer } = await startPersona(t)
  const found = await us.examine({ peer: peer.did })
  t.match(foundAt(found, 'credentials'), {
    outcome: 'ill',
    side: 'ours',
    finding: 'We hold no valid MembershipCredential, which they will ask for.',
    advice: 'kontor credentials request ISSUER MembershipCredential',
  })
  t.ok(illIn(found).includes('credentials'))
})
