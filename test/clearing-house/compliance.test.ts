import { createHash, generateKeyPairSync } from 'node:crypto'
import { gzipSync } from 'node:zlib'
import { compactVerify, importJWK } from 'jose'
import t, { type Test } from 'tap'
import type { ClearingHouse, LabelForm } from '../../src/clearing-house/index.ts'
import { askForLabel, clearingHouse } from '../support/clearing-house.ts'
import { compact, envelope, type GaiaXParticipant, gaiaXParticipant, payloadOf } from '../support/gaia-x-participant.ts'

type Json = Readonly<Record<string, unknown>>

/** One house for all that is refused: it keeps nothing of that. */
const common = await clearingHouse(t)

/** The three credentials that make a participant, as tokens. */
async function trio(who: GaiaXParticipant, changes: { person?: Json; terms?: Json } = {}): Promise<string[]> {
  return [
    who.vc(who.credential('lp', who.person(changes.person))),
    await who.number(),
    who.vc(who.credential('tc', who.terms(changes.terms))),
  ]
}

const ask = (house: ClearingHouse, who: GaiaXParticipant, credentials: readonly string[], offer?: string) =>
  askForLabel(house, who.present(credentials), { id: who.labelId, ...(offer && { offer }) })

t.test(
  'a participant with its three credentials gets a label, signed, dated, and bound to them by digests',
  async t => {
    const house = await clearingHouse(t)
    const who = await gaiaXParticipant(t, house)
    const credentials = await trio(who)
    const { status, type, text } = await ask(house, who, credentials)
    t.equal(status, 201)
    t.equal(type, 'application/vc+jwt')
    const label = payloadOf(text)
    t.match(label, {
      id: who.labelId,
      issuer: house.dids.compliance,
      credentialSubject: { id: `${who.labelId}#cs`, 'gx:labelLevel': 'SC', 'gx:rulesVersion': 'CD25.10' },
    })
    const document = (await (await fetch(`${house.urls.compliance}/did.json`)).json()) as {
      verificationMethod: { publicKeyJwk: Parameters<typeof importJWK>[0] }[]
    }
    const key = await importJWK(document.verificationMethod[0]?.publicKeyJwk ?? {}, 'ES256')
    await t.resolves(compactVerify(text, key))
    const { 'gx:compliantCredentials': entries } = label.credentialSubject as {
      'gx:compliantCredentials': { id: string; 'cred:digestSRI': { '@value': string } }[]
    }
    t.strictSame(entries.map(entry => entry.id).sort(), [
      `${who.base}/lp.json`,
      `${who.base}/lrn.json`,
      `${who.base}/tc.json`,
    ])
    const person = entries.find(({ id }) => id.endsWith('lp.json'))
    t.equal(person?.['cred:digestSRI']['@value'], `sha256-${sha256(sorted(payloadOf(credentials[0] ?? '')))}`)
  },
)

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')

/** RFC 8785 for what has no numbers in it. */
function sorted(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(sorted).join(',')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))
  return `{${members.map(([name, each]) => `${JSON.stringify(name)}:${sorted(each)}`).join(',')}}`
}

for (const algorithm of ['ES256', 'PS256'] as const)
  t.test(`credentials signed with ${algorithm} are taken`, async t => {
    const house = await clearingHouse(t)
    const who = await gaiaXParticipant(t, house, { algorithm })
    t.equal((await ask(house, who, await trio(who))).status, 201)
  })

t.test('the words of 2024 in headers and envelopes are understood', async t => {
  const house = await clearingHouse(t)
  const who = await gaiaXParticipant(t, house)
  const old = { typ: 'vc+ld+json+jwt', cty: 'vc+ld' }
  const [, number = ''] = await trio(who)
  const credentials = [
    who.vc(who.credential('lp', who.person()), old),
    number,
    who.vc(who.credential('tc', who.terms()), old),
  ]
  const envelopes = credentials.map(jwt => ({
    type: 'EnvelopedVerifiableCredential',
    id: `data:application/vc+ld+json+jwt;${jwt}`,
  }))
  const presentation = who.present([], { verifiableCredential: envelopes }, { typ: 'vp+ld+json+jwt', cty: 'vp+ld' })
  t.equal((await askForLabel(house, presentation, { id: who.labelId })).status, 201)
})

t.test('the frozen name of the vocabulary means the same', async t => {
  const house = await clearingHouse(t)
  const who = await gaiaXParticipant(t, house)
  const [, number = '', terms = ''] = await trio(who)
  const context = [
    'https://www.w3.org/ns/credentials/v2',
    'https://w3id.org/gaia-x/2511#',
    { schema: 'https://schema.org/', vcard: 'http://www.w3.org/2006/vcard/ns#' },
  ]
  const person = who.vc(who.credential('lp', who.person(), { '@context': context }))
  t.equal((await ask(house, who, [person, number, terms])).status, 201)
})

/** A presentation that is spoilt in one place. */
interface Spoilt {
  readonly status: number
  readonly rule: RegExp
  readonly make: (who: GaiaXParticipant, house: ClearingHouse, t: Test) => Promise<string>
}

const others = generateKeyPairSync('ec', { namedCurve: 'P-256' })

/** With the legal person spoilt. */
const person =
  (subject: Json, changes: Json = {}, headers: Json = {}): Spoilt['make'] =>
  async who => {
    const [, number = '', terms = ''] = await trio(who)
    return who.present([who.vc(who.credential('lp', who.person(subject), changes), headers), number, terms])
  }

const header = (headers: Json): Spoilt['make'] => person({}, {}, headers)
const content = (changes: Json): Spoilt['make'] => person({}, changes)

/** With a service offering that is spoilt, beside the trio. */
const service =
  (subject: Json): Spoilt['make'] =>
  async who =>
    who.present([...(await trio(who)), who.vc(who.credential('so', who.service(subject)))])

/** With what our files say spoilt. */
const file =
  (path: string, content: (who: GaiaXParticipant, house: ClearingHouse) => string | Promise<string>): Spoilt['make'] =>
  async (who, house) => {
    who.files.set(path, await content(who, house))
    return who.present(await trio(who))
  }

const did = (changes: (who: GaiaXParticipant) => Json): Spoilt['make'] =>
  file('/.well-known/did.json', who => JSON.stringify({ ...who.document(), ...changes(who) }))

const blocks = (pem: string): string[] => pem.match(/-----BEGIN[^-]+-----[^-]+-----END CERTIFICATE-----/g) ?? []

const key = (changes: Json) =>
  did(who => who.document({ ...who.publicKey, x5u: `${who.base}/chain.pem`, ...changes }) as Json)

/** A status list with one bit set, signed by the participant. */
const statusList = (
  who: GaiaXParticipant,
  {
    index,
    bytes = 16_384,
    purpose = 'revocation',
    ...changes
  }: { index: number; bytes?: number; purpose?: string } & Json,
): string => {
  const bits = Buffer.alloc(bytes)
  bits[index >> 3] = 1 << (7 - (index & 7))
  const subject = {
    type: 'BitstringStatusList',
    statusPurpose: purpose,
    encodedList: `u${gzipSync(bits).toString('base64url')}`,
  }
  return who.vc(
    who.credential('list', subject, { type: ['VerifiableCredential', 'BitstringStatusListCredential'], ...changes }),
  )
}

const withStatus =
  (list: (who: GaiaXParticipant) => string): Spoilt['make'] =>
  async (who, house, t) => {
    who.files.set('/list', list(who))
    const credentialStatus = {
      type: 'BitstringStatusListEntry',
      statusPurpose: 'revocation',
      statusListIndex: '7',
      statusListCredential: `${who.base}/list`,
    }
    return person({}, { credentialStatus })(who, house, t)
  }

const without = (name: string): Json => ({ [name]: undefined })
const address = { type: 'gx:Address', 'gx:countryCode': 'DE' }

// biome-ignore format: a table is read by its columns
const refused: Readonly<Record<string, Spoilt>> = {
  // The envelope: what the header must say.
  'no token at all':                  { status: 400, rule: /^JWS$/,        make: async () => 'nonsense' },
  'alg none':                         { status: 400, rule: /^header alg$/, make: header({ alg: 'none' }) },
  'alg HS256':                        { status: 400, rule: /^header alg$/, make: header({ alg: 'HS256' }) },
  'alg EdDSA':                        { status: 400, rule: /^header alg$/, make: header({ alg: 'EdDSA' }) },
  'another alg than the key has':     { status: 400, rule: /^signature$/,  make: header({ alg: 'PS256' }) },
  'typ JWT':                          { status: 400, rule: /^header typ$/, make: header({ typ: 'JWT' }) },
  'typ of a presentation':            { status: 400, rule: /^header typ$/, make: header({ typ: 'vp+jwt' }) },
  'no cty':                           { status: 400, rule: /^header cty$/, make: header(without('cty')) },
  'no iss':                           { status: 400, rule: /^header iss$/, make: header(without('iss')) },
  'iss that is no did:web':           { status: 400, rule: /^issuer$/,     make: header({ iss: 'did:key:z6Mk', kid: 'did:key:z6Mk#1' }) },
  'kid of somebody else':             { status: 400, rule: /^header kid$/, make: header({ kid: 'did:web:127.0.0.1%3A1#k1' }) },
  'kid that the document lacks':      { status: 400, rule: /^kid$/,        make: async (who, house, t) => header({ kid: `${who.did}#k2` })(who, house, t) },
  'the key of somebody else':         { status: 400, rule: /^signature$/,  make: async who => {
    const [, number = '', terms = ''] = await trio(who)
    const forged = compact({ alg: 'ES256', typ: 'vc+jwt', cty: 'vc', iss: who.did, kid: who.kid }, who.credential('lp', who.person()), others.privateKey)
    return who.present([forged, number, terms])
  } },
  'a payload that was changed':       { status: 400, rule: /^signature$/,  make: async who => {
    const [lp = '', ...rest] = await trio(who)
    const [head, , signature] = lp.split('.')
    const payload = Buffer.from(JSON.stringify(who.credential('lp', who.person({ 'schema:name': 'Other SE' })))).toString('base64url')
    return who.present([`${head}.${payload}.${signature}`, ...rest])
  } },
  // The payload.
  'a claim vc':                       { status: 400, rule: /^payload$/,    make: content({ vc: {} }) },
  'another issuer than iss':          { status: 400, rule: /^issuer$/,     make: content({ issuer: 'did:web:other.example' }) },
  'no id':                            { status: 400, rule: /^id$/,         make: content(without('id')) },
  'no validFrom':                     { status: 400, rule: /^validFrom$/,  make: content(without('validFrom')) },
  'validFrom tomorrow':               { status: 400, rule: /^validFrom$/,  make: content({ validFrom: '2100-01-01T00:00:00Z' }) },
  'validUntil yesterday':             { status: 400, rule: /^validUntil$/, make: content({ validUntil: '2026-01-02T00:00:00Z' }) },
  'a date without a time':            { status: 400, rule: /^validFrom$/,  make: content({ validFrom: '2026-01-01' }) },
  'a signature that has expired':     { status: 400, rule: /^exp$/,        make: content({ exp: 1_700_000_000 }) },
  'a context in the wrong place':     { status: 400, rule: /^@context$/,   make: content({ '@context': ['https://w3id.org/gaia-x/development#'] }) },
  'a context nobody knows':           { status: 400, rule: /^JSON-LD$/,    make: content({ '@context': ['https://www.w3.org/ns/credentials/v2', 'https://other.example/context'] }) },
  'no VerifiableCredential':          { status: 400, rule: /^type$/,       make: content({ type: ['gx:LegalPerson'] }) },
  'no subject':                       { status: 400, rule: /^credentialSubject$/, make: content(without('credentialSubject')) },
  'a subject with the same id':       { status: 400, rule: /^credentialSubject$/, make: async (who, house, t) => person({ id: `${who.base}/lp.json` })(who, house, t) },
  // The DID document and the certificates.
  'no DID document':                  { status: 400, rule: /^DID$/,        make: file('/.well-known/did.json', () => 'nothing') },
  'the document of another DID':      { status: 400, rule: /^DID$/,        make: did(() => ({ id: 'did:web:other.example' })) },
  'a key that asserts nothing':       { status: 400, rule: /^kid$/,        make: did(() => ({ assertionMethod: [] })) },
  'a private key in the document':    { status: 400, rule: /^kid$/,        make: key({ d: 'secret' }) },
  'no x5u':                           { status: 400, rule: /^x5u$/,        make: key(without('x5u')) },
  'x5u in the network of the house':  { status: 400, rule: /^x5u$/,        make: key({ x5u: 'http://10.0.0.1/chain.pem' }) },
  'x5u with nothing behind it':       { status: 400, rule: /^x5u$/,        make: async (who, house, t) => key({ x5u: `${who.base}/nothing` })(who, house, t) },
  'no certificate in it':             { status: 409, rule: /^certificate chain$/, make: file('/chain.pem', () => 'PEM') },
  'no intermediate':                  { status: 409, rule: /^certificate chain$/, make: file('/chain.pem', who => [blocks(who.chain)[0], blocks(who.chain)[2]].join('\n')) },
  'no root':                          { status: 409, rule: /^certificate chain$/, make: file('/chain.pem', who => blocks(who.chain).slice(0, 2).join('\n')) },
  'the order turned round':           { status: 409, rule: /^certificate chain$/, make: file('/chain.pem', who => blocks(who.chain).reverse().join('\n')) },
  'for another key':                  { status: 409, rule: /^certificate chain$/, make: file('/chain.pem', (_, house) => house.certify({ publicKey: others.publicKey.export({ format: 'jwk' }), hosts: ['127.0.0.1'] })) },
  'for another host':                 { status: 409, rule: /^certificate chain$/, make: file('/chain.pem', (who, house) => house.certify({ publicKey: who.publicKey, hosts: ['other.example'] })) },
  'expired':                          { status: 409, rule: /^certificate chain$/, make: file('/chain.pem', (who, house) => house.certify({ publicKey: who.publicKey, hosts: ['127.0.0.1'], notAfter: new Date(Date.now() - 1_000) })) },
  'no extended validation':           { status: 409, rule: /^certificate chain$/, make: file('/chain.pem', (who, house) => house.certify({ publicKey: who.publicKey, hosts: ['127.0.0.1'], extended: false })) },
  'from another authority':           { status: 409, rule: /^certificate chain$/, make: async (who, house, t) => {
    const other = await clearingHouse(t)
    return file('/chain.pem', () => other.certify({ publicKey: who.publicKey, hosts: ['127.0.0.1'] }))(who, house, t)
  } },
  // The status.
  'revoked':                          { status: 409, rule: /^credentialStatus$/, make: withStatus(who => statusList(who, { index: 7 })) },
  'a list about something else':      { status: 400, rule: /^credentialStatus$/, make: withStatus(who => statusList(who, { index: 8, purpose: 'suspension' })) },
  'a list that is too short':         { status: 400, rule: /^credentialStatus$/, make: withStatus(who => statusList(who, { index: 8, bytes: 16 })) },
  'a list that has expired':          { status: 400, rule: /^credentialStatus$/, make: withStatus(who => statusList(who, { index: 8, validUntil: '2026-01-02T00:00:00Z' })) },
  'a list that is not there':         { status: 400, rule: /^credentialStatus$/, make: async (who, house, t) => person({}, { credentialStatus: { type: 'BitstringStatusListEntry', statusPurpose: 'revocation', statusListIndex: '7', statusListCredential: `${who.base}/none` } })(who, house, t) },
  'a list signed by somebody else':   { status: 400, rule: /^credentialStatus$/, make: withStatus(who => statusList(who, { index: 8 }).replace(/[^.]+$/, 'AAAA')) },
  // The shapes.
  'no legal address':                 { status: 409, rule: /^shapes$/,     make: person(without('gx:legalAddress')) },
  'no headquarters':                  { status: 409, rule: /^shapes$/,     make: person(without('gx:headquartersAddress')) },
  'two legal addresses':              { status: 409, rule: /^shapes$/,     make: person({ 'gx:legalAddress': [address, { ...address, 'gx:countryCode': 'FR' }] }) },
  'a country that is none':           { status: 409, rule: /^shapes$/,     make: person({ 'gx:legalAddress': { ...address, 'gx:countryCode': 'FRANCE' } }) },
  'no registration number':           { status: 409, rule: /^shapes$/,     make: person(without('gx:registrationNumber')) },
  'a property of the release before': { status: 409, rule: /^shapes$/,     make: person({ 'gx:legalName': 'Somebody SE' }) },
  'terms that nobody wrote':          { status: 409, rule: /^shapes$/,     make: async who => who.present(await trio(who, { terms: { 'gx:gaiaxTermsAndConditions': 'f'.repeat(64) } })) },
  'a type without a shape':           { status: 409, rule: /^shapes$/,     make: async who => who.present([...(await trio(who)), who.vc(who.credential('so', { type: 'gx:Teapot' }))]) },
  'a service without terms':          { status: 409, rule: /^shapes$/,     make: service(without('gx:serviceOfferingTermsAndConditions')) },
  'terms whose URL is a text':        { status: 409, rule: /^shapes$/,     make: service({ 'gx:serviceOfferingTermsAndConditions': { type: 'gx:TermsAndConditions', 'gx:url': 'https://x.example', 'gx:hash': 'a' } }) },
  // The criteria.
  'no legal person':                  { status: 409, rule: /PA1\.1.*legal person/,        make: async who => who.present((await trio(who)).slice(1)) },
  'no number from a notary':          { status: 409, rule: /PA1\.1.*registration number/, make: async who => {
    const [, , terms = ''] = await trio(who)
    const lp = who.vc(who.credential('lp', who.person({ 'gx:registrationNumber': { type: 'gx:VatID', 'gx:vatID': 'DE900000006' } })))
    return who.present([lp, terms])
  } },
  'a number of its own making':       { status: 409, rule: /PA1\.1.*registration number/, make: async who => {
    const [lp = '', , terms = ''] = await trio(who)
    return who.present([lp, who.vc(who.credential('lrn', { type: 'gx:VatID', 'gx:vatID': 'DE900000006' })), terms])
  } },
  'terms not accepted':               { status: 409, rule: /PA1\.1.*terms/,               make: async who => who.present((await trio(who)).slice(0, 2)) },
  'a service of somebody else':       { status: 409, rule: /D1\.1\.2.*provider|shapes/,   make: service({ 'gx:providedBy': { id: 'https://other.example/lp#cs', type: 'gx:LegalPerson' } }) },
  // The presentation.
  'nothing in it':                    { status: 400, rule: /^verifiableCredential$/, make: async who => who.present([]) },
  'a bare token in it':               { status: 400, rule: /^verifiableCredential$/, make: async who => who.present([], { verifiableCredential: await trio(who) }) },
  'twice the same credential':        { status: 400, rule: /^id$/,                   make: async who => { const all = await trio(who); return who.present([...all, all[0] ?? '']) } },
  'an id of one of its credentials':  { status: 400, rule: /^id$/,                   make: async who => who.present(await trio(who), { id: `${who.base}/lp.json` }) },
}

for (const [name, { status, rule, make }] of Object.entries(refused))
  t.test(`refused: ${name}`, async t => {
    const house = common
    const who = await gaiaXParticipant(t, house)
    const verdict = await askForLabel(house, await make(who, house, t), { id: who.labelId })
    t.equal(verdict.status, status, verdict.text)
    t.match(verdict.rules[0], rule, verdict.message)
  })

t.test('credentials of somebody else give nobody a label', async t => {
  const house = await clearingHouse(t)
  const [who, thief] = [await gaiaXParticipant(t, house), await gaiaXParticipant(t, house)]
  const stolen = [...(await trio(who)), thief.vc(thief.credential('tc', thief.terms()))]
  const verdict = await ask(house, thief, stolen)
  t.equal(verdict.status, 409)
  t.match(verdict.rules, [/PA1\.1 \(holder\)/])
})

t.test('a revoked certificate counts no more', async t => {
  const house = await clearingHouse(t)
  const who = await gaiaXParticipant(t, house)
  const { X509Certificate } = await import('node:crypto')
  const body = JSON.stringify({ serialNumber: new X509Certificate(who.chain).serialNumber })
  await fetch(`${house.urls.authority}/revocations`, { method: 'POST', body })
  const verdict = await ask(house, who, await trio(who))
  t.match(verdict, { status: 409, rules: ['certificate chain'], message: /revoked/ })
})

t.test('all that is wrong with the content is told at once, with the property and the node', async t => {
  const house = await clearingHouse(t)
  const who = await gaiaXParticipant(t, house)
  const credentials = await trio(who, {
    person: { ...without('gx:headquartersAddress'), ...without('gx:registrationNumber') },
  })
  const { message } = await ask(house, who, credentials)
  t.match(message, /gx:headquartersAddress of a gx:LegalPerson must be there once/)
  t.match(message, /gx:registrationNumber of a gx:LegalPerson must be there at least once/)
  t.match(message, `${who.base}/lp.json#cs`)
})

t.test('another type of content is an error of its own, and a label needs an id', async t => {
  const house = await clearingHouse(t)
  const who = await gaiaXParticipant(t, house)
  const presentation = who.present(await trio(who))
  t.match(await askForLabel(house, presentation, { id: who.labelId, type: 'application/json' }), {
    status: 500,
    rules: ['content type'],
  })
  t.match(await askForLabel(house, presentation, { id: 'none' }), { status: 400, rules: ['vcid'] })
  t.match(await askForLabel(house, presentation, { id: who.labelId, offer: 'label-level-9' }), { status: 404 })
})

const rich = {
  'gx:legalDocuments': { type: 'gx:LegalDocument', 'gx:url': { id: 'https://x.example/legal' } },
  'gx:dataAccountExport': {
    type: 'gx:DataAccountExport',
    'gx:requestType': 'API',
    'gx:accessType': 'digital',
    'gx:formatType': 'application/json',
  },
  'gx:endpoint': {
    type: 'gx:Endpoint',
    'gx:standardConformity': {
      type: 'gx:StandardConformity',
      'dct:title': 'DSP',
      'gx:standardReference': { id: 'https://x.example/dsp' },
    },
  },
  'gx:servicePolicy': { type: 'gx:AccessUsagePolicy', 'gx:policyLanguage': 'ODRL', 'gx:policyDocument': 'as offered' },
  'gx:dataProtectionRegime': 'GDPR2016',
}

async function assessment(house: ClearingHouse, who: GaiaXParticipant, level: string): Promise<string> {
  const response = await fetch(`${house.urls.assessor}/assessments`, {
    method: 'POST',
    body: JSON.stringify({ id: `${who.base}/assessment.json`, subject: `${who.base}/so.json#cs`, level }),
  })
  return response.text()
}

const abroad = { 'gx:headquartersAddress': { type: 'gx:Address', 'gx:countryCode': 'USA' } }

// biome-ignore format: a table is read by its columns
const matrix = [
  // service      person   assessed    SC   L1   L2   L3
  [ undefined,    {},      undefined,  201, 409, 409, 409 ],
  [ {},           {},      undefined,  201, 409, 409, 409 ],
  [ rich,         {},      undefined,  201, 201, 409, 409 ],
  [ rich,         {},      'L2',       201, 201, 201, 409 ],
  [ rich,         {},      'L3',       201, 201, 201, 201 ],
  [ rich,         abroad,  'L3',       201, 201, 201, 409 ],
  [ { ...rich, 'gx:dataProtectionRegime': 'CCPA2018' }, {}, 'L3', 201, 201, 409, 409 ],
] as const

t.test('each level asks for more than the one below', async t => {
  const house = await clearingHouse(t)
  for (const [service, person, assessed, ...expected] of matrix) {
    const who = await gaiaXParticipant(t, house)
    const credentials = [
      ...(await trio(who, { person })),
      ...(service ? [who.vc(who.credential('so', who.service(service)))] : []),
      ...(assessed ? [await assessment(house, who, assessed)] : []),
    ]
    const given: number[] = []
    for (const offer of ['standard-compliance', 'label-level-1', 'label-level-2', 'label-level-3'])
      given.push((await ask(house, who, credentials, offer)).status)
    t.strictSame(given, expected, `${Object.keys(service ?? {}).length} properties, ${assessed ?? 'not assessed'}`)
  }
})

t.test('an assessment of its own making is none', async t => {
  const house = await clearingHouse(t)
  const who = await gaiaXParticipant(t, house)
  const context = [
    'https://www.w3.org/ns/credentials/v2',
    'https://w3id.org/gaia-x/development#',
    { lab: 'urn:kontor:lab#' },
  ]
  const own = who.credential(
    'as',
    { type: 'lab:Assessment', 'lab:assesses': { id: `${who.base}/so.json#cs` }, 'lab:level': 'L3' },
    { '@context': context },
  )
  const verdict = await ask(
    house,
    who,
    [...(await trio(who)), who.vc(who.credential('so', who.service(rich))), who.vc(own)],
    'label-level-2',
  )
  t.match(verdict, { status: 409, rules: [/assessed \(assessment\)/] })
})

// biome-ignore format: a table is read by its columns
const forms: Readonly<Record<LabelForm, RegExp>> = {
  'cred:digestSRI':        /"gx:credentialType":"gx:LegalPerson","cred:digestSRI":\{"@value":"sha256-[\da-f]{64}"/,
  'gx:digestSRI':          /"gx:credentialType":"gx:LegalPerson","gx:digestSRI":"sha256-[\da-f]{64}"/,
  'digestSRI':             /"gx:credentialType":"gx:LegalPerson","digestSRI":"sha256-[\da-f]{64}"/,
  'type in type':          /"type":"gx:LegalPerson,gx:LegalPerson","gx:digestSRI":"sha256-[\da-f]{64}"/,
  'base64':                /"cred:digestSRI":\{"@value":"sha256-[\w+/]{43}="/,
  'compliance credential': /"type":\["VerifiableCredential","gx:ComplianceCredential"\]/,
}

for (const [form, expected] of Object.entries(forms))
  t.test(`labels can be written as they have been in operation: ${form}`, async t => {
    const house = await clearingHouse(t, { form: () => form as LabelForm })
    const who = await gaiaXParticipant(t, house)
    const { text } = await ask(house, who, await trio(who))
    t.match(JSON.stringify(payloadOf(text)), expected)
  })

t.test('what is large, slow or leads elsewhere does not stop it', async t => {
  const house = await clearingHouse(t)
  const who = await gaiaXParticipant(t, house)
  t.equal((await askForLabel(house, 'x'.repeat(2_000_000), { id: who.labelId })).status, 413)
  who.files.set('/.well-known/did.json', response => {
    response.writeHead(302, { location: `${who.base}/elsewhere` }).end()
  })
  t.match(await ask(house, who, await trio(who)), { status: 400, rules: ['DID'] })
  who.files.set('/.well-known/did.json', response => {
    response.writeHead(200).end(Buffer.alloc(1_000_000, 32))
  })
  t.match(await ask(house, who, await trio(who)), { status: 400, rules: ['DID'] })
})

t.test('an envelope is what it is, also where there are several', async t => {
  const house = await clearingHouse(t)
  const who = await gaiaXParticipant(t, house)
  const [lp = '', ...rest] = await trio(who)
  const presentation = who.present([], {
    verifiableCredential: [{ ...envelope(lp), type: 'Something' }, ...rest.map(envelope)],
  })
  t.match(await askForLabel(house, presentation, { id: who.labelId }), { status: 400, rules: ['verifiableCredential'] })
})
