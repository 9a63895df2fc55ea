import { createHash, X509Certificate } from 'node:crypto'
import { createServer, type IncomingMessage } from 'node:http'
import * as jose from 'jose'
import type { Test } from 'tap'
import { listening } from './listening.ts'

/** An asset as the catalogue has it. */
interface Asset {
  readonly id: string
  readonly issuer: string
  readonly assetHash: string
  readonly jwt: string
  readonly versions: number
}

/** What is wrong with a request, as the catalogue says it. */
class Wrong extends Error {
  readonly status: number
  readonly code: string
  constructor(status: number, code: string, message: string) {
    super(message)
    this.status = status
    this.code = code
  }
}

const client = (message: string) => new Wrong(400, 'client_error', message)
const verification = (message: string) => new Wrong(422, 'verification_error', message)

type Json = Readonly<Record<string, unknown>>
const object = (value: unknown): Json => (typeof value === 'object' && value !== null ? { ...value } : {})
const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : value === undefined ? [] : [value])

const DATA_MODEL = 'https://www.w3.org/ns/credentials/v2'
const TYPES = ['vc+jwt', 'vc+ld+json+jwt']

/**
 * A small Federated Catalogue that checks what the real one does with `application/vc+jwt` (eclipse-xfsc/federated-catalogue, as of June 2026): access by
 * role and `participant_id`, the form of the token, signature by the DID document's assertion methods and with `iss` as a claim, x5u, the data model, and one
 * asset for each subject, replaced in its place. Written from its source, with a library that the connector does not use.
 */
export async function federatedCatalogue(t: Pick<Test, 'teardown'>, { verifiesSignatures = true } = {}) {
  const secret = jose.base64url.decode('c29tZXRoaW5nLXRoYXQtb25seS10aGUtY2F0YWxvZ3VlLWtub3dz')
  const assets = new Map<string, Asset>()
  const asked: string[] = []
  const login = {
    id: 'kontor',
    secret: 'sh+ip & c%',
    participant: '',
    roles: ['ASSET_CREATE', 'ASSET_UPDATE', 'ASSET_DELETE'],
    life: 300,
  }
  let outage: number | undefined
  const listeners = new Set<() => void>()

  const tokenFor = (participant: string, roles: readonly string[] = login.roles): Promise<string> =>
    new jose.SignJWT({ participant_id: participant, resource_access: { 'federated-catalogue': { roles } } })
      .setProtectedHeader({ alg: 'HS256' })
      .setExpirationTime(Math.floor(Date.now() / 1_000) + 300)
      .sign(secret)

  async function session(request: IncomingMessage, role: string): Promise<string> {
    const [, token = ''] = /^Bearer (.+)$/.exec(request.headers.authorization ?? '') ?? []
    const { payload } = await jose.jwtVerify(token, secret).catch(() => {
      throw new Wrong(401, 'unauthorized', 'Full authentication is required to access this resource')
    })
    const roles = list(object(object(payload.resource_access)['federated-catalogue']).roles)
    if (!roles.includes(role))
      throw new Wrong(403, 'forbidden_error', 'User does not have permission to execute this request.')
    return String(payload.participant_id)
  }

  function demandAccess(issuer: unknown, participant: string): void {
    if (issuer !== participant)
      throw new Wrong(403, 'forbidden_error', 'The user does not have access to the specified participant.')
  }

  async function add(request: IncomingMessage, participant: string) {
    if (request.headers['content-type'] !== 'application/vc+jwt') throw client('not RDF: it would be kept as a file')
    const jwt = Buffer.concat(await request.toArray()).toString('utf8')
    const { header, payload } = readToken(jwt)
    if (verifiesSignatures) await verifySignature(jwt, payload)
    if (!['vc', 'vc+ld+json'].includes(String(header.cty))) throw client("Loire VC JWT has invalid 'cty' header")
    const { id, issuer } = readCredential(payload)
    demandAccess(issuer, participant)
    const assetHash = createHash('sha256').update(jwt).digest('hex')
    if ([...assets.values()].some(each => each.assetHash === assetHash))
      throw new Wrong(409, 'conflict_error', `asset with id ${id} already exists`)
    assets.set(id, { id, issuer, assetHash, jwt, versions: (assets.get(id)?.versions ?? 0) + 1 })
    return {
      status: 201,
      body: { id, issuer, assetHash, status: 'active' },
      location: `/assets/${encodeURIComponent(id)}`,
    }
  }

  async function remove(id: string, participant: string) {
    const there = assets.get(id)
    if (there) demandAccess(there.issuer, participant)
    assets.delete(id)
    return { status: 204 }
  }

  async function token(request: IncomingMessage) {
    const form = new URLSearchParams(Buffer.concat(await request.toArray()).toString('utf8'))
    const [, basic = ''] = /^Basic (.+)$/.exec(request.headers.authorization ?? '') ?? []
    const [id, word] = Buffer.from(basic, 'base64').toString().split(':').map(decodeURIComponent)
    if (id !== login.id || word !== login.secret)
      return { status: 401, body: { error: 'invalid_client', error_description: `no ${word}` } }
    if (form.get('grant_type') !== 'client_credentials')
      return { status: 400, body: { error: 'unsupported_grant_type' } }
    return {
      status: 200,
      body: { access_token: await tokenFor(login.participant), expires_in: login.life, token_type: 'Bearer' },
    }
  }

  async function answer(request: IncomingMessage): Promise<{ status: number; body?: object; location?: string }> {
    const path = request.url ?? ''
    if (outage !== undefined) return { status: outage, body: { code: 'server_error', message: 'later' } }
    if (request.method === 'POST' && path === '/realms/federation/token') return token(request)
    if (request.method === 'POST' && path === '/assets') return add(request, await session(request, 'ASSET_CREATE'))
    const [, encoded] = /^\/assets\/by-id\/([^/]+)$/.exec(path) ?? []
    if (request.method === 'DELETE' && encoded !== undefined)
      return remove(decodeURIComponent(encoded), await session(request, 'ASSET_DELETE'))
    return { status: 404, body: { code: 'not_found_error', message: 'nothing is here' } }
  }

  const server = createServer(async (request, response) => {
    asked.push(`${request.method} ${request.url}`)
    const { status, body, location } = await answer(request).catch(error => ({
      status: error instanceof Wrong ? error.status : 500,
      body: { code: error instanceof Wrong ? error.code : 'server_error', message: String(error.message) },
      location: undefined,
    }))
    response.writeHead(status, { 'content-type': 'application/json', ...(location && { location }) })
    response.end(body && JSON.stringify(body))
    for (const look of listeners) look()
  })
  const url = await listening(t, server)
  return {
    url,
    tokenUrl: `${url}/realms/federation/token`,
    login,
    tokenFor,
    assets,
    asked,
    /** It answers everything with this, until there is none. */
    fails: (status: number | undefined) => {
      outage = status
    },
    /** Resolves when so many requests have been answered. */
    answered: (count: number) =>
      new Promise<void>(resolve => {
        const look = () => void (asked.length >= count && resolve())
        listeners.add(look)
        look()
      }),
  }
}

function readToken(jwt: string): { header: Json; payload: Json } {
  try {
    const [head = '', body = ''] = jwt.split('.')
    const [header, payload] = [head, body].map(part =>
      object(JSON.parse(Buffer.from(part, 'base64url').toString('utf8'))),
    )
    if (
      header &&
      payload &&
      TYPES.includes(String(header.typ)) &&
      '@context' in payload &&
      !('vc' in payload) &&
      !('vp' in payload)
    )
      return { header, payload }
  } catch {
    // Told below.
  }
  throw client('Unrecognizable JWT credential format')
}

async function verifySignature(jwt: string, payload: Json): Promise<void> {
  const { iss } = payload
  if (typeof iss !== 'string') throw client("JWT missing 'iss' claim")
  const { kid } = jose.decodeProtectedHeader(jwt)
  const did = object(
    await (await fetch(`${iss.replace('did:web:', 'http://').replace('%3A', ':')}/.well-known/did.json`)).json(),
  )
  const methods = list(did.assertionMethod).map(each =>
    typeof each === 'string'
      ? list(did.verificationMethod)
          .map(object)
          .find(({ id }) => id === each)
      : each,
  )
  const jwk = object(methods.map(object).find(({ id }) => id === kid)?.publicKeyJwk)
  if (jwk.kty === undefined) throw verification(`kid '${kid}' not found in assertionMethod`)
  await jose.compactVerify(jwt, await jose.importJWK(jwk, jose.decodeProtectedHeader(jwt).alg)).catch(() => {
    throw verification('JWT signature verification failed')
  })
  if (typeof jwk.x5u !== 'string')
    throw verification('Loire trust chain: publicKeyJwk must contain x5c or x5u certificate chain')
  const pem = await (await fetch(jwk.x5u)).text()
  const chain = (pem.match(/-----BEGIN[^-]+-----[^-]+-----END[^-]+-----/g) ?? []).map(each => new X509Certificate(each))
  const now = new Date()
  if (chain.length === 0 || chain.some(each => new Date(each.validTo) < now || new Date(each.validFrom) > now))
    throw verification('Signatures error')
}

function readCredential(payload: Json): { id: string; issuer: string } {
  if (!list(payload['@context']).includes(DATA_MODEL))
    throw client('Credential does not contain recognized VC 2.0 context')
  for (const name of ['type', 'credentialSubject', 'issuer'])
    if (!(name in payload)) throw verification(`VerifiableCredential[0] must contain '${name}' property`)
  const times = [
    Date.parse(String(payload.validFrom)),
    payload.validUntil === undefined ? Infinity : Date.parse(String(payload.validUntil)),
  ] as const
  if (!(times[0] <= Date.now()) || !(times[1] > Date.now())) throw verification('the dates are wrong')
  const [subject] = list(payload.credentialSubject).map(object)
  return { id: String(subject?.id ?? payload.id), issuer: String(payload.issuer) }
}
