import { constants, createPublicKey, generateKeyPairSync, type KeyObject, sign as signBytes } from 'node:crypto'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { gzipSync } from 'node:zlib'
import type { Test } from 'tap'
import { digestOf } from '../../../src/gaiax/canonical-json.ts'
import { readCertificates } from '../../../src/gaiax/certificates.ts'
import { createFindChain } from '../../../src/gaiax/peers/chains.ts'
import type { PeersGiven } from '../../../src/gaiax/peers/specialist.ts'
import { createClient, createGuard } from '../../../src/http/index.ts'
import { createDids } from '../../../src/identity/dids/index.ts'
import { createCheckStatus, readStatusEntries } from '../../../src/identity/verifier/status.ts'
import { createFetchStatusList } from '../../../src/identity/verifier/status-list.ts'
import { testDatabase } from '../../support/database.ts'
import type { Authority, Wishes } from '../authority.ts'

type Json = Readonly<Record<string, unknown>>

/** Signs as node does it, without anything of the product. */
function jws(header: Json, payload: Json | string, key: KeyObject): string {
  const part = (text: string) => Buffer.from(text).toString('base64url')
  const signed = `${part(JSON.stringify(header))}.${part(typeof payload === 'string' ? payload : JSON.stringify(payload))}`
  const { alg } = header
  if (alg === 'none') return `${signed}.${Buffer.from('x').toString('base64url')}`
  const bits = Number(String(alg).slice(2)) || 256
  const options = String(alg).startsWith('PS')
    ? { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: bits / 8 }
    : alg === 'RS256'
      ? { key }
      : { key, dsaEncoding: 'ieee-p1363' as const }
  const digest = key.asymmetricKeyDetails?.namedCurve === 'secp384r1' ? 'sha384' : `sha${bits}`
  return `${signed}.${signBytes(digest, Buffer.from(signed), options).toString('base64url')}`
}

/** Somebody with a key and a certificate, at a host that many share. */
export interface Persona {
  readonly did: string
  readonly kid: string
  readonly url: string
  readonly key: KeyObject
  readonly alg: string
}

/** How somebody's key and document differ from what they should be. */
export interface Oddities {
  readonly certificate?: Wishes
  /** Instead of the chain in the right order. */
  readonly chain?: (chain: string) => string
  readonly jwk?: Json
  readonly bits?: number
  readonly kind?: 'ec' | 'rsa' | 'p384' | 'k256'
  /** The chain in the document itself. */
  readonly brings?: boolean
}

const at = (ms: number) => new Date(Date.now() + ms).toISOString().replace(/\.\d+Z/, 'Z')
const VC = 'https://www.w3.org/ns/credentials/v2'

/** Hosts, certificates, statuses and everything that verification asks for. */
export async function peersWorld(t: Test, authority: Authority) {
  const pages = new Map<string, string | RequestListener>()
  const asked: string[] = []
  const server = createServer((request, response) => {
    asked.push(request.url ?? '')
    const page = pages.get(request.url ?? '')
    if (typeof page === 'function') return page(request, response)
    response.statusCode = page === undefined ? 404 : 200
    response.end(page)
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  t.teardown(() => server.close())
  const { port } = server.address() as AddressInfo
  const base = `http://localhost:${port}`

  async function persona(name: string, odd: Oddities = {}): Promise<Persona> {
    const { privateKey: key } =
      odd.kind === 'rsa'
        ? generateKeyPairSync('rsa', { modulusLength: odd.bits ?? 2_048 })
        : generateKeyPairSync('ec', { namedCurve: { ec: 'P-256', p384: 'P-384', k256: 'secp256k1' }[odd.kind ?? 'ec'] })
    const alg = { ec: 'ES256', p384: 'ES384', k256: 'ES256', rsa: 'PS256' }[odd.kind ?? 'ec']
    const did = `did:web:localhost%3A${port}:${name}`
    const kid = `${did}#key`
    const chain = await authority.chain(createPublicKey(key), odd.certificate)
    pages.set(`/${name}/chain.pem`, odd.chain ? odd.chain(chain) : chain)
    const x5c = chain.match(/-----BEGIN[\s\S]*?-----END/g)?.map(each => each.replace(/-----[^-]*(-----)?|\s/g, ''))
    const publicKeyJwk = {
      ...createPublicKey(key).export({ format: 'jwk' }),
      ...(odd.brings ? { x5c } : { x5u: `${base}/${name}/chain.pem` }),
      ...odd.jwk,
    }
    pages.set(
      `/${name}/did.json`,
      JSON.stringify({
        id: did,
        verificationMethod: [{ id: kid, type: 'JsonWebKey2020', controller: did, publicKeyJwk }],
        assertionMethod: [kid],
        service: [{ id: `${did}#sd`, type: 'LinkedVerifiablePresentation', serviceEndpoint: `${base}/${name}/sd` }],
      }),
    )
    return { did, kid, url: `${base}/${name}`, key, alg }
  }

  /** A credential by somebody; `header` and `payload` change what would be right. */
  function credential(
    by: Persona,
    type: string,
    subject: Json,
    { header = {}, payload = {} }: { header?: Json; payload?: Json } = {},
  ) {
    const id = String(subject.id ?? '').replace(/#cs$/, '')
    const body: Json = {
      '@context': [VC, 'https://w3id.org/gaia-x/development#'],
      id,
      type: ['VerifiableCredential', `gx:${type}`],
      issuer: by.did,
      validFrom: at(-60_000),
      validUntil: at(3_600_000),
      credentialSubject: { type: `gx:${type}`, ...subject },
      ...payload,
    }
    const clean = JSON.parse(JSON.stringify(body))
    const head = JSON.parse(
      JSON.stringify({ alg: by.alg, typ: 'vc+jwt', cty: 'vc', iss: by.did, kid: by.kid, ...header }),
    )
    return { jwt: jws(head, clean, by.key), payload: clean }
  }

  const [participant, house, notary] = [await persona('participant'), await persona('house'), await persona('notary')]

  /** The legal person, its number and its label, as they should be, but for what is changed. */
  function set(
    given: {
      by?: Persona
      person?: Parameters<typeof credential>[3]
      label?: Parameters<typeof credential>[3]
      labelBy?: Persona
      entry?: (digest: string, id: string) => Json
      subject?: Json
    } = {},
  ) {
    const by = given.by ?? participant
    const number = credential(notary, 'VatID', { id: `${by.url}/vat-id#cs`, 'gx:vatID': 'FR12345678901' })
    const person = credential(
      by,
      'LegalPerson',
      {
        id: `${by.url}/lp#cs`,
        'gx:registrationNumber': { id: `${by.url}/vat-id#cs` },
        'gx:legalAddress': { type: 'gx:Address', 'gx:countryCode': 'FR' },
        'gx:headquartersAddress': { type: 'gx:Address', 'gx:countryCode': 'FR' },
      },
      given.person,
    )
    const entry = given.entry ?? standardEntry
    const label = credential(
      given.labelBy ?? house,
      'LabelCredential',
      {
        id: `${by.url}/label#cs`,
        'gx:labelLevel': 'SC',
        'gx:engineVersion': '2.14.0',
        'gx:rulesVersion': 'CD25.10',
        'gx:compliantCredentials': [entry(digestOf(person.payload), `${by.url}/lp`)],
        ...given.subject,
      },
      given.label,
    )
    return [person.jwt, number.jwt, label.jwt]
  }

  /** A status list in which these places are set. */
  function publishStatus(by: Persona, indexes: readonly number[], purpose = 'revocation'): (index: number) => Json {
    const bits = Buffer.alloc(131_072 / 8)
    for (const index of indexes) bits[index >> 3] = (bits[index >> 3] ?? 0) | (0x80 >> (index & 7))
    const url = `${by.url}/status`
    const payload = {
      '@context': [VC],
      id: url,
      type: ['VerifiableCredential', 'BitstringStatusListCredential'],
      issuer: by.did,
      validFrom: at(-60_000),
      credentialSubject: {
        id: `${url}#list`,
        type: 'BitstringStatusList',
        statusPurpose: purpose,
        encodedList: `u${gzipSync(bits).toString('base64url')}`,
      },
    }
    pages.set(new URL(url).pathname, jws({ alg: by.alg, typ: 'vc+jwt', kid: by.kid }, payload, by.key))
    return index => ({
      type: 'BitstringStatusListEntry',
      statusPurpose: purpose,
      statusListIndex: String(index),
      statusListCredential: url,
    })
  }

  /** What somebody publishes about itself. */
  function publish(
    by: Persona,
    tokens: readonly string[],
    { header = {}, payload = {} }: { header?: Json; payload?: Json } = {},
    comma = ',',
  ) {
    const body = {
      '@context': [VC],
      id: `${by.url}/sd`,
      type: 'VerifiablePresentation',
      issuer: by.did,
      validFrom: at(-60_000),
      verifiableCredential: tokens.map(jwt => ({
        '@context': VC,
        type: 'EnvelopedVerifiableCredential',
        id: `data:application/vc+jwt${comma}${jwt}`,
      })),
      ...payload,
    }
    pages.set(
      `/${by.url.split('/').pop()}/sd`,
      jws({ alg: by.alg, typ: 'vp+jwt', cty: 'vp', iss: by.did, kid: by.kid, ...header }, body, by.key),
    )
  }

  const guard = createGuard({ allow: ['localhost', '127.0.0.0/8'] })
  const client = createClient({ guard, timeout: 5_000 })
  t.teardown(() => client.close())
  const { request } = client
  const now = () => new Date()
  const dids = createDids({ request, plainHttp: ['localhost'], keepFor: 1, staleFor: 0, now })
  const fetchList = createFetchStatusList({ request, dids, rule: 'strict', now })
  const check = createCheckStatus({ fetchList, trust: { typesBy: () => [] }, keepFor: 1, staleFor: 0, now })
  const refused: string[] = []
  const given: PeersGiven = {
    db: await testDatabase(t),
    dids,
    checkStatus: (issuer, entries) => check(issuer, readStatusEntries(entries)),
    request,
    findChain: createFindChain({ request, now }),
    anchors: readCertificates(authority.root),
    demandEv: true,
    demandUnrevoked: async () => {},
    olderTypes: 'refuse',
    trustedIssuers: [
      { id: house.did, types: ['LabelCredential'] },
      { id: notary.did, types: ['VatID'] },
    ],
    ruleSet: 'CD25.10',
    keepFor: 0,
    now,
    events: { gaiaX: ({ code }) => void (code && refused.push(code)) },
    published: async () => [],
  }
  return {
    base,
    pages,
    asked,
    jws,
    persona,
    participant,
    house,
    notary,
    credential,
    set,
    publish,
    publishStatus,
    given,
    refused,
    at,
  }
}

export const standardEntry = (digest: string, id: string): Json => ({
  id,
  type: 'gx:CompliantCredential',
  'gx:credentialType': 'gx:LegalPerson',
  'cred:digestSRI': { '@value': `sha256-${digest}`, '@type': 'cred:sriString' },
})
