import type { Test } from 'tap'
import { type Config, hashToken, standardDcp } from '../../../src/config/index.ts'
import type { CredentialDefinition } from '../../../src/config/types.ts'
import { createConnector } from '../../../src/connector.ts'
import { testConfig } from '../../support/config.ts'
import { testDatabaseUrl } from '../../support/database.ts'
import { documentOf, idClaims, type Persona, plainHttp, signRaw, type WebHost, webHost } from '../../support/dids.ts'
import { freePort } from '../../support/ports.ts'

/** The two types of credentials of the official kit. */
export const MEMBERSHIP = 'MembershipCredential'
export const SENSITIVE = 'SensitiveDataCredential'
export const kinds = [MEMBERSHIP, SENSITIVE] as const

/** A program of the operator's that gets ID tokens from the connector. */
const program = { id: 'program', secret: 'the secret of the program' }

/** What a connector told its log of somebody whom it turned down. */
interface Rejected {
  readonly door: string
  readonly reason: string
  readonly detail: string
}

/** An answer over HTTP. */
export interface Answer {
  readonly status: number
  readonly headers: Headers
  // biome-ignore lint/suspicious/noExplicitAny: tests look into messages of every shape
  readonly body: any
}

/** Who plays against the connector, as in the official kit: each has a DID and its document on a host of the test's own. */
export interface Cast {
  readonly host: WebHost
  readonly issuer: Persona
  readonly holder: Persona
  readonly verifier: Persona
  readonly third: Persona
}

/** Where the services of an actor lie on the host. */
export const pathOf = (actor: 'holder' | 'verifier' | 'issuer'): string => `/${actor}/service`

const definition = (id: string, type: string, profile: CredentialDefinition['profile']): CredentialDefinition => ({
  id,
  type,
  profile,
  validity: 30 * 86_400_000,
  approval: 'automatic',
  requires: {},
  claims: { foo: 'bar' },
  status: ['revocation'],
  schema: undefined,
})

/** The one credential that the connector issues in the data model 2.0, beside those that the kit asks for. */
export const membership20 = definition('membership-20', MEMBERSHIP, 'vc20-bssl/jwt')

async function gather(t: Pick<Test, 'teardown'>): Promise<Cast> {
  const host = await webHost(t)
  const actor = (name: 'issuer' | 'holder' | 'verifier', type: string): Persona => {
    const persona = host.persona(name)
    const service = [{ id: `${persona.did}#service`, type, serviceEndpoint: `${host.url}${pathOf(name)}` }]
    persona.document = documentOf(persona.did, [persona.signer], { service })
    return persona
  }
  return {
    host,
    issuer: actor('issuer', 'IssuerService'),
    holder: actor('holder', 'CredentialService'),
    verifier: actor('verifier', 'CredentialService'),
    third: host.persona('thirdparty'),
  }
}

/** The cast, and a connector that is holder, verifier and issuer. It trusts the issuer of the cast, and issues to its holder. */
export async function startWorld(
  t: Pick<Test, 'teardown'>,
  {
    dcp = {},
    keys = {},
    network = {},
  }: {
    dcp?: Partial<Config['identity']['dcp']>
    keys?: Partial<Config['keys']>
    network?: Partial<Config['network']>
  } = {},
) {
  const cast = await gather(t)
  const port = await freePort()
  const did = `did:web:127.0.0.1%3A${port}`
  const base = testConfig({ id: did, database: await testDatabaseUrl(t) })
  const settings: Config['identity']['dcp'] = {
    ...standardDcp,
    plainHttp,
    trustedIssuers: [{ id: cast.issuer.did, types: kinds }],
    stsClients: [{ id: program.id, secret: hashToken(program.secret) }],
    // Each scenario presents something else.
    reuse: 0,
    statusTime: 0,
    ...dcp,
  }
  const log: string[] = []
  const connector = await createConnector(
    {
      ...base,
      protocol: { ...base.protocol, port },
      identity: { ...base.identity, mode: 'dcp', dcp: settings },
      log: { level: 'trace', format: 'json' },
      issuer: {
        ...base.issuer,
        definitions: [...kinds.map(type => definition(type, type, 'vc11-sl2021/jwt')), membership20],
        holders: [{ id: cast.holder.did, attributes: {}, credentials: undefined }],
      },
      keys: { ...base.keys, ...keys },
      network: { ...base.network, ...network },
    },
    { log: { write: line => log.push(line) } },
  )
  t.teardown(() => connector.stop())
  const { protocol, management } = await connector.start()

  const rejected = (): readonly Rejected[] =>
    log.map(line => JSON.parse(line)).filter(({ msg }) => msg === 'identity rejected')

  /** An ID token that the token service makes for a program of the operator's, with an access token for these scopes. */
  async function idToken(audience: string, scopes: readonly string[]): Promise<string> {
    const form = new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: program.id,
      client_secret: program.secret,
      audience,
      bearer_access_scope: scopes.join(' '),
    })
    const response = await fetch(`${management}/sts/token`, { method: 'POST', body: form })
    const { access_token } = (await response.json()) as { access_token: string }
    return access_token
  }

  return {
    ...cast,
    did,
    protocol,
    management,
    connector,
    log,
    /** An answer, and why the connector turned somebody down meanwhile: scenarios are played one after the other. */
    async refusal(work: () => Promise<Answer>): Promise<Answer & { readonly rejected: readonly Rejected[] }> {
      const before = rejected().length
      const answer = await work()
      return { ...answer, rejected: rejected().slice(before) }
    },
    /** Where the connector's DID document says that a service is. */
    async serviceOf(type: string): Promise<string> {
      const { body } = await call(`${protocol}/.well-known/did.json`)
      const services: { type: string; serviceEndpoint: string }[] = body.service
      return services.find(service => service.type === type)?.serviceEndpoint ?? ''
    },
    idToken,
    /** An access token for a verifier, out of such an ID token. */
    async accessToken(audience: string, scopes: readonly string[]): Promise<string> {
      return String(payloadOf(await idToken(audience, scopes)).token)
    },
  }
}

export type World = Awaited<ReturnType<typeof startWorld>>

/** Calls the connector: POST when there is a body. */
export async function call(
  url: string,
  { authorization, body }: { authorization?: string | undefined; body?: object | undefined } = {},
): Promise<Answer> {
  const response = await fetch(url, {
    method: body ? 'POST' : 'GET',
    headers: { ...(authorization !== undefined && { authorization }), 'content-type': 'application/json' },
    ...(body && { body: JSON.stringify(body) }),
  })
  const text = await response.text()
  return { status: response.status, headers: response.headers, body: readable(text) }
}

function readable(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

/** What a token says, unverified. */
export const payloadOf = (token: string): Readonly<Record<string, unknown>> =>
  JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString())

export const scopeOf = (type: string): string => `org.eclipse.dspace.dcp.vc.type:${type}:read`

export const seconds = (ahead = 0): number => Math.floor(Date.now() / 1_000) + ahead

/** Who speaks, to whom, who else is there, and what its ID token says beyond what all say. */
export interface Speech {
  readonly by: Persona
  readonly to: string
  readonly other: Persona
  readonly more?: object
}

/** The header of an ID token that is perfect but for what is given. */
export const said = async (
  { by, to, more }: Omit<Speech, 'other'>,
  claims: object = {},
  header: object = {},
): Promise<string> => `Bearer ${await signRaw(by, header, idClaims(by.did, to, new Date(), { ...more, ...claims }))}`

/** Says something with an Authorization header in which one thing is wrong. */
export type Misspoken = (speech: Speech) => Promise<string | undefined>

/** The ways in which the official kit has ID tokens be wrong. */
export const misspoken = {
  noHeader: async () => undefined,
  noBearer: async speech => (await said(speech)).replace('Bearer ', ''),
  wrongKey: async ({ by, to, other, more }) =>
    said({ by: { ...other, did: by.did, kid: by.kid }, to, more: { ...more } }),
  otherAudience: speech => said(speech, { aud: speech.other.did }),
  otherIssuer: speech => said(speech, { iss: speech.other.did }, { kid: speech.other.kid }),
  otherSubject: speech => said(speech, { sub: speech.other.did }),
} satisfies Record<string, Misspoken>

/** Its times are wrong by so many seconds. */
export const expired =
  (ago: number): Misspoken =>
  speech =>
    said(speech, { exp: seconds(-ago) })
export const fromTheFuture =
  (claim: 'iat' | 'nbf', ahead: number): Misspoken =>
  speech =>
    said(speech, { [claim]: seconds(ahead), exp: seconds(600) })

/** What differs from a perfect credential or presentation; `undefined` leaves something out. */
export interface Differences {
  /** In the token's claims, and in the credential or presentation itself. */
  readonly claims?: object
  readonly inside?: object
  readonly header?: object
  /** Who signs it instead. */
  readonly by?: Persona
}

const VC11 = 'https://www.w3.org/2018/credentials/v1'
const at = (ahead: number): string => new Date(Date.now() + ahead * 1_000).toISOString()

let credentials = 0

/** A credential as the kit's issuer makes them, about `subject`. */
export function credential(
  { issuer }: Pick<Cast, 'issuer'>,
  type: string,
  subject: string,
  { claims, inside, header = {}, by = issuer }: Differences = {},
): Promise<string> {
  const id = `00000000-0000-4000-8000-${String(credentials++).padStart(12, '0')}`
  const vc = {
    '@context': [VC11],
    id,
    type: ['VerifiableCredential', type],
    issuer: issuer.did,
    issuanceDate: at(0),
    expirationDate: at(600),
    credentialSubject: { id: subject, foo: 'bar' },
    ...inside,
  }
  const token = { iss: issuer.did, sub: subject, jti: id, nbf: seconds(), iat: seconds(), exp: seconds(300) }
  return signRaw(by, header, { ...token, vc, ...claims })
}

/** A presentation as the kit's holder makes them, for the connector. */
export function presentation(
  { holder, did }: Pick<World, 'holder' | 'did'>,
  verifiableCredential: unknown,
  { claims, inside, header = {}, by = holder }: Differences = {},
): Promise<string> {
  const context = [VC11, 'https://identity.foundation/presentation-exchange/submission/v1']
  const vp = { '@context': context, type: 'VerifiablePresentation', verifiableCredential, ...inside }
  const [iss, iat] = [holder.did, seconds()]
  const token = { iss, sub: iss, aud: did, jti: `vp-${credentials++}`, nbf: iat, iat, exp: iat + 300 }
  return signRaw(by, header, { ...token, vp, ...claims })
}
