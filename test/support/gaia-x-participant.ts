import { constants, generateKeyPairSync, type JsonWebKey, type KeyObject, sign } from 'node:crypto'
import { createServer, type ServerResponse } from 'node:http'
import type { Test } from 'tap'
import type { ClearingHouse } from '../../src/clearing-house/index.ts'
import { listening } from './listening.ts'

type Json = Readonly<Record<string, unknown>>

const GX_CONTEXT = [
  'https://www.w3.org/ns/credentials/v2',
  'https://w3id.org/gaia-x/development#',
  {
    schema: 'https://schema.org/',
    vcard: 'http://www.w3.org/2006/vcard/ns#',
    dcat: 'http://www.w3.org/ns/dcat#',
    dct: 'http://purl.org/dc/terms/',
  },
]

const TERMS = '4bd7554097444c960292b4726c2efa1373485e8a5565d94d41195214c5e0ceb3'

/** A participant of Gaia-X made by hand, of which a test can spoil every part. */
export type GaiaXParticipant = Awaited<ReturnType<typeof gaiaXParticipant>>

/** Somebody with a `did:web` on this machine, a certificate of the house's authority, and files under stable URLs. */
export async function gaiaXParticipant(
  t: Pick<Test, 'teardown'>,
  house: ClearingHouse,
  {
    algorithm = 'ES256',
    hosts = ['127.0.0.1'],
    ...order
  }: { algorithm?: 'ES256' | 'PS256'; hosts?: readonly string[]; extended?: boolean; notAfter?: Date } = {},
) {
  const keys =
    algorithm === 'ES256'
      ? generateKeyPairSync('ec', { namedCurve: 'P-256' })
      : generateKeyPairSync('rsa', { modulusLength: 3072 })
  const publicKey = keys.publicKey.export({ format: 'jwk' })
  const files = new Map<string, string | ((response: ServerResponse) => void)>()
  const server = createServer((request, response) => {
    const file = files.get(request.url ?? '')
    if (typeof file === 'function') return file(response)
    response.writeHead(file === undefined ? 404 : 200).end(file)
  })
  const base = await listening(t, server)
  const did = `did:web:127.0.0.1%3A${new URL(base).port}`
  const kid = `${did}#k1`
  const chain = await house.certify({ publicKey, hosts, ...order })
  const document = (key: JsonWebKey & Json = { ...publicKey, x5u: `${base}/chain.pem` }): object => ({
    id: did,
    verificationMethod: [{ id: kid, type: 'JsonWebKey2020', controller: did, publicKeyJwk: key }],
    assertionMethod: [kid],
  })
  const header = { alg: algorithm, iss: did, kid }
  files.set('/chain.pem', chain)
  files.set('/.well-known/did.json', JSON.stringify(document()))

  const vc = (payload: object, changes: Json = {}) =>
    compact({ ...header, typ: 'vc+jwt', cty: 'vc', ...changes }, payload, keys.privateKey)
  const vp = (payload: object, changes: Json = {}) =>
    compact({ ...header, typ: 'vp+jwt', cty: 'vp', ...changes }, payload, keys.privateKey)

  /** A credential about something, in the usual form. */
  const credential = (name: string, subject: Json, changes: Json = {}): Json => ({
    '@context': GX_CONTEXT,
    id: `${base}/${name}.json`,
    type: ['VerifiableCredential', String(subject.type)],
    issuer: did,
    validFrom: '2026-01-01T00:00:00Z',
    validUntil: '2036-01-01T00:00:00Z',
    credentialSubject: { id: `${base}/${name}.json#cs`, ...subject },
    ...changes,
  })

  return {
    did,
    kid,
    base,
    files,
    chain,
    publicKey,
    privateKey: keys.privateKey,
    document,
    vc,
    vp,
    credential,
    person: (changes: Json = {}): Json => ({
      type: 'gx:LegalPerson',
      'schema:name': 'Somebody SE',
      'gx:registrationNumber': { id: `${base}/lrn.json#cs` },
      'gx:legalAddress': { type: 'gx:Address', 'gx:countryCode': 'DE', 'vcard:locality': 'Bremen' },
      'gx:headquartersAddress': { type: 'gx:Address', 'gx:countryCode': 'DE' },
      ...changes,
    }),
    terms: (changes: Json = {}): Json => ({ type: 'gx:Issuer', 'gx:gaiaxTermsAndConditions': TERMS, ...changes }),
    service: (changes: Json = {}): Json => ({
      type: 'gx:ServiceOffering',
      'gx:providedBy': { id: `${base}/lp.json#cs` },
      'gx:serviceOfferingTermsAndConditions': {
        type: 'gx:TermsAndConditions',
        'gx:url': { id: `${base}/terms` },
        'gx:hash': 'a'.repeat(64),
      },
      ...changes,
    }),
    /** What the notary says of our number. */
    async number(kind = 'vat-id', value = 'DE900000006'): Promise<string> {
      const query = new URLSearchParams({ vcId: `${base}/lrn.json`, subjectId: `${base}/lrn.json#cs` })
      const response = await fetch(`${house.urls.notary}/v2/registration-numbers/${kind}/${value}?${query}`)
      return response.text()
    },
    /** A presentation of credentials that are signed already. */
    present: (credentials: readonly string[], changes: Json = {}, headers: Json = {}): string =>
      vp(
        {
          '@context': ['https://www.w3.org/ns/credentials/v2'],
          id: `${base}/vp.json`,
          type: 'VerifiablePresentation',
          issuer: did,
          validFrom: '2026-01-01T00:00:00Z',
          verifiableCredential: credentials.map(envelope),
          ...changes,
        },
        headers,
      ),
    labelId: `${base}/label.json`,
  }
}

/** How a signed credential is put into a presentation. */
export const envelope = (jwt: string): object => ({
  '@context': 'https://www.w3.org/ns/credentials/v2',
  type: 'EnvelopedVerifiableCredential',
  id: `data:application/vc+jwt,${jwt}`,
})

const base64url = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url')

/** A JWS in compact form, whatever the header says. */
export function compact(header: Json, payload: object, key: KeyObject): string {
  const input = `${base64url(header)}.${base64url(payload)}`
  const padding =
    key.asymmetricKeyType === 'ec'
      ? { dsaEncoding: 'ieee-p1363' as const }
      : { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST }
  return `${input}.${sign('sha256', Buffer.from(input), { key, ...padding }).toString('base64url')}`
}

/** What a token says, unverified. */
export const payloadOf = (jwt: string): Json =>
  JSON.parse(Buffer.from(jwt.split('.')[1] ?? '', 'base64url').toString('utf8'))
