import type { IncomingMessage, ServerResponse } from 'node:http'
import { json } from 'node:stream/consumers'
import type { Test } from 'tap'
import type { CredentialDefinition, EntitledHolder } from '../../../src/config/types.ts'
import type { Database } from '../../../src/db/index.ts'
import { createAdmit } from '../../../src/identity/admit.ts'
import { DCP_CONTEXT } from '../../../src/identity/credentials/messages.ts'
import { createDids } from '../../../src/identity/dids/index.ts'
import { createDoor } from '../../../src/identity/door.ts'
import type { IssuanceEvents } from '../../../src/identity/issuer/given.ts'
import { createIssuer } from '../../../src/identity/issuer/issuer.ts'
import { issuerRoutes } from '../../../src/identity/issuer/routes.ts'
import { createVerifyIdToken } from '../../../src/identity/verifier/id-token.ts'
import { createReplayStore } from '../../../src/identity/verifier/replay.ts'
import { signCompact } from '../../../src/keys/index.ts'
import { testDatabase } from '../../support/database.ts'
import { documentOf, idClaims, localClient, type Persona, plainHttp, signRaw, webHost } from '../../support/dids.ts'
import { glassSafe } from '../../support/safe.ts'
import { joinAs } from '../replica.ts'

/** A definition as it is when nothing else is said. */
export const definition = (changes: Partial<CredentialDefinition> = {}): CredentialDefinition => ({
  id: 'membership',
  type: 'MembershipCredential',
  profile: 'vc11-sl2021/jwt',
  validity: 30 * 86_400_000,
  approval: 'automatic',
  requires: {},
  claims: { memberOf: 'Hansa', city: { attribute: 'city' } },
  status: ['revocation'],
  schema: undefined,
  ...changes,
})

/** A message as a holder was sent it. */
export interface Delivered {
  readonly token: string
  // biome-ignore lint/suspicious/noExplicitAny: tests look into messages of every shape
  readonly body: any
}

type Event = Parameters<IssuanceEvents['issuance']>[0]

/**
 * An issuer on a real database and over real HTTP, with a holder whose credential service keeps what it is sent, and answers as it is
 * told.
 */
export async function issuerWorld(
  t: Test,
  options: { definitions?: readonly CredentialDefinition[]; holders?: readonly EntitledHolder[]; db?: Database } = {},
) {
  const [db, host] = await Promise.all([options.db ?? testDatabase(t), webHost(t)])
  const clock = { ahead: 0 }
  const now = () => new Date(Date.now() + clock.ahead)
  const { request } = localClient(t)
  const us = host.persona('issuer')
  const alice = host.persona('alice')
  const mallory = host.persona('mallory')
  const services = [{ id: `${alice.did}#cs`, type: 'CredentialService', serviceEndpoint: `${host.url}/alice/cs` }]
  alice.document = documentOf(alice.did, [alice.signer], { service: services })

  const delivered: Delivered[] = []
  const answers: number[] = []
  const take = async (incoming: IncomingMessage, response: ServerResponse) => {
    delivered.push({ token: incoming.headers.authorization?.replace('Bearer ', '') ?? '', body: await json(incoming) })
    response.writeHead(answers.shift() ?? 200).end()
  }
  host.put('/alice/cs/credentials', take)
  host.put('/alice/cs/offers', take)

  const definitions = options.definitions ?? [definition()]
  const holders = options.holders ?? [{ id: alice.did, attributes: { city: 'Lübeck' }, credentials: undefined }]
  const happened: Event[] = []
  const rejected: string[] = []

  /** One running issuer; several on one database are replicas. */
  async function start() {
    const dids = createDids({ request, plainHttp, keepFor: 60_000, staleFor: 0, now })
    const { jobs, serve } = await joinAs(t, { db, now })
    const place = { base: '' }
    const idToken = (audience: string, { access }: { access?: string } = {}) =>
      signRaw(us, {}, idClaims(us.did, audience, now(), { token: access }))
    const issuer = createIssuer({
      db,
      jobs,
      now,
      did: us.did,
      definitions,
      holders,
      statusValidity: 60_000,
      formatNames: 'dcp',
      giveUpAfter: 60_000,
      baseUrl: () => place.base,
      safe: glassSafe,
      sign: ({ header, payload }) => signCompact(us.signer, { ...header, kid: us.kid }, payload),
      peers: { idToken, findService: dids.findService, request },
      events: { issuance: event => void happened.push(event) },
    })
    const useOnce = createReplayStore(db, now)
    const verifyIdToken = createVerifyIdToken({ audience: us.did, dids, useOnce, now })
    const door = createDoor('issuer', ({ reason }) => void rejected.push(reason))
    const routes = issuerRoutes(issuer, { admit: createAdmit(verifyIdToken, async () => () => {}), door })
    const served = await serve('/issuer', routes, base => {
      place.base = base
    })
    return { issuer, jobs, ...served }
  }
  const first = await start()

  const token = (who: Persona = alice, claims: object = {}, header: object = {}) =>
    signRaw(who, header, idClaims(who.did, us.did, now(), claims))

  async function call(
    method: 'GET' | 'POST',
    path: string,
    given: { token?: string; body?: object; base?: string } = {},
  ) {
    const { base = first.base } = given
    const response = await fetch(path.startsWith('http') ? path : `${base}${path}`, {
      method,
      headers: {
        ...(given.token !== undefined && { authorization: `Bearer ${given.token}` }),
        ...(given.body && { 'content-type': 'application/json' }),
      },
      ...(given.body && { body: JSON.stringify(given.body) }),
    })
    const text = await response.text()
    const location = response.headers.get('location') ?? ''
    const type = response.headers.get('content-type') ?? ''
    // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every shape
    const body: any = type.includes('json') ? JSON.parse(text) : text
    return { status: response.status, location, type, body, headers: response.headers }
  }

  /** Asks for credentials as a holder does. */
  const ask = async (given: { token?: string; body?: object; ids?: readonly string[]; base?: string } = {}) =>
    call('POST', '/credentials', {
      token: given.token ?? (await token()),
      body: given.body ?? requestMessage(given.ids),
      ...(given.base !== undefined && { base: given.base }),
    })

  return {
    ...first,
    db,
    host,
    now,
    clock,
    us,
    alice,
    mallory,
    delivered,
    take,
    answers,
    happened,
    rejected,
    start,
    token,
    call,
    ask,
  }
}

/** A request for credentials. */
export const requestMessage = (ids: readonly string[] = ['membership'], holderPid = 'holder-pid') => ({
  '@context': [DCP_CONTEXT],
  type: 'CredentialRequestMessage',
  holderPid,
  credentials: ids.map(id => ({ id })),
})
