import { createHash, randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import http, { type IncomingHttpHeaders, type OutgoingHttpHeaders } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import type { Test } from 'tap'
import { type Config, Secret } from '../../src/config/index.ts'
import { createConnector } from '../../src/connector.ts'
import type { Database } from '../../src/db/index.ts'
import { insertProcess } from '../../src/process/store.ts'
import type { Transfer } from '../../src/transfer/index.ts'
import { certificateAuthority, ecKey } from '../gaiax/authority.ts'
import { company, read } from '../gaiax/world.ts'
import { giveAgreement } from '../support/agreements.ts'
import { testConfig } from '../support/config.ts'
import { testDatabaseUrl } from '../support/database.ts'

/** Everything that must never be seen in a log or an answer. */
export const secrets = {
  key: 'management-key-0123456789',
  peer: 'token-of-the-peer-0123456789',
  rival: 'token-of-the-rival-0123456789',
  presented: 'token-that-we-present-0123456789',
  source: 'key-of-the-source-0123456789',
  edr: 'token-of-an-edr-0123456789',
  canary: 'canary-of-the-attacker-0123456789',
} as const

const US = 'did:web:us'
export const PEER = 'did:web:peer'
export const RIVAL = 'did:web:rival'
export const DSP = 'https://w3id.org/dspace/2025/1/context.jsonld'

/** What an attacker gets to see. */
export interface Reply {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  /** Of JSON the value, of anything else the text. */
  readonly body: unknown
}

/** One request, as it is: no opinion on paths, types or lengths. */
export interface Shot {
  readonly method: string
  readonly path: string
  readonly headers?: OutgoingHttpHeaders
  readonly body?: string | Buffer
}

/** A connector with something to lose: what is on offer, and processes of one participant that another must not touch. */
export type Target = Awaited<ReturnType<typeof startTarget>>

/** Starts one with a database of its own. Everything it logs is kept, down to the last trace. */
export async function startTarget(t: Pick<Test, 'teardown'>, changes: Partial<Config> = {}, now = () => new Date()) {
  const log: string[] = []
  const listening: { pattern: RegExp; tell: (line: string) => void }[] = []
  const write = (line: string) => {
    log.push(line)
    for (const { pattern, tell } of listening) if (pattern.test(line)) tell(line)
  }
  const knows = [
    { id: PEER, token: secrets.peer, presents: secrets.presented },
    { id: RIVAL, token: secrets.rival, presents: secrets.presented },
  ]
  const config = testConfig({ id: US, database: await testDatabaseUrl(t), knows }, {})
  const connector = await createConnector(
    {
      ...config,
      management: { ...config.management, apiKey: new Secret(secrets.key) },
      log: { level: 'trace', format: 'json' },
      gaiaX: { ...config.gaiaX, ...(await describing(t)) },
      ...changes,
    },
    { log: { write }, now },
  )
  t.teardown(() => connector.stop())
  const urls = await connector.start()
  const { db } = connector
  const send = (plane: keyof typeof urls, shot: Shot) => shoot(urls[plane], shot)

  const operator = (method: string, path: string, body?: object) =>
    send('management', {
      method,
      path: `/management${path}`,
      headers: { 'x-api-key': secrets.key, 'content-type': 'application/json' },
      ...(body && { body: JSON.stringify(body) }),
    })
  const say = (token: string, path: string, message: object) =>
    send('protocol', {
      method: 'POST',
      path: `/dsp/2025-1${path}`,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ '@context': [DSP], ...message }),
    })

  /** The first line of the log that fits, there already or yet to come. */
  const logged = (pattern: RegExp): Promise<string> => {
    const line = log.find(each => pattern.test(each))
    return line === undefined ? new Promise(tell => listening.push({ pattern, tell })) : Promise.resolve(line)
  }

  // What it does by itself at the beginning, as signing what it says of itself, is not what a test looks at.
  await connector.jobs.drained()
  return { connector, db, urls, log, logged, send, operator, say, digest: () => digestOf(db) }
}

const authority = await certificateAuthority()

/** What we say of ourselves in a Gaia-X ecosystem, with a key and a certificate. */
async function describing(t: Pick<Test, 'teardown'>): Promise<Partial<Config['gaiaX']>> {
  const folder = mkdtempSync(join(tmpdir(), 'kontor-hostile-'))
  t.teardown(() => rmSync(folder, { recursive: true }))
  const { pem, publicKey } = ecKey()
  const certificates = join(folder, 'chain.pem')
  writeFileSync(certificates, await authority.chain(publicKey, { hosts: ['us'] }))
  return { ...company, key: new Secret(pem), certificates }
}

/** Where what we have signed is told: the list with its status, and the key; once it is there. */
async function signedBy({ connector, send }: Pick<Target, 'connector' | 'send'>) {
  await connector.jobs.drained()
  const { body } = await send('protocol', { method: 'GET', path: '/gaia-x/credentials/legal-person' })
  const { header, payload } = read(String(body))
  const { statusListCredential } = payload.credentialStatus as { statusListCredential: string }
  return { statusList: statusListCredential.split('/').pop() ?? '', kid: header.kid?.split('#').pop() ?? '' }
}

/** What the rival owns, by ids. */
export type Treasure = Awaited<ReturnType<typeof fill>>

/** Puts a dataset on offer, and gives the rival a negotiation that waits for a person, agreements and transfers of both roles. */
export async function fill({ db, connector, operator, say, send }: Target) {
  const words = { '@context': { '@vocab': 'https://w3id.org/edc/v0.0.1/ns/' } }
  const use = { '@context': 'http://www.w3.org/ns/odrl.jsonld', '@type': 'Set', permission: [{ action: 'use' }] }
  const dataAddress = { type: 'HttpData', baseUrl: 'http://127.0.0.1:9/x', 'header:x-key': secrets.source }
  const selection = { accessPolicyId: 'use', contractPolicyId: 'use', assetsSelector: [] }
  await operator('POST', '/v3/assets', { ...words, '@id': 'wind', properties: { name: 'wind' }, dataAddress })
  await operator('POST', '/v3/policydefinitions', { ...words, '@id': 'use', policy: use })
  await operator('POST', '/v3/contractdefinitions', { ...words, '@id': 'all', ...selection })

  const [offer] = await offersOf(say)
  const negotiation = await say(secrets.rival, '/negotiations/request', {
    '@type': 'ContractRequestMessage',
    consumerPid: 'urn:uuid:the-pid-of-the-rival',
    callbackAddress: 'http://127.0.0.1:9/dsp',
    offer: { '@type': 'Offer', '@id': offer, target: 'wind', permission: [{ action: 'distribute' }] },
  })
  const common = { participantId: US, counterparty: RIVAL, datasetId: 'wind', permission: [{ action: 'use' }] }
  await giveAgreement(db, { ...common, id: 'agreement-as-provider', role: 'provider' })
  await giveAgreement(db, { ...common, id: 'agreement-as-consumer', role: 'consumer' })
  return {
    offer: offer ?? '',
    negotiation: (negotiation.body as { providerPid: string }).providerPid,
    provided: await giveTransfer(db, 'provider'),
    consumed: await giveTransfer(db, 'consumer'),
    agreement: 'agreement-as-provider',
    ...(await signedBy({ connector, send })),
    connector,
  }
}

async function offersOf(say: Target['say']): Promise<string[]> {
  const { body } = await say(secrets.peer, '/catalog/request', { '@type': 'CatalogRequestMessage' })
  const { dataset } = body as { dataset: { hasPolicy: { '@id': string }[] }[] }
  return dataset.flatMap(({ hasPolicy }) => hasPolicy.map(policy => policy['@id']))
}

async function giveTransfer(db: Database, role: 'provider' | 'consumer'): Promise<string> {
  const at = new Date()
  const property = { '@type': 'EndpointProperty', name: 'authorization', value: secrets.edr } as const
  const address = {
    '@type': 'DataAddress',
    endpointType: 'https://w3id.org/idsa/v4.1/HTTP',
    endpoint: 'http://127.0.0.1:9/public',
    endpointProperties: [property],
  } as const
  const transfer: Transfer = {
    id: `urn:uuid:${randomUUID()}`,
    role,
    state: 'STARTED',
    counterparty: RIVAL,
    peerPid: `urn:uuid:of-the-rival-as-${role === 'provider' ? 'consumer' : 'provider'}`,
    address: 'http://127.0.0.1:9/dsp',
    data: {
      agreementId: `agreement-as-${role}`,
      datasetId: 'wind',
      format: 'HttpData-PULL',
      ...(role === 'consumer' && { edr: { dataAddress: address, receivedAt: at.toISOString() } }),
    },
    sending: [],
    seen: ['first'],
    visits: { STARTED: 1 },
    waiting: null,
    error: null,
    version: 1,
    journalSeq: 0,
    journalHash: '',
    createdAt: at,
    updatedAt: at,
  }
  await db.transaction(async tx => {
    await insertProcess(tx, 'transfer', transfer, { entries: [], wakes: [], quiet: [] })
  })
  return transfer.id
}

/** SHA-256 over every row of every table but the audit, which tells of what was tried: equal means that nothing has changed, anywhere. */
async function digestOf(db: Database): Promise<string> {
  const tables = await db.query<{ name: string }>(
    `select format('%I.%I', schemaname, tablename) as name from pg_tables
     where schemaname not in ('pg_catalog', 'information_schema') and tablename not in ('audit', 'audit_end') order by 1`,
  )
  const hash = createHash('sha256')
  for (const { name } of tables) {
    const rows = await db.query<{ row: string }>(`select t::text as row from ${name} t order by 1`)
    hash.update(`${name}\n${rows.map(({ row }) => row).join('\n')}\n`)
  }
  return hash.digest('hex')
}

/** Sends a request and reads the answer, also one that comes before the body is through. */
async function shoot(url: string, { method, path, headers = {}, body }: Shot): Promise<Reply> {
  const { hostname, port } = new URL(url)
  const length =
    body === undefined || 'transfer-encoding' in headers ? {} : { 'content-length': Buffer.byteLength(body) }
  const request = http.request({ hostname, port, method, path, headers: { ...length, ...headers }, agent: false })
  const answer = new Promise<http.IncomingMessage>((resolve, reject) => {
    request.on('response', resolve)
    request.on('error', reject)
  })
  request.end(body)
  const response = await answer
  const said = await text(response)
  return { status: response.statusCode ?? 0, headers: response.headers, body: parsed(said) }
}

function parsed(said: string): unknown {
  try {
    return JSON.parse(said)
  } catch {
    return said
  }
}
