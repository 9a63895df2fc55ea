import { createHmac } from 'node:crypto'
import { gzipSync } from 'node:zlib'
import t from 'tap'
import type { Reason } from '../../src/identity/rejection.ts'
import { requestCatalogue } from '../conformance/dcp/catalogue.ts'
import { startHolder } from '../conformance/dcp/holder.ts'
import { assertRefused } from '../conformance/dcp/refusal.ts'
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
  said,
  seconds,
  startWorld,
} from '../conformance/dcp/world.ts'
import { documentOf, type Persona, signRaw } from '../support/dids.ts'

/** Everything that a peer shows and that nobody else may see. */
const canary = 'canary-of-the-attacker'

/** Small on their way. Packed before anybody asks: that takes a while, in which a time limit could pass. */
const [drop, flood] = [gzipSync(Buffer.alloc(8_388_608, ' ')), gzipSync(Buffer.alloc(67_108_864, ' '))]

// Who makes us wait is given up soon.
const world = await startWorld(t, { network: { timeout: 2_000 } })
const service = startHolder(t, world)
const { did, holder, third, issuer, host } = world

/** A holder's speech that opens its credential service to us. */
const speech = () => ({ by: holder, to: did, other: third, more: { token: service.grant([MEMBERSHIP]) } })

const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url')

/** The old confusion: the public key, which everybody knows, taken for a shared secret. */
function hmac(who: Persona, token: string): string {
  const [, payload] = token.split('.')
  const signed = `${part({ alg: 'HS256', typ: 'JWT', kid: who.kid })}.${payload}`
  return `${signed}.${createHmac('sha256', JSON.stringify(who.signer.publicJwk)).update(signed).digest('base64url')}`
}

/** Unsigned: with the signature of another algorithm, or with none at all. */
const none = (token: string, signature = ''): string =>
  `${part({ alg: 'none', typ: 'JWT' })}.${token.split('.')[1]}.${signature}`

const bearer = (token: string): string => `Bearer ${token}`
const tokenOf = (authorization: string): string => authorization.replace('Bearer ', '')

/** Somebody whose DID document is not where it should be, or not what it should be. */
function unresolvable(name: string, put: (path: string) => void): Misspoken {
  return ({ to, more }) => {
    const persona = host.persona(name)
    put(`/${name}/did.json`)
    return said({ by: persona, to, more: { ...more } })
  }
}

const elsewhere = (address: string): Misspoken => {
  const who = `did:web:${address}`
  return ({ by, to, more }) => said({ by: { ...by, did: who, kid: `${who}#${by.signer.kid}` }, to, more: { ...more } })
}

/** ID tokens that are perfect but for one thing. */
// biome-ignore format: a table is read by its columns
const tokens: readonly (readonly [what: string, reason: Reason, authorization: Misspoken])[] = [
  [ 'alg none and no signature',               'token-malformed',      async s => bearer(none(tokenOf(await said(s))))                     ],
  [ 'alg none and a signature',                'token-algorithm',      async s => bearer(none(tokenOf(await said(s)), 'AAAA'))             ],
  [ 'HS256 with the public key',               'token-algorithm',      async s => bearer(hmac(s.by, tokenOf(await said(s))))               ],
  [ 'the algorithm of another key',            'token-algorithm',      s => said(s, {}, { alg: 'PS256' })                                  ],
  [ 'the kid of another DID',                  'key-of-another',       s => said({ ...s, by: { ...third, did: s.by.did } })                ],
  [ 'the signature of another key',            'token-signature',      misspoken.wrongKey                                                  ],
  [ 'a key of its own, embedded',              'token-brings-key',     s => said({ ...s, by: { ...third, did: s.by.did } }, {}, { kid: s.by.kid, jwk: third.signer.publicJwk }) ],
  [ 'a jku',                                   'token-brings-key',     s => said(s, {}, { jku: `${host.url}/keys` })                       ],
  [ 'an x5u',                                  'token-brings-key',     s => said(s, {}, { x5u: `${host.url}/certificate` })                ],
  [ 'an x5c',                                  'token-brings-key',     s => said(s, {}, { x5c: ['AAAA'] })                                 ],
  [ 'the audience of another',                 'token-audience',       misspoken.otherAudience                                             ],
  [ 'two audiences',                           'token-audience',       s => said(s, { aud: [did, third.did] })                             ],
  [ 'an end a minute ago',                     'token-expired',        expired(60)                                                         ],
  [ 'a beginning in a minute',                 'token-not-yet-valid',  fromTheFuture('nbf', 60)                                            ],
  [ 'a life of a year',                        'token-lives-too-long', s => said(s, { exp: seconds(31_536_000) })                          ],
  [ 'brackets nested a thousand times',        'token-malformed',      async s => bearer(deep(await said(s), 1_000))                       ],
  [ 'thirteen kilobytes',                      'token-malformed',      s => said(s, { more: canary.repeat(500) })                          ],
  [ 'a document behind a redirect',            'did-redirected',       unresolvable('redirected', path => host.put(path, (_, response) => response.writeHead(302, { location: `${host.url}/holder/did.json` }).end())) ],
  [ 'a document of another DID',               'did-document-invalid', unresolvable('borrowed', path => host.put(path, () => {}) ?? host.put(path, holder.document)) ],
  [ 'a document that lists a key of another',  'did-document-invalid', unresolvable('claiming', path => host.put(path, { ...documentOf(didOf('claiming'), []), verificationMethod: [{ id: holder.kid, type: 'JsonWebKey2020', controller: holder.did, publicKeyJwk: third.signer.publicJwk }] })) ],
  [ 'a document of a megabyte',                'did-document-invalid', unresolvable('huge', path => host.put(path, 'x'.repeat(1_048_576)))  ],
  [ 'a document that never ends',              'did-unreachable',      unresolvable('endless', path => host.put(path, (_, response) => { response.write('{') })) ],
  [ 'a document that bursts when unpacked',    'did-document-invalid', unresolvable('bomb', path => host.put(path, (_, response) => response.setHeader('content-encoding', 'gzip').end(drop))) ],
  [ 'a document at a private address',         'did-unreachable',      elsewhere('10.0.0.1')                                               ],
  [ 'a document at the cloud’s metadata',      'did-unreachable',      elsewhere('169.254.169.254')                                        ],
  [ 'a document at an address in other words', 'did-unreachable',      elsewhere('0x0a000001')                                             ],
]

const didOf = (name: string): string => holder.did.replace(/holder$/, name)

/** The same token, its payload so deeply nested that a parser which recurses would not come back. */
function deep(authorization: string, levels: number): string {
  const [header, , signature] = tokenOf(authorization).split('.')
  const payload = Buffer.from(`{"a":${'['.repeat(levels)}${']'.repeat(levels)}}`).toString('base64url')
  return `${header}.${payload}.${signature}`
}

/** All JWTs that were shown, to look for them later. */
const shown = new Set<string>()
const show = (token: string): string => {
  shown.add(token)
  return token
}

for (const [what, reason, authorization] of tokens)
  t.test(`an ID token with ${what} gets nobody a catalogue: ${reason}`, async t => {
    service.queries.length = 0
    const header = (await authorization(speech())) ?? ''
    show(tokenOf(header))
    assertRefused(t, await requestCatalogue(world, header), 'dsp', reason)
    t.same(service.queries, [], 'and nobody was asked for credentials')
  })

const membership = async (differences: Differences = {}): Promise<string> =>
  show(await credential(world, MEMBERSHIP, holder.did, { ...differences, claims: { canary, ...differences.claims } }))
const one = async (credentials: unknown, differences: Differences = {}) => [
  show(await presentation(world, credentials, { ...differences, claims: { canary, ...differences.claims } })),
]
/** What must be open to everybody: how we are reached, our keys, and what whoever verifies a credential of ours needs. */
const open = /\/\.well-known\/|^\/issuer\/(?:metadata|status\/|schemas\/)/

t.test('no door of the protocol plane opens to who has no good token', async t => {
  const doors = world.connector.endpoints.filter(({ plane, path }) => plane === 'protocol' && !open.test(path))
  t.ok(doors.some(({ path }) => path.startsWith('/dcp/')) && doors.some(({ path }) => path.startsWith('/issuer/')))
  for (const { method, path } of doors)
    for (const authorization of [undefined, 'Bearer ', 'Bearer e30.e30.e30', `Basic ${canary}`]) {
      const answer = await world.refusal(() =>
        call(world.protocol + path.replaceAll(/:\w+/g, 'x'), { authorization, ...(method === 'POST' && { body: {} }) }),
      )
      t.match(
        answer,
        { status: 401, rejected: [{ reason: /^token-(?:missing|malformed|algorithm)$/ }] },
        `${method} ${path}`,
      )
    }
})

const holding = async (differences: Differences) => one([await membership(differences)])
const forgedBy = (who: Persona): Differences => ({ by: { ...third, kid: who.kid } })

/** A credential in a credential in a credential: a reader that opened them all would be busy. */
async function nested(levels: number): Promise<string> {
  return levels === 0
    ? membership()
    : membership({ inside: { verifiableCredential: [await nested(levels - 1), await nested(levels - 1)] } })
}

/** A credential whose status is told in a list that is this. */
async function listedIn(name: string, content: Parameters<typeof host.put>[1]): Promise<Differences> {
  const url = `${host.url}/status/${name}`
  host.put(`/status/${name}`, content)
  return { inside: { credentialStatus: entryIn(url) } }
}

const entryIn = (url: string): object => ({
  id: `${url}#1`,
  type: 'BitstringStatusListEntry',
  statusPurpose: 'revocation',
  statusListIndex: '1',
  statusListCredential: url,
})

/** A list that its issuer has signed, and that grows to a hundred megabytes when it is unpacked. */
async function bomb(name: string): Promise<string> {
  const url = `${host.url}/status/${name}`
  const encodedList = `u${gzipSync(Buffer.alloc(100_663_296)).toString('base64url')}`
  return signRaw(
    issuer,
    { typ: 'vc+jwt' },
    {
      '@context': ['https://www.w3.org/ns/credentials/v2'],
      id: url,
      type: ['VerifiableCredential', 'BitstringStatusListCredential'],
      issuer: issuer.did,
      credentialSubject: { type: 'BitstringStatusList', statusPurpose: 'revocation', encodedList },
    },
  )
}

const endless = `did:web:${'a'.repeat(20_000)}`

/** What a holder presents that is perfect but for one thing. */
// biome-ignore format: a table is read by its columns
const presented: readonly (readonly [what: string, reason: Reason, present: () => Promise<readonly unknown[]>])[] = [
  [ 'a presentation with alg none',               'presentation-signature',  async () => [none((await holding({}))[0] ?? '', 'AAAA')]                     ],
  [ 'a presentation with HS256',                  'presentation-signature',  async () => [hmac(holder, (await holding({}))[0] ?? '')]                      ],
  [ 'a presentation that another signed',         'key-of-another',          async () => one([await membership()], { by: third })                         ],
  [ 'a presentation with a forged signature',     'presentation-signature',  async () => one([await membership()], forgedBy(holder))                      ],
  [ 'a presentation that brings its key',         'presentation-malformed',  async () => one([await membership()], { header: { jwk: holder.signer.publicJwk } }) ],
  [ 'a presentation with a jku',                  'presentation-malformed',  async () => one([await membership()], { header: { jku: `${host.url}/keys` } }) ],
  [ 'the presentation of another',                'presentation-holder',     async () => one([await membership()], { claims: { iss: third.did } })         ],
  [ 'a presentation for another',                 'presentation-audience',   async () => one([await membership()], { claims: { aud: third.did } })         ],
  [ 'a presentation that has ended',              'presentation-time',       async () => one([await membership()], { claims: { exp: seconds(-60) } })      ],
  [ 'a presentation from the future',             'presentation-time',       async () => one([await membership()], { claims: { nbf: seconds(60) } })       ],
  [ 'two megabytes',                              'presentation-too-large',  async () => [canary.repeat(100_000)]                                         ],
  [ 'a presentation of three hundred kilobytes',  'presentation-malformed',  async () => one([await membership()], { claims: { more: canary.repeat(14_000) } }) ],
  [ 'a thousand credentials',                     'presentation-too-large',  async () => one(Array(1_000).fill('e30.e30.e30'))                            ],
  [ 'a hundred presentations',                    'presentation-too-large',  async () => Array(100).fill((await holding({}))[0])                           ],
  [ 'tokens in tokens in tokens',                 'credential-subject',      async () => one([await membership({ inside: { credentialSubject: { id: third.did, proof: await nested(3) } } })]) ],
  [ 'a presentation in a presentation',           'credential-malformed',    async () => one(await holding({}))                                           ],
  [ 'a credential nested a thousand times',       'credential-malformed',    async () => one([deep(await membership(), 1_000)])                           ],
  [ 'a credential with alg none',                 'credential-signature',    async () => one([none(await membership(), 'AAAA')])                          ],
  [ 'a credential with HS256',                    'credential-signature',    async () => one([hmac(issuer, await membership())])                          ],
  [ 'a credential that it has signed itself',     'credential-issuer',       () => holding({ by: holder })                                                ],
  [ 'a credential with a forged signature',       'credential-signature',    () => holding(forgedBy(issuer))                                              ],
  [ 'a credential that brings its key',           'credential-malformed',    () => holding({ header: { jwk: issuer.signer.publicJwk } })                  ],
  [ 'a credential with an x5u',                   'credential-malformed',    () => holding({ header: { x5u: `${host.url}/certificate` } })                ],
  [ 'the credential of another',                  'credential-subject',      () => holding({ inside: { credentialSubject: { id: third.did } } })           ],
  [ 'a credential that has ended',                'credential-expired',      () => holding({ claims: { exp: seconds(-60) } })                             ],
  [ 'a credential from the future',               'credential-not-yet-valid', () => holding({ claims: { nbf: seconds(60) } })                             ],
  [ 'a credential of its own making',             'issuer-not-trusted',      () => holding({ by: holder, claims: { iss: holder.did }, inside: { issuer: holder.did } }) ],
  [ 'a credential of an issuer with a long name', 'issuer-not-trusted',      () => holding({ claims: { iss: endless }, inside: { issuer: endless, type: [endless] } }) ],
  [ 'a status list that bursts when unpacked',    'status-list-too-large',   async () => holding(await listedIn('bomb', await bomb('bomb')))              ],
  [ 'a status list that bursts on its way',       'status-list-too-large',   async () => holding(await listedIn('flood', (_, response) => response.setHeader('content-encoding', 'gzip').end(flood))) ],
  [ 'a status list at a private address',         'status-unreachable',      () => holding({ inside: { credentialStatus: entryIn('http://10.0.0.1/list') } }) ],
  [ 'a status list behind a redirect',            'status-unreachable',      async () => holding(await listedIn('moved', (_, response) => response.writeHead(302, { location: `${host.url}/status/bomb` }).end())) ],
  [ 'a status list that never ends',              'status-unreachable',      async () => holding(await listedIn('endless', (_, response) => { response.write('e30') })) ],
  [ 'a schema at a private address',              'schema-unusable',         () => holding({ inside: { credentialSchema: { id: 'http://10.0.0.1/schema', type: 'JsonSchema' } } }) ],
]

for (const [what, reason, present] of presented)
  t.test(`who presents ${what} gets no catalogue: ${reason}`, async t => {
    const presentations = await present()
    service.present(async () => presentations)
    const authorization = await said(speech())
    show(tokenOf(authorization))
    assertRefused(t, await requestCatalogue(world, authorization), 'dsp', reason)
  })

t.test('after all that the holder is let in like everybody, and nothing that was shown is in the log', async t => {
  service.present(undefined)
  t.match(await requestCatalogue(world, await said(speech())), { status: 200, rejected: [] })
  const log = world.log.join('')
  t.notMatch(log, canary)
  t.ok(shown.size > 100)
  for (const token of shown)
    for (const piece of token
      .split('.')
      .slice(1)
      .filter(({ length }) => length > 20))
      if (log.includes(piece.slice(0, 60)) || log.includes(piece.slice(-60))) t.fail(`logged: ${piece.slice(0, 60)}`)
  t.ok(
    world.log.every(line => line.length < 4_096),
    'and no line of it is long',
  )
})
