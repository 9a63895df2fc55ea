import type { KeyObject } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { Test } from 'tap'
import type { ClearingHouse } from '../../src/clearing-house/index.ts'
import type { Config } from '../../src/config/index.ts'
import type { Connector } from '../../src/connector.ts'
import { createShapes } from '../../src/jsonld/index.ts'
import { type EventSource, openEventSource } from '../support/event-source.ts'
import { listening } from '../support/listening.ts'
import { participant, read } from './world.ts'

/** The authority of a clearing house, as these tests want it. */
const authorityOf = (house: ClearingHouse) => ({
  root: house.anchor,
  chain: (publicKey: KeyObject) =>
    house.certify({ publicKey: publicKey.export({ format: 'jwk' }), hosts: ['localhost', '127.0.0.1'] }),
})

const builtIn = new URL('../../contexts/gaia-x/25.11/shapes.ttl', import.meta.url)

/** The thread that validates is there for all tests of a file: to begin one takes longer than to be labelled. */
export async function keepShapes(t: Pick<Test, 'teardown'>): Promise<void> {
  const shapes = createShapes(() => [readFileSync(builtIn, 'utf8')])
  t.teardown(() => shapes.close())
  await shapes.validate([])
}

/** The settings that name a house. */
export const settingsFor = (house: ClearingHouse, urls = house.urls): Partial<Config['gaiaX']> => ({
  registrationNumbers: [{ kind: 'vat-id', value: 'DE900000006', countryCode: 'DE' }],
  notary: urls.notary,
  compliance: urls.compliance,
  events: urls.events,
  trustedIssuers: [
    { id: house.dids.notary, types: ['VatID'] },
    { id: house.dids.compliance, types: ['LabelCredential', 'ComplianceCredential'] },
  ],
})

/** A participant that has itself labelled, and what it tells of that. */
export async function applicant(t: Test, house: ClearingHouse, changes: Partial<Config['gaiaX']> = {}) {
  const authority = authorityOf(house)
  const who = await participant(
    t,
    authority,
    { ...settingsFor(house), ...changes },
    {
      log: { level: 'info', format: 'json' },
    },
  )
  const lines: string[] = []
  const start = (other: Partial<Config['gaiaX']> = {}, now?: () => Date): Promise<Connector> =>
    who.start(other, { log: { write: line => void lines.push(line) }, ...(now && { now }) })
  return {
    ...who,
    start,
    /** What it told of Gaia-X: `[what, reason]`. */
    told: (what: string): readonly string[] =>
      lines
        .map(line => JSON.parse(line))
        .filter(line => line.msg === 'gaia-x' && line.what === what)
        .map(({ reason, type }) => String(reason ?? type)),
  }
}

/** Follows what a connector tells of Gaia-X, from the first. */
export const follow = (t: Test, connector: Connector): Promise<EventSource> =>
  openEventSource(t, `${connector.urls().management}/management/v1/events?after=0&type=gaia-x.*`, {
    'x-api-key': 'a key for the tests',
  })

/** The versions of a credential that a connector has kept. */
export async function versions(connector: Connector, name: string): Promise<number> {
  const [row] = await connector.db.query<{ count: number }>(
    'select count(*)::int as count from gaiax_credential where id like $1',
    [`%/gaia-x/credentials/${name}`],
  )
  return row?.count ?? 0
}

/** A credential as everybody finds it; undefined if it is not there. */
export async function published(url: string, name: string) {
  const response = await fetch(`${url}/gaia-x/credentials/${name}`)
  return response.status === 200 ? read(await response.text()).payload : undefined
}

type Handler = (request: IncomingMessage, response: ServerResponse) => unknown

/** Stands between a participant and a house: passes everything on, but for what it does itself. */
export async function goBetween(t: Test, house: ClearingHouse) {
  const own = new Map<string, Handler>()
  const asked: string[] = []
  const pass = async (request: IncomingMessage, response: ServerResponse) => {
    const url = request.url ?? ''
    const body = Buffer.concat(await request.toArray())
    const answer = await fetch(new URL(url, house.urls.notary), {
      method: request.method ?? 'GET',
      headers: { 'content-type': request.headers['content-type'] ?? 'text/plain' },
      ...(body.length > 0 && { body }),
    })
    response.writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? '' })
    response.end(Buffer.from(await answer.arrayBuffer()))
  }
  const server = createServer((request, response) => {
    const url = request.url ?? ''
    asked.push(url)
    const handler = [...own].find(([part]) => url.includes(part))?.[1]
    if (handler) return void handler(request, response)
    // Whoever asks may be killed in the midst of it.
    pass(request, response).catch(() => response.destroy())
  })
  const base = await listening(t, server)
  const urls = Object.fromEntries(
    Object.entries(house.urls).map(([name, url]) => [name, base + new URL(url).pathname]),
  ) as ClearingHouse['urls']
  return { urls, own, asked }
}

/** Answers with a text. */
export const answering =
  (status: number, text: string | Buffer, headers: Record<string, string> = {}): Handler =>
  (_, response) =>
    response.writeHead(status, { 'content-type': 'application/vc+jwt', ...headers }).end(text)
