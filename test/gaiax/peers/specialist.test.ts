import { createPublicKey, generateKeyPairSync } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import t from 'tap'
import { readCertificates } from '../../../src/gaiax/certificates.ts'
import { createSpecialist, type PeersGiven } from '../../../src/gaiax/peers/specialist.ts'
import { listPeers } from '../../../src/gaiax/peers/store.ts'
import { certificateAuthority } from '../authority.ts'
import { type Oddities, peersWorld, standardEntry } from './world.ts'

const authority = await certificateAuthority()
const stranger = await certificateAuthority('Stranger')
const world = await peersWorld(t, authority)
const { participant, house, notary, persona, set, credential, publish, publishStatus, given, refused, at } = world

/** What counts of tokens, by type, and why something does not. */
async function judge(tokens: readonly string[], holder = participant.did, changes: Partial<PeersGiven> = {}) {
  refused.length = 0
  const { holding } = await createSpecialist({ ...given, ...changes }).judge(holder, tokens)
  return { types: holding.flatMap(({ credential: { types } }) => types), refused: [...refused], holding }
}

t.test('a labelled participant: what its credentials say become claims', async t => {
  const { types, refused, holding } = await judge(set())
  t.same(refused, [])
  t.same(types, ['LabelCredential', 'LegalPerson', 'VatID'])
  t.match(holding[0]?.credential, { issuer: house.did, subject: { 'gx:labelLevel': 'SC' }, by: 'gaia-x' })
  t.match(holding[1]?.credential.subject, { 'gx:legalAddress': { 'gx:countryCode': 'FR' } })
  t.match(await listPeers(given.db, { limit: 1, offset: 0 }), [
    { did: participant.did, level: 'SC', issuer: house.did, problem: null },
  ])
})

t.test('the label is found in every form that its digest has had', async t => {
  const b64 = (hex: string) => Buffer.from(hex, 'hex').toString('base64')
  for (const [what, entry] of Object.entries({
    'a typed value': standardEntry,
    'types in type': (digest: string, id: string) => ({
      id,
      type: 'gx:LegalPerson,gx:LegalPerson',
      'gx:digestSRI': `sha256-${digest}`,
    }),
    'the data model’s property': (digest: string, id: string) => ({
      id,
      type: 'gx:CompliantCredential',
      'gx:credentialType': 'gx:LegalPerson',
      digestSRI: `sha256-${digest}`,
    }),
    base64: (digest: string, id: string) => ({
      id,
      type: 'gx:CompliantCredential',
      'cred:digestSRI': `sha256-${b64(digest)}`,
    }),
    'names without prefixes': (digest: string, id: string) => ({
      id,
      type: 'CompliantCredential',
      digestSRI: `sha256-${digest}`,
    }),
  }))
    t.same((await judge(set({ entry }))).refused, [], what)
})

t.test('what others write otherwise, and mean the same, is taken', async t => {
  const ms = Date.now()
  // biome-ignore format: a table is read by its columns
  const spellings: Readonly<Record<string, Parameters<typeof set>[0]>> = {
    'times in the header, in milliseconds':  { person: { header: { iat: ms, exp: ms - 1 } } },
    'times of the signature':                { person: { payload: { iat: Math.floor(ms / 1_000), exp: Math.floor(ms / 1_000) + 60 } } },
    'an issuer with a name':                 { person: { payload: { issuer: { id: participant.did, name: 'Somebody' } } } },
    'no end':                                { person: { payload: { validUntil: undefined } }, label: { payload: { validUntil: undefined } } },
    'the namespace of a version':            { label: { payload: { type: ['VerifiableCredential', 'https://w3id.org/gaia-x/2511#LabelCredential'] } } },
    'types without a prefix':                { label: { payload: { type: ['VerifiableCredential', 'LabelCredential'] } } },
    'a time with a zone':                    { person: { payload: { validFrom: '2026-01-01T01:00:00+01:00' } } },
    'more members than we know':             { person: { payload: { name: 'x', relatedResource: [] }, header: { 'x-more': 1 } } },
    'properties by their full names':        { subject: { 'gx:labelLevel': undefined, 'https://w3id.org/gaia-x/2511#labelLevel': 'SC' } },
  }
  for (const [what, spelling] of Object.entries(spellings))
    t.strictSame((await judge(set(spelling))).types, ['LabelCredential', 'LegalPerson', 'VatID'], what)
})

t.test('every algorithm that a certificate can be for', async t => {
  for (const kind of ['rsa', 'p384'] as const) {
    const by = await persona(`by-${kind}`, { kind })
    t.same((await judge(set({ by }), by.did)).refused, [], kind)
  }
})

const header = (changes: Record<string, unknown>) => () => judge(set({ person: { header: changes } }))
const payload = (changes: Record<string, unknown>) => () => judge(set({ person: { payload: changes } }))
const odd = (name: string, oddities: Oddities) => async () => {
  const by = await persona(name, oddities)
  return judge(set({ by }), by.did)
}
const blocks = (pem: string) => pem.match(/-----BEGIN[\s\S]*?-----END CERTIFICATE-----\n/g) ?? []
const other = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey
const DAY = 86_400_000

// biome-ignore format: a table is read by its columns
const wrong: readonly (readonly [what: string, code: string, attempt: () => ReturnType<typeof judge>])[] = [
  [ 'no typ',                           'type',                header({ typ: undefined }) ],
  [ 'another typ',                      'type',                header({ typ: 'JWT' }) ],
  [ 'the typ of a presentation',        'type',                header({ typ: 'vp+jwt' }) ],
  [ 'the typ of 2024',                  'type',                header({ typ: 'vc+ld+json+jwt' }) ],
  [ 'no cty',                           'type',                header({ cty: undefined }) ],
  [ 'another cty',                      'type',                header({ cty: 'vp' }) ],
  [ 'an iss that is not the issuer',    'issuer',              header({ iss: 'did:web:example.org' }) ],
  [ 'no kid',                           'key',                 header({ kid: undefined }) ],
  [ 'a kid of somebody else',           'key',                 header({ kid: house.kid }) ],
  [ 'a kid that is in no document',     'key',                 header({ kid: `${participant.did}#none` }) ],
  [ 'alg none',                         'algorithm',           header({ alg: 'none' }) ],
  [ 'alg HS256',                        'algorithm',           header({ alg: 'HS256' }) ],
  [ 'alg EdDSA',                        'algorithm',           header({ alg: 'EdDSA' }) ],
  [ 'an alg that its key is not for',   'signature',           header({ alg: 'PS256' }) ],
  [ 'a critical extension',             'malformed',           header({ crit: ['b64'], b64: false }) ],
  [ 'an empty list of extensions',      'malformed',           header({ crit: [] }) ],
  [ 'a payload that is not encoded',    'malformed',           header({ b64: false }) ],
  [ 'a key in the header, and signed by that', 'signature',    () => judge(set({ by: { ...participant, key: other }, person: { header: { jwk: createPublicKey(other).export({ format: 'jwk' }), x5u: `${world.base}/participant/chain.pem` } } })) ],
  [ 'a credential in a claim',          'malformed',           payload({ vc: {} }) ],
  [ 'another context first',            'malformed',           payload({ '@context': ['https://w3id.org/gaia-x/development#'] }) ],
  [ 'no validFrom',                     'malformed',           payload({ validFrom: undefined }) ],
  [ 'a date that is none',              'malformed',           payload({ validUntil: 'soon' }) ],
  [ 'no subject',                       'malformed',           payload({ credentialSubject: {} }) ],
  [ 'expired',                          'expired',             payload({ validUntil: at(-120_000) }) ],
  [ 'of the future',                    'not-yet-valid',       payload({ validFrom: at(120_000) }) ],
  [ 'a signature that has expired',     'expired',             payload({ exp: Math.floor(Date.now() / 1_000) - 120 }) ],
  [ 'a signature of the future',        'not-yet-valid',       payload({ nbf: Math.floor(Date.now() / 1_000) + 120 }) ],
  [ 'signed by another key',            'signature',           () => judge(set({ by: { ...participant, key: other } })) ],
  [ 'an expired certificate',           'chain-expired',       odd('w1', { certificate: { until: new Date(Date.now() - DAY / 2) } }) ],
  [ 'a certificate of the future',      'chain-not-yet-valid', odd('w2', { certificate: { from: new Date(Date.now() + DAY) } }) ],
  [ 'a certificate for another host',   'chain-host',          odd('w3', { certificate: { hosts: ['example.org'] } }) ],
  [ 'no extended validation',           'chain-policy',        odd('w4', { certificate: { ev: false } }) ],
  [ 'no intermediate certificate',      'chain-broken',        odd('w5', { chain: pem => [blocks(pem)[0], blocks(pem)[2]].join('') }) ],
  [ 'a certificate of another key',     'chain-key',           odd('w6', { chain: pem => blocks(pem).slice(1).join('') }) ],
  [ 'a root that is not trusted',       'chain-root',          async () => judge(set(), participant.did, { anchors: readCertificates(stranger.root) }) ],
  [ 'no certificates',                  'chain-unreachable',   odd('w7', { jwk: { x5u: `${world.base}/nothing.pem` } }) ],
  [ 'a key without certificates',       'chain-unreachable',   odd('w8', { jwk: { x5u: undefined } }) ],
  [ 'a short RSA key',                  'chain-weak',          odd('w9', { kind: 'rsa', bits: 1_024 }) ],
  [ 'fifty certificates',               'chain-unreachable',   odd('w10', { chain: pem => (blocks(pem)[0] ?? '').repeat(50) }) ],
  [ 'a JWK that says another curve',    'chain-key',           odd('w11', { jwk: { crv: 'P-384' } }) ],
  [ 'a key on a curve of Bitcoin’s',    'signature',           odd('w12', { kind: 'k256' }) ],
  [ 'a certificate for a key of another curve', 'chain-key',   odd('w13', { jwk: { ...createPublicKey(generateKeyPairSync('ec', { namedCurve: 'P-384' }).privateKey).export({ format: 'jwk' }) } }) ],
  [ 'a JWK for another algorithm',      'signature',           odd('w14', { jwk: { alg: 'ES384' } }) ],
  [ 'an x5u that is no URL',            'chain-unreachable',   odd('w15', { jwk: { x5u: 'chain.pem' } }) ],
  [ 'an x5u on another machine',        'chain-unreachable',   odd('w16', { jwk: { x5u: 'http://169.254.169.254/latest/meta-data/' } }) ],
  [ 'an x5u in a file',                 'chain-unreachable',   odd('w17', { jwk: { x5u: 'file:///etc/ssl/cert.pem' } }) ],
  [ 'a label by somebody else',         'untrusted',           () => judge(set({ labelBy: notary })) ],
  [ 'a label of one’s own making',      'untrusted',           () => judge(set({ labelBy: participant })) ],
  [ 'a label for another credential',   'label-foreign',       () => judge(set({ entry: (_, id) => standardEntry('0'.repeat(64), id) })) ],
  [ 'a label by other rules',           'label-rules',         () => judge(set({ subject: { 'gx:rulesVersion': 'CD22.10' } })) ],
  [ 'an expired label',                 'expired',             () => judge(set({ label: { payload: { validUntil: at(-120_000) } } })) ],
]

for (const [what, code, attempt] of wrong)
  t.test(`${what}: no claims, and it is told why`, async t => {
    const { types, refused } = await attempt()
    t.ok(refused.includes(code), `${code} is among ${refused}`)
    t.notOk(types.includes('LabelCredential') || types.includes('LegalPerson'), types.join())
  })

t.test('the label of another participant is of no use, nor is its legal person', async t => {
  const thief = await persona('thief')
  const { types, refused } = await judge(set(), thief.did)
  t.same(types, [])
  t.ok(refused.includes('label-foreign'))
})

t.test('a legal person of which nobody but itself speaks is no claim', async t => {
  const [person = '', number = ''] = set()
  t.same((await judge([person, number])).types, [])
})

t.test(
  'a number that no trusted notary has signed is no claim, nor is one of which the legal person does not know',
  async t => {
    const [person = '', , label = ''] = set()
    const forged = credential(participant, 'VatID', { id: `${participant.url}/vat-id#cs`, 'gx:vatID': 'FR00' })
    t.same((await judge([person, forged.jwt, label])).types, ['LabelCredential', 'LegalPerson'])
    const foreign = credential(notary, 'VatID', { id: `${house.url}/vat-id#cs`, 'gx:vatID': 'FR00' })
    t.same((await judge([person, foreign.jwt, label])).types, ['LabelCredential', 'LegalPerson'])
  },
)

t.test('a label that is revoked is worth nothing, from the next look on', async t => {
  const entry = publishStatus(house, [7])
  const revoked = await judge(set({ label: { payload: { credentialStatus: entry(7) } } }))
  t.same([revoked.types, revoked.refused], [[], ['revoked']])

  const { holding } = await judge(set({ label: { payload: { credentialStatus: entry(8) } } }))
  const specialist = createSpecialist(given)
  const [label] = holding
  t.ok(label && (await specialist.recheck(label.credential, [])))
  publishStatus(house, [8])
  // A list is remembered for a millisecond here.
  await sleep(5)
  t.notOk(label && (await createSpecialist(given).recheck(label.credential, [])))
  const all = holding.map(({ credential }) => credential)
  for (const each of all)
    t.notOk(await createSpecialist(given).recheck(each, all), `${each.types} does not count any more without it`)
})

t.test('what is looked at again counts only beside the label that names it', async t => {
  const { holding } = await judge(set())
  const all = holding.map(({ credential }) => credential)
  const specialist = createSpecialist(given)
  for (const each of all) t.ok(await specialist.recheck(each, all), `${each.types} with its label`)
  const [label, ...others] = all
  for (const each of others) t.notOk(await specialist.recheck(each, others), `${each.types} without a label`)
  const { holding: foreign } = await judge(set({ person: { payload: { validFrom: at(-120_000) } } }))
  const person = foreign.find(({ credential }) => credential.types.includes('LegalPerson'))?.credential
  t.ok(
    label && person && !(await specialist.recheck(person, [label, person])),
    'a legal person that the label does not name',
  )
})

t.test('the drafts of 2024 are taken where the operator says so', async t => {
  const tokens = set({ person: { header: { typ: 'vc+ld+json+jwt', cty: 'vc+ld+json' } } })
  t.same((await judge(tokens, participant.did, { olderTypes: 'accept' })).refused, [])
})

t.test('no extended validation where none is demanded', async t => {
  const by = await persona('plain', { certificate: { ev: false } })
  t.same((await judge(set({ by }), by.did, { demandEv: false })).refused, [])
})

t.test('a key may bring its certificates along', async t => {
  const by = await persona('brings', { brings: true })
  t.same((await judge(set({ by }), by.did)).refused, [])
})

t.test('what a participant publishes is looked up when it has not presented it', async t => {
  const lookUp = (
    types: readonly string[],
    presented: readonly { types: string[]; issuer: string; subject: object }[] = [],
  ) => {
    refused.length = 0
    return createSpecialist(given).lookUp(participant.did, types, presented as never)
  }
  publish(participant, set())
  t.same(
    (await lookUp(['LabelCredential'])).flatMap(({ types }) => types),
    ['LabelCredential', 'LegalPerson', 'VatID'],
  )
  t.same(await lookUp(['MembershipCredential']), [], 'what is not of Gaia-X is not looked for')
  t.same(await lookUp(['VatID'], [{ types: ['VatID'], issuer: '', subject: {} }]), [], 'nor what is there already')
  publish(participant, set(), {}, ';')
  t.equal((await lookUp(['VatID'])).length, 3, 'with the semicolon that Gaia-X shows')
  for (const [what, changes, code] of [
    ['of another type', { header: { typ: 'vc+jwt' } }, 'type'],
    ['by another issuer', { header: { iss: house.did }, payload: { issuer: house.did } }, 'key'],
    ['expired', { payload: { validUntil: at(-120_000) } }, 'expired'],
  ] as const) {
    publish(participant, set(), changes)
    t.same([await lookUp(['VatID']), refused.includes(code)], [[], true], `${what}: ${refused}`)
  }
  publish({ ...participant, key: other }, set())
  t.same([await lookUp(['VatID']), [...refused]], [[], ['signature']])
})

t.test('who publishes nothing has no claims, and no error', async t => {
  const silent = await persona('silent')
  t.same(await createSpecialist(given).lookUp(silent.did, ['LabelCredential'], []), [])
})
