import type { IncomingMessage, ServerResponse } from 'node:http'
import { json } from 'node:stream/consumers'
import type { Test } from 'tap'
import type { TrustedIssuer } from '../../../src/config/types.ts'
import { createAdmit } from '../../../src/identity/admit.ts'
import type { WalletEvents } from '../../../src/identity/credential-service/given.ts'
import { credentialServiceRoutes } from '../../../src/identity/credential-service/routes.ts'
import { createCredentialService } from '../../../src/identity/credential-service/service.ts'
import { DCP_CONTEXT, message } from '../../../src/identity/credentials/messages.ts'
import { type Content, type Profile, writeCredential } from '../../../src/identity/credentials/profiles.ts'
import { createDids } from '../../../src/identity/dids/index.ts'
import { createDoor } from '../../../src/identity/door.ts'
import { createAccessTokens } from '../../../src/identity/sts/access-token.ts'
import { verifyCredential } from '../../../src/identity/verifier/credential.ts'
import { createVerifyIdToken } from '../../../src/identity/verifier/id-token.ts'
import { createReplayStore } from '../../../src/identity/verifier/replay.ts'
import { createCheckStatus } from '../../../src/identity/verifier/status.ts'
import { createFetchStatusList } from '../../../src/identity/verifier/status-list.ts'
import { readPublicKey, signCompact } from '../../../src/keys/index.ts'
import { testDatabase } from '../../support/database.ts'
import { documentOf, idClaims, localClient, type Persona, plainHttp, signRaw, webHost } from '../../support/dids.ts'
import { freshSigner } from '../../support/keys.ts'
import { glassSafe } from '../../support/safe.ts'
import { joinAs } from '../replica.ts'

export const type = (name: string) => `org.eclipse.dspace.dcp.vc.type:${name}:read`

type Event = Parameters<WalletEvents['wallet']>[0]

/** Trusts everybody: whom the wallet trusts is decided before. */
const everybody = { typesBy: (_: string, types: readonly string[]) => types }

/**
 * A holder's credential service on a real database and over real HTTP, with an issuer whose service answers as it is told, a verifier,
 * and somebody else.
 */
export async function holderWorld(
  t: Test,
  options: {
    offers?: 'ask' | 'request'
    excess?: 'leave-out' | 'refuse'
    trusts?: (issuer: Persona) => readonly TrustedIssuer[]
  } = {},
) {
  const [db, host] = await Promise.all([testDatabase(t), webHost(t)])
  const clock = { ahead: 0 }
  const now = () => new Date(Date.now() + clock.ahead)
  const { request } = localClient(t)
  const us = host.persona('holder')
  const issuer = host.persona('issuer')
  const verifier = host.persona('verifier')
  const mallory = host.persona('mallory')
  const services = [{ id: `${issuer.did}#is`, type: 'IssuerService', serviceEndpoint: `${host.url}/issuer/is` }]
  issuer.document = documentOf(issuer.did, [issuer.signer], { service: services })

  /** What our requests to the issuer were, and what it answers: a status, and perhaps where to look. */
  // biome-ignore lint/suspicious/noExplicitAny: tests look into messages of every shape
  const asked: { body: any; token: string }[] = []
  const answers: { status: number; location?: string }[] = []
  const take = async (incoming: IncomingMessage, response: ServerResponse) => {
    const token = incoming.headers.authorization?.replace('Bearer ', '') ?? ''
    asked.push({ body: await json(incoming), token })
    const { status, location = `${host.url}/issuer/is/requests/1` } = answers.shift() ?? { status: 201 }
    response.writeHead(status, { location }).end()
  }
  host.put('/issuer/is/credentials', take)

  const accessSigner = freshSigner('ES256')
  const accessTokens = createAccessTokens({
    did: us.did,
    keyring: {
      current: () => accessSigner,
      find: async kid => (kid === accessSigner.kid ? readPublicKey(accessSigner.publicJwk) : undefined),
      publicKeys: async () => [accessSigner.publicJwk],
    },
    lifetime: 900_000,
    now,
  })
  const trustedIssuers = options.trusts?.(issuer) ?? [{ id: issuer.did, types: [] }]
  const happened: Event[] = []
  const rejected: string[] = []

  /** One running service; several on one database are replicas. */
  async function start() {
    const dids = createDids({ request, plainHttp, keepFor: 60_000, staleFor: 0, now })
    const fetchList = createFetchStatusList({ request, dids, rule: 'strict', now })
    const checkStatus = createCheckStatus({ fetchList, trust: everybody, keepFor: 1, staleFor: 0, now })
    const judges = { trust: everybody, dids, checkSchemas: async () => {}, checkStatus, now }
    const { jobs, serve } = await joinAs(t, { db, now })
    const service = createCredentialService({
      db,
      jobs,
      now,
      did: us.did,
      trustedIssuers,
      wallet: { offers: options.offers ?? 'ask', renewBefore: 7 * 86_400_000, excess: options.excess ?? 'leave-out' },
      giveUpAfter: 60_000,
      safe: glassSafe,
      sign: ({ header, payload }) => signCompact(us.signer, { ...header, kid: us.kid }, payload),
      peers: {
        idToken: audience => signRaw(us, {}, idClaims(us.did, audience, now())),
        findService: dids.findService,
        request,
      },
      published: async () => [],
      verifyCredential: token => verifyCredential(token, us.did, judges),
      events: { wallet: event => void happened.push(event) },
    })
    const useOnce = createReplayStore(db, now)
    const verifyIdToken = createVerifyIdToken({ audience: us.did, dids, useOnce, now })
    const door = createDoor('credential-service', ({ reason }) => void rejected.push(reason))
    const scopesOf = accessTokens.verify
    const routes = credentialServiceRoutes(service, {
      admit: createAdmit(verifyIdToken, async () => () => {}),
      door,
      scopesOf,
    })
    return { service, jobs, ...(await serve('/dcp', routes)) }
  }
  const first = await start()

  const token = (who: Persona, claims: object = {}, header: object = {}) =>
    signRaw(who, header, idClaims(who.did, us.did, now(), claims))

  async function post(path: string, body: object, authorization: string | undefined, base = first.base) {
    const response = await fetch(`${base}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(authorization !== undefined && { authorization }) },
      body: JSON.stringify(body),
    })
    const text = await response.text()
    // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every shape
    const answer: any = text.startsWith('{') ? JSON.parse(text) : text
    return { status: response.status, body: answer }
  }

  let made = 0

  /** A credential about us, valid for ninety days, signed by its issuer. */
  const credential = (
    changes: Partial<Content> = {},
    profile: Profile = 'vc11-sl2021/jwt',
    signer: Persona = issuer,
  ): Promise<string> => {
    const content: Content = {
      id: `urn:uuid:${made++}`,
      type: 'MembershipCredential',
      issuer: issuer.did,
      holder: us.did,
      claims: { memberOf: 'Hansa' },
      validFrom: new Date(now().getTime() - 1_000),
      validUntil: new Date(now().getTime() + 90 * 86_400_000),
      status: [],
      ...changes,
    }
    const { header, payload } = writeCredential[profile](content)
    return signRaw(signer, header, payload)
  }

  /** Has the issuer bring credentials; the answer is the status. */
  async function bring(
    credentials: readonly string[],
    more: { holderPid?: string; token?: string; types?: readonly string[]; profile?: Profile; from?: Persona } = {},
  ) {
    const { from = issuer, holderPid = 'unsolicited', profile = 'vc11-sl2021/jwt', types = [] } = more
    const body = message('CredentialMessage', {
      issuerPid: 'issuer-pid',
      holderPid,
      status: 'ISSUED',
      credentials: credentials.map((payload, i) => ({
        credentialType: types[i] ?? 'MembershipCredential',
        format: profile,
        payload,
      })),
    })
    return post('/credentials', body, `Bearer ${more.token ?? (await token(from))}`)
  }

  /** Asks for a presentation as the verifier does, with an access token for these scopes. */
  async function query(
    scopes: readonly string[],
    body: object = { scope: scopes },
    more: { token?: string; access?: string } = {},
  ) {
    const access = more.access ?? (await accessTokens.issue(verifier.did, scopes))
    return post(
      '/presentations/query',
      { '@context': [DCP_CONTEXT], type: 'PresentationQueryMessage', ...body },
      `Bearer ${more.token ?? (await token(verifier, { token: access }))}`,
    )
  }

  return {
    ...first,
    start,
    db,
    host,
    now,
    clock,
    us,
    issuer,
    verifier,
    mallory,
    asked,
    answers,
    take,
    accessTokens,
    happened,
    rejected,
    token,
    post,
    credential,
    bring,
    query,
  }
}

/** Who speaks, in tables of things that are wrong. */
export type World = Awaited<ReturnType<typeof holderWorld>>

/** Lets the work be done that is due, until none is left but what waits for its time. */
export async function settle({ db, jobs }: Pick<World, 'db' | 'jobs'>, now: () => Date): Promise<void> {
  do await jobs.drained()
  while ((await db.query('select from job where due <= $1', [new Date(now().getTime() + 50)])).length > 0)
}
