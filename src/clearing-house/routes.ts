import type { IncomingMessage } from 'node:http'
import type { CertificateAuthority } from './certificate-authority.ts'
import { type Anchors, checkChain } from './chain.ts'
import type { Compliance } from './compliance.ts'
import type { createCredentialEvents } from './credential-events.ts'
import type { Level } from './criteria.ts'
import { fetchBounded } from './fetch-bounded.ts'
import type { Identity } from './identity.ts'
import { isObject, type Json } from './json.ts'
import { contextOfOurs } from './label.ts'
import { LAB } from './namespaces.ts'
import type { Notary } from './notary.ts'
import { malformed, Refusal } from './refusal.ts'
import type { StatusList } from './status-list.ts'

/** What a handler gets. */
export interface Call {
  readonly request: IncomingMessage
  /** The variable parts of the path. */
  readonly parts: readonly string[]
  readonly query: URLSearchParams
  /** The body as it came. */
  text(): Promise<string>
  /** The body as a JSON object. */
  json(): Promise<Json>
}

/** What is answered: JSON, unless it says otherwise. */
export interface Reply {
  readonly status?: number
  readonly type?: string
  readonly body: string | Buffer | object
}

/** A row of the table of routes. */
export type Route = readonly [method: 'GET' | 'POST', path: RegExp, handle: (call: Call) => Promise<Reply>]

const VC = 'application/vc+jwt'
const PEM = 'application/pem-certificate-chain'
const MOST_CHAIN_BYTES = 65_536

const offers: Readonly<Record<string, Level>> = {
  'standard-compliance': 'SC',
  'label-level-1': 'L1',
  'label-level-2': 'L2',
  'label-level-3': 'L3',
}

/** The doors of all services of this house. */
export function routesOf(given: {
  identities: Readonly<Record<'notary' | 'compliance' | 'assessor', Identity>>
  statuses: Readonly<Record<'notary' | 'compliance', StatusList>>
  authority: CertificateAuthority
  anchors: Anchors
  notary: Notary
  compliance: Compliance
  events: ReturnType<typeof createCredentialEvents>
  now: () => Date
}): readonly Route[] {
  const { identities, statuses, authority, anchors, notary, compliance, events, now } = given

  const judgeChain = async (pem: string): Promise<Reply> => {
    await checkChain(pem, anchors, now())
    return { body: { result: true } }
  }

  async function offer({ request, parts: [kind = ''], query, text }: Call): Promise<Reply> {
    const level = offers[kind]
    if (!level)
      throw new Refusal(404, [{ rule: 'path', where: kind, message: `there are ${Object.keys(offers).join(', ')}` }])
    // As the engine in operation does: another type of content is an error of its own.
    if (request.headers['content-type']?.split(';')[0]?.trim() !== 'application/vp+jwt')
      throw new Refusal(500, [{ rule: 'content type', where: 'Content-Type', message: 'must be application/vp+jwt' }])
    const label = await compliance((await text()).trim(), level, query.get('vcid') ?? '')
    return { status: 201, type: VC, body: label }
  }

  async function assess({ json }: Call): Promise<Reply> {
    const { id, subject, level } = await json()
    if (typeof id !== 'string' || !URL.canParse(id)) throw malformed('id', 'id', 'must be an absolute URL')
    if (typeof subject !== 'string' || !URL.canParse(subject)) throw malformed('subject', 'subject', 'must be an IRI')
    if (level !== 'L2' && level !== 'L3') throw malformed('level', 'level', 'must be L2 or L3')
    const { assessor } = identities
    const credential = await assessor.sign({
      '@context': [...contextOfOurs, { lab: LAB }],
      id,
      type: ['VerifiableCredential', 'lab:Assessment'],
      issuer: assessor.did,
      validFrom: now().toISOString(),
      credentialSubject: {
        id: `${id}#cs`,
        type: 'lab:Assessment',
        'lab:assesses': { id: subject },
        'lab:level': level,
      },
    })
    return { status: 201, type: VC, body: credential }
  }

  async function certify({ json }: Call): Promise<Reply> {
    const { publicKey, hosts, extended, notAfter } = await json()
    if (!isObject(publicKey)) throw malformed('publicKey', 'publicKey', 'must be a JWK')
    if (!Array.isArray(hosts) || hosts.length === 0 || !hosts.every(each => typeof each === 'string'))
      throw malformed('hosts', 'hosts', 'must be host names or addresses')
    if (notAfter !== undefined && (typeof notAfter !== 'string' || Number.isNaN(Date.parse(notAfter))))
      throw malformed('notAfter', 'notAfter', 'must be a date and time')
    const order = { publicKey, hosts, extended: extended !== false, ...(notAfter && { notAfter: new Date(notAfter) }) }
    try {
      return { status: 201, type: PEM, body: await authority.issue(order) }
    } catch {
      throw malformed('publicKey', 'publicKey', 'no certificate can be made of it')
    }
  }

  async function revoke({ json }: Call): Promise<Reply> {
    const { serialNumber } = await json()
    if (typeof serialNumber !== 'string' || !/^[\da-f]{1,40}$/i.test(serialNumber))
      throw malformed('serialNumber', 'serialNumber', 'must be hexadecimal')
    authority.revoke(serialNumber)
    return { status: 201, body: { serialNumber } }
  }

  async function trustedIssuers({ parts: [kind = ''] }: Call): Promise<Reply> {
    if (kind !== 'notary' && kind !== 'compliance')
      throw new Refusal(404, [{ rule: 'path', where: kind, message: 'there are notary, compliance' }])
    return { body: [identities[kind].did] }
  }

  const ofIdentity = Object.entries(identities).flatMap<Route>(([name, { document, chain }]) => [
    ['GET', new RegExp(`^/${name}/did\\.json$`), async () => ({ body: document })],
    ['GET', new RegExp(`^/${name}/x509CertificateChain\\.pem$`), async () => ({ type: PEM, body: chain })],
  ])

  async function takeBack(list: StatusList, { json }: Call): Promise<Reply> {
    const { id } = await json()
    if (typeof id !== 'string') throw malformed('id', 'id', 'must be the id of a credential that was issued here')
    list.revoke(id)
    return { status: 201, body: { id } }
  }

  const ofStatuses = Object.entries(statuses).flatMap<Route>(([name, list]) => [
    ['GET', new RegExp(`^/${name}/status$`), async () => ({ type: VC, body: await list.signed() })],
    ['POST', new RegExp(`^/${name}/revocations$`), call => takeBack(list, call)],
  ])

  // biome-ignore format: a table is read by its columns
  return [
    ...ofIdentity,
    ...ofStatuses,
    ['GET',  /^\/notary\/v2\/registration-numbers\/([^/]+)\/([^/]+)$/, async ({ parts: [kind = '', value = ''], query }) => ({ type: VC, body: await notary(kind, value, query) })],
    ['POST', /^\/compliance\/v2\/api\/credential-offers\/([^/]+)$/,    offer],
    ['POST', /^\/registry\/v2\/api\/trustAnchor\/chain$/,              async ({ json }) => judgeChain(String((await json()).certs ?? ''))],
    ['POST', /^\/registry\/v2\/api\/trustAnchor\/chain\/file$/,        async ({ json }) => judgeChain(await fetchChain((await json()).uri))],
    ['GET',  /^\/registry\/v2\/api\/trusted-issuers\/([^/]+)$/,        trustedIssuers],
    ['GET',  /^\/registry\/v2\/configurations\/credentials$/,          async () => ({ body: { evsslonly: anchors.evOnly } })],
    ['POST', /^\/events\/v2\/credentials-events$/,                     async ({ json }) => ({ status: 201, body: await events.put(await json()) })],
    ['GET',  /^\/events\/v2\/credentials-events$/,                     async ({ query }) => ({ body: events.list(query) })],
    ['POST', /^\/assessor\/assessments$/,                              assess],
    ['GET',  /^\/authority\/root\.pem$/,                               async () => ({ type: PEM, body: authority.anchor })],
    ['GET',  /^\/authority\/revocations\.pem$/,                        async () => ({ type: 'application/pkix-crl', body: (await authority.revocations()).toString('pem') })],
    ['GET',  /^\/authority\/revocations\.crl$/,                        async () => ({ type: 'application/pkix-crl', body: Buffer.from((await authority.revocations()).rawData) })],
    ['GET',  /^\/authority\/root-revocations\.crl$/,                   async () => ({ type: 'application/pkix-crl', body: Buffer.from((await authority.revocations('root')).rawData) })],
    ['POST', /^\/authority\/certificates$/,                            certify],
    ['POST', /^\/authority\/revocations$/,                             revoke],
  ]
}

async function fetchChain(uri: unknown): Promise<string> {
  if (typeof uri !== 'string') throw malformed('uri', 'uri', 'must be the URL of a certificate chain')
  return fetchBounded(uri, { rule: 'x5u', most: MOST_CHAIN_BYTES, accept: PEM })
}
