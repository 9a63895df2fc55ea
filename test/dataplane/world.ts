import { once } from 'node:events'
import http, { type IncomingMessage, type RequestListener } from 'node:http'
import { buffer } from 'node:stream/consumers'
import type { Test } from 'tap'
import { createDataPlane, type DataPlaneOptions, propertyOf, type RunningDataPlane } from '../../src/dataplane/index.ts'
import type { Database } from '../../src/db/index.ts'
import { createGuard } from '../../src/http/index.ts'
import { createSecrets, type Secrets } from '../../src/keys/index.ts'
import type { DataAddress, DataFlow, SourceAddress } from '../../src/signaling/index.ts'
import { testDatabase } from '../support/database.ts'
import { testKeys } from '../support/keys.ts'
import { listening } from '../support/listening.ts'

type T = Pick<Test, 'teardown'>
type Served = Parameters<DataPlaneOptions['events']['dataServed']>[0]
type Refused = Parameters<DataPlaneOptions['events']['dataRefused']>[0]

/** A data plane behind a listener of its own, and what it has told. */
export interface World extends RunningDataPlane {
  readonly db: Database
  readonly url: string
  readonly secrets: Secrets
  readonly served: Served[]
  readonly refused: Refused[]
  readonly unexpected: unknown[]
  /** Resolves with the next of these, from now on. */
  next(event: 'served' | 'refused' | 'unexpected' | 'completed' | 'failed'): Promise<unknown>
  /** Starts a pull flow and gives its address. */
  open(source: SourceAddress, id?: string): Promise<DataAddress>
}

/** A flow with everything that does not matter filled in. */
export const flowOf = (source: SourceAddress, more: Partial<DataFlow> = {}): DataFlow => ({
  id: 'flow-1',
  counterparty: 'consumer',
  agreementId: 'agreement-1',
  datasetId: 'dataset-1',
  format: 'HttpData-PULL',
  source,
  destination: undefined,
  ...more,
})

/** A data plane with a database of its own, or beside another one on the same. */
export async function createWorld(t: T, options: Partial<DataPlaneOptions> = {}): Promise<World> {
  const db = options.db ?? (await testDatabase(t))
  const now = options.now ?? (() => new Date())
  const waiting = new Map<string, ((value: never) => void)[]>()
  const tell = (event: string, value: unknown): void => {
    for (const heard of waiting.get(event)?.splice(0) ?? []) heard(value as never)
  }
  const [served, refused, unexpected]: [Served[], Refused[], unknown[]] = [[], [], []]
  let url = ''

  const keys = await testKeys(db, now)
  const secrets = createSecrets({ db, safe: keys.safe, now })
  const dataPlane = createDataPlane({
    db,
    keyring: await keys.ring('edr', { lifetime: 600_000 }),
    safe: keys.safe,
    reveal: secrets.reveal,
    participantId: 'provider',
    publicUrl: () => url,
    allowOrigins: [],
    tokenLifetime: 600_000,
    files: undefined,
    mayAccess: async () => true,
    book: async id => {
      const may = (await options.mayAccess?.(id)) ?? true
      return may === true ? { end: async () => {} } : may
    },
    guard: createGuard({ allow: ['127.0.0.1', 'localhost'] }),
    now,
    ...options,
    listener: {
      async completed(id) {
        await options.listener?.completed(id)
        tell('completed', id)
      },
      async failed(id, reason) {
        await options.listener?.failed(id, reason)
        tell('failed', { id, reason })
      },
    },
    events: {
      dataServed(event) {
        served.push(event)
        tell('served', event)
      },
      dataRefused(event) {
        refused.push(event)
        tell('refused', event)
      },
      unexpected(event) {
        unexpected.push(event)
        tell('unexpected', event)
      },
    },
  })

  const server = http.createServer((request, response) => {
    if (!dataPlane.serve(request, response)) response.writeHead(404).end()
  })
  url = await listening(t, server)
  t.teardown(() => dataPlane.stop())

  return {
    ...dataPlane,
    db,
    url,
    secrets,
    served,
    refused,
    unexpected,
    next: event => new Promise(resolve => waiting.set(event, [...(waiting.get(event) ?? []), resolve])),
    async open(source, id = 'flow-1') {
      const address = await dataPlane.plane.start(flowOf(source, { id }))
      if (address === undefined) throw new Error('a pull flow has an address')
      return address
    },
  }
}

/** A web resource for data planes to fetch from. */
export const createSource = (t: T, answer: RequestListener): Promise<string> => listening(t, http.createServer(answer))

export const tokenOf = (address: DataAddress): string => propertyOf(address, 'authorization') ?? ''

/** What came back, head and body. */
export interface Reply {
  readonly status: number
  readonly headers: http.IncomingHttpHeaders
  readonly body: Buffer
}

/** Asks as it is told, without an opinion on paths; `token` becomes a bearer token. Rejects when the body breaks off. */
export async function ask(
  url: string,
  options: {
    token?: string
    path?: string
    method?: string
    headers?: http.OutgoingHttpHeaders
    body?: string | Buffer
  } = {},
): Promise<Reply> {
  const answer = await begin(url, options)
  return { status: answer.statusCode ?? 0, headers: answer.headers, body: await buffer(answer) }
}

/** The same, but gives the answer when its head is there. */
export async function begin(
  url: string,
  options: {
    token?: string
    path?: string
    method?: string
    headers?: http.OutgoingHttpHeaders
    body?: string | Buffer
  } = {},
): Promise<IncomingMessage> {
  const { token, path = '/public', method = 'GET', headers = {}, body } = options
  const authorization = token === undefined ? {} : { authorization: `Bearer ${token}` }
  const length = body === undefined ? {} : { 'content-length': Buffer.byteLength(body) }
  const { hostname, port } = new URL(url)
  const request = http.request({
    hostname,
    port,
    path,
    method,
    headers: { ...authorization, ...length, ...headers },
    agent: false,
  })
  request.end(body)
  const [answer] = await once(request, 'response')
  request.on('error', () => {})
  return answer
}
