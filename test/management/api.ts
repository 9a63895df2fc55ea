import type { Test } from 'tap'
import { createAccess } from '../../src/access/index.ts'
import { createCatalog, type Peer } from '../../src/catalog/index.ts'
import { Secret } from '../../src/config/types.ts'
import type { Delivery } from '../../src/dsp/index.ts'
import { KontorError } from '../../src/errors.ts'
import { createTail } from '../../src/events/index.ts'
import { createEvidence } from '../../src/evidence/index.ts'
import { createFederation } from '../../src/federation/index.ts'
import { createServer } from '../../src/http/index.ts'
import { createJsonLd, type JsonObject } from '../../src/jsonld/index.ts'
import { createSecrets } from '../../src/keys/index.ts'
import { createCallbackWords, managementRoutes } from '../../src/management/index.ts'
import { createNegotiations, isBound, type Negotiations, type ObligationEvents } from '../../src/negotiation/index.ts'
import { fromWire as negotiationStep } from '../../src/negotiation/wire.ts'
import {
  createJobs,
  createOutbox,
  findPending,
  findTroubles,
  isReplicaAlive,
  joinReplicas,
  listAgreementJournal,
  listJournal,
} from '../../src/process/index.ts'
import type { DataPlane } from '../../src/signaling/index.ts'
import { createTransfers, type Transfers } from '../../src/transfer/index.ts'
import { fromWire as transferStep } from '../../src/transfer/wire.ts'
import { createCallbacks, createWebhooks } from '../../src/webhooks/index.ts'
import { testDatabase } from '../support/database.ts'
import { checkAnswer } from '../support/described.ts'
import { testKeys } from '../support/keys.ts'

export const KEY = 'the-key-of-the-management-api'
const OUR_URL = 'http://us.example/dsp/2025-1'
export const PEER_URL = 'http://peer.example/dsp/2025-1'

/** What `fetch` gave, read. */
export interface Answer {
  readonly status: number
  /** The JSON of the answer; undefined if it has no body. */
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every shape
  readonly body: any
  readonly type: string | null
}

type Told = Parameters<ObligationEvents['obligationChanged']>[0]

export type Api = Awaited<ReturnType<typeof startApi>>

/**
 * The management API of the participant `us`, on a listener of its own, before real services and a real database. The
 * peer at the other end is not there: what is sent to it is kept, and it acknowledges everything. `changes` is who may use it otherwise.
 */
export async function startApi(t: Test, changes: Partial<Parameters<typeof createAccess>[0]> = {}) {
  const db = await testDatabase(t)
  const clock = { at: Date.parse('2026-11-23T15:00:00Z') }
  const now = () => new Date(clock.at)
  const peer = createPeer()
  const ignore = () => {}
  const tail = createTail({ db, events: { failed: ignore } })
  await tail.start()
  const obligationsTold: Told[] = []
  const events = {
    stateChanged: ignore,
    decided: ignore,
    messageSent: ignore,
    gaveUp: ignore,
    told: tail.told,
    obligationChanged: (event: Told) => void obligationsTold.push(event),
  }
  const replica = await joinReplicas(db)
  const jsonLd = createJsonLd()
  const outbox = createOutbox({ db, replica, now, events: { failed: ignore } })
  const keys = await testKeys(db, now)
  const { safe } = keys
  const secrets = createSecrets({ db, safe, now })
  const jobs = createJobs({ db, replica, now, events: { jobFailed: ignore } })
  const request = async () => Promise.reject(new Error('nobody is called in these tests'))
  const callbacks = createCallbacks({
    db,
    jobs,
    tail,
    request,
    reveal: secrets.reveal,
    words: createCallbackWords(() => ({ negotiations, transfers, participantId: 'us' })),
    now,
    patience: 60_000,
  })
  const { follow } = callbacks
  const shared = { db, follow, outbox, now, events, callbackAddress: () => OUR_URL, checkAddress, giveUpAfter: 60_000 }

  const catalog = createCatalog({
    db,
    now,
    formatsOf: plane.formatsOf,
    sealSource: plane.seal,
    isBound,
    participantId: 'us',
    endpointUrl: () => OUR_URL,
    append: tail.append,
  })
  const negotiations: Negotiations = createNegotiations({
    ...shared,
    participantId: 'us',
    findOffer: catalog.findOffer,
    deciders: [],
    counterOffers: 'ask',
    askWebhook: undefined,
    expand: jsonLd.expand,
    send: peer.send,
  })
  const webhooks = createWebhooks({
    db,
    jobs,
    tail,
    safe,
    request,
    checkAddress,
    participantId: 'us',
    now,
    patience: 60_000,
    failed: ignore,
  })
  const findSource = async (_: unknown, id: string) => (await catalog.datasets.find(id))?.source
  const transfers: Transfers = createTransfers({
    ...shared,
    negotiations,
    findSource,
    plane,
    mayAccess: async () => true,
    recheck: async (_id, claims) => ({ claims }),
    deciders: [],
    send: peer.send,
    refreshToken,
    reveal: secrets.reveal,
    safe,
  })

  const federation = createFederation({
    db,
    jobs: { serve: ignore, ask: async () => {} },
    now,
    events: { catalogCrawled: ignore },
    settings: { peers: [], participants: 'listed', every: 3_600_000, mostDatasets: 10_000 },
    readPage: async () => ({ unchanged: true, next: undefined }),
    protocolUrl: async address => address,
  })

  const asked: { peer: Peer; what: unknown }[] = []
  const provided: { catalog: JsonObject | Promise<JsonObject> } = { catalog: {} }
  const provide = async (peer: Peer, what?: unknown) => {
    asked.push({ peer, what })
    return provided.catalog
  }
  const unexpected: unknown[] = []
  const access = createAccess({
    db,
    now,
    apiKey: new Secret(KEY),
    safe,
    replica: replica.number,
    isAlive: number => isReplicaAlive(db, number),
    keep: 86_400_000,
    failed: error => unexpected.push(error),
    limits: { managementRequests: 100_000, managementFailures: 100_000 },
    allow: [],
    ...changes,
  })
  const server = createServer({ name: 'management', listener: { host: '127.0.0.1', port: 0 }, unexpected: ignore })
  const routes = managementRoutes({
    access,
    jsonLd,
    catalog,
    federation,
    negotiations,
    transfers,
    secrets,
    webhooks,
    callbacks,
    evidence: createEvidence({
      db,
      negotiations,
      keyring: await keys.ring('evidence', { lifetime: 60_000 }),
      participantId: 'us',
      now,
    }),
    knownParticipants: [
      { id: 'did:web:partner', claims: { groups: ['partners'] } },
      { id: 'did:web:stranger', claims: { groups: [] } },
    ],
    events: { participantId: 'us', tail, mostStreams: 3 },
    now,
    journalOf: id => listJournal(db, id),
    journalUnder: (agreement, page) => listAgreementJournal(db, agreement, page),
    pendingOf: ids => findPending(db, ids, shared.giveUpAfter),
    troublesOf: id => findTroubles(db, id),
    dataPlane: {
      url: () => 'http://us.example/data',
      knows: plane.knows,
      formatsOf: source => (source.type === 'HttpData' ? plane.formatsOf(source) : []),
    },
    faultsOf: plane.faultsOf,
    openSource: plane.unseal,
    catalogClient: { requestCatalog: provide, requestDataset: provide },
    findPeer: async ({ peer, id = peer, address = PEER_URL }) => ({ counterparty: id, address }),
    examine: async () => ({ peer: { id: 'peer', address: PEER_URL }, healthy: true, checks: [] }),
    discover: async root => `${root.replace(/\/$/, '')}/discovered/2025-1`,
    checkAddress,
    unexpected: error => unexpected.push(error),
  })
  server.use(routes.routes())
  const { port } = await server.start()
  outbox.start()
  t.teardown(async () => {
    await tail.close()
    await server.stop(0)
    await access.close()
    peer.release()
    await outbox.stop()
    await replica.leave()
  })

  async function call(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Answer> {
    const response = await fetch(`http://127.0.0.1:${port}/management${path}`, {
      method,
      headers: { 'x-api-key': KEY, ...(body !== undefined && { 'content-type': 'application/json' }), ...headers },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    })
    const text = await response.text()
    const type = response.headers.get('content-type')
    const answer = { status: response.status, body: text === '' ? undefined : JSON.parse(text), type }
    checkAnswer(method, `/management${path}`, answer)
    return answer
  }

  /** A message of the peer in a negotiation of ours. */
  const negotiate = async (id: string, message: JsonObject) =>
    // A message as it stands behind `receive`, which these tests leave out.
    negotiations.receive(
      id,
      negotiationStep({ sender: peerParty, message } as unknown as Parameters<typeof negotiationStep>[0]),
    )

  /** A message of the peer in a transfer of ours. */
  const transfer = async (id: string, message: JsonObject) =>
    transfers.receive(id, transferStep({ sender: peerParty, message } as unknown as Parameters<typeof transferStep>[0]))

  /** Waits until all that is to be sent is sent, and acknowledged. */
  const settled = () => outbox.drained()

  return {
    db,
    clock,
    tail,
    obligationsTold,
    peer,
    catalog,
    negotiations,
    transfers,
    secrets,
    asked,
    provided,
    unexpected,
    call,
    negotiate,
    transfer,
    settled,
    port,
  }
}

const peerParty = { id: 'peer', claims: {} }

/** The other connector, as far as it is needed: it acknowledges what it is sent, unless it is held. */
function createPeer() {
  const sent: { counterparty: string; url: string; message: JsonObject }[] = []
  let held: Promise<void> | undefined
  let release = () => {}
  return {
    sent,
    /** From now on nothing is answered until `release`. */
    hold(): void {
      held = new Promise(resolve => {
        release = resolve
      })
    },
    release: (): void => release(),
    async send(counterparty: string, url: string, message: object): Promise<Delivery> {
      const pid = `peer-${sent.push({ counterparty, url, message: { ...message } })}`
      await held
      return { kind: 'acknowledged', body: { providerPid: pid, consumerPid: pid } }
    },
  }
}

/** A data plane that knows HTTP and opens nothing. */
const plane: DataPlane = {
  knows: type => type === 'HttpData',
  formatsOf: () => ['HttpData-PULL', 'HttpData-PUSH'],
  faultsOf: ({ type, baseUrl }) => [
    ...(type === 'HttpData' ? [] : ['type must be HttpData.']),
    ...(typeof baseUrl === 'string' ? [] : ['baseUrl is missing.']),
  ],
  seal: source => source,
  unseal: async source => source,
  start: async () => undefined,
  suspend: async () => {},
  terminate: async () => {},
}

const checkAddress = (url: string): void => {
  if (url.startsWith('http://169.254.'))
    throw new KontorError('address-forbidden', 400, 'This host must not be called.')
}

const refreshToken = async () => ({ access_token: 'fresh', refresh_token: 'next', expires_in: 300 })
