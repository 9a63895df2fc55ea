import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Test } from 'tap'
import type { Config } from '../../src/config/index.ts'
import { createConnector } from '../../src/connector.ts'
import type { Checked, Examination } from '../../src/peers/types.ts'
import { testConfig } from '../support/config.ts'
import { testDatabaseUrl } from '../support/database.ts'

const context = ['https://w3id.org/dspace/2025/1/context.jsonld']

export const PEER = 'did:web:peer.example'

/** An answer of the peer: a status, and what is sent as JSON, or text as it is. */
export type Answer = readonly [status: number, body: object | string, headers?: Readonly<Record<string, string>>]

/** What the peer answers, by method and the beginning of the path. */
export type Answers = Readonly<Record<string, Answer>>

export const versionsOf = (...versions: object[]): object => ({
  protocolVersions: versions.length > 0 ? versions : [ourVersion()],
})

export const ourVersion = (more: object = {}): object => ({
  version: '2025-1',
  path: '/dsp/2025-1',
  binding: 'HTTPS',
  serviceId: PEER,
  ...more,
})

export const errorOf = (type: string, reason: string): object => ({
  '@context': context,
  '@type': type,
  code: 'some-code',
  reason: [reason],
  ...(type === 'CatalogError' ? {} : { providerPid: 'urn:p', consumerPid: 'urn:c' }),
})

export const offerOf = (id: string, constraint: readonly object[] = []): object => ({
  '@id': id,
  '@type': 'Offer',
  permission: [{ action: 'use', ...(constraint.length > 0 && { constraint }) }],
})

export const datasetOf = (id: string, ...offers: readonly object[]): object => ({
  '@id': id,
  '@type': 'Dataset',
  hasPolicy: offers.length > 0 ? offers : [offerOf('an-offer')],
  distribution: [{ '@type': 'Distribution', format: 'HttpData-PULL', accessService: 's' }],
})

/** Something that stands for itself. */
export const aloneOf = (node: object): object => ({ '@context': context, ...node })

export const catalogOf = (...datasets: readonly object[]): object => ({
  '@context': context,
  '@id': 'urn:catalog',
  '@type': 'Catalog',
  participantId: PEER,
  ...(datasets.length > 0 && { dataset: datasets }),
})

/** Headers of an answer whose date is so many seconds off, or is not there. */
export const off = (seconds: number | 'untold'): Readonly<Record<string, string>> => ({ 'x-seconds-off': `${seconds}` })

/** How somebody answers with whom all is well. */
const usual: Answers = {
  'GET /.well-known/dspace-version': [200, versionsOf()],
  'GET /dsp/2025-1/negotiations/': [404, errorOf('ContractNegotiationError', 'There is no such negotiation.')],
  'POST /dsp/2025-1/catalog/request': [200, catalogOf(datasetOf('wind'))],
  'GET /dsp/2025-1/catalog/datasets/': [200, aloneOf(datasetOf('wind'))],
}

/** Answers requests by a table, over what is usual. */
export const answering =
  (answers: Answers) =>
  (request: IncomingMessage, response: ServerResponse): void => {
    const line = `${request.method} ${request.url}`
    const all = { ...usual, ...answers }
    const key = Object.keys(all)
      .filter(each => line.startsWith(each))
      .sort((a, b) => b.length - a.length)[0]
    const [status, body, headers = {}] = (key !== undefined && all[key]) || ([404, '<h1>canary</h1>'] as const)
    const { 'x-seconds-off': off, ...others } = headers
    response.sendDate = off !== 'untold'
    const date = new Date(Date.now() + Number(off) * 1_000)
    response.writeHead(status, { ...others, ...(Number(off) && { date: date.toUTCString() }) })
    response.end(typeof body === 'string' ? body : JSON.stringify(body))
  }

/** A peer on this machine that answers by a table; its origin. */
export async function startPeer(t: Pick<Test, 'teardown'>, answers: Answers = {}): Promise<string> {
  const server = createServer(answering(answers)).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => {
    server.close()
    server.closeAllConnections()
  })
  const { port } = server.address() as AddressInfo // a server on a port has no other kind of address
  return `http://127.0.0.1:${port}`
}

export type Us = Awaited<ReturnType<typeof startUs>>

/** A connector of ours that knows the peer by static tokens, unless its settings say otherwise. */
export async function startUs(
  t: Pick<Test, 'teardown'>,
  changes: (config: Config) => Partial<Config> = () => ({}),
  id = 'did:web:us.example',
) {
  const base = testConfig({
    id,
    database: await testDatabaseUrl(t),
    knows: [{ id: PEER, token: 'theirs', presents: 'ours' }],
  })
  const connector = await createConnector({ ...base, ...changes(base) })
  t.teardown(() => connector.stop())
  const urls = await connector.start()
  const ask = async <Body = unknown>(path: string, body: object): Promise<{ status: number; body: Body }> => {
    const response = await fetch(`${urls.management}/management/v1${path}`, {
      method: 'POST',
      headers: { 'x-api-key': 'a key for the tests', 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
    return { status: response.status, body: (await response.json()) as Body }
  }
  return {
    connector,
    urls,
    ask,
    /** What the doctor finds. */
    async examine(question: object): Promise<Examination> {
      const { status, body } = await ask('/doctor', question)
      if (status !== 200) throw new Error(`${status}: ${JSON.stringify(body)}`)
      return body as Examination
    },
  }
}

/** What was found at one check. */
export function foundAt({ checks }: Examination, check: string): Checked {
  const found = checks.find(each => each.check === check)
  if (!found) throw new Error(`nothing is called ${check}`)
  return found
}

/** The names of what is ill. */
export const illIn = ({ checks }: Examination): readonly string[] =>
  checks.filter(({ outcome }) => outcome === 'ill').map(({ check }) => check)
