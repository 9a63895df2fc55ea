import { Agent, type IncomingMessage, request } from 'node:http'
import { text } from 'node:stream/consumers'
import { setTimeout as sleep } from 'node:timers/promises'

/**
 * What tools for the EDC do over its management API v3. Whoever serves it, an EDC or we, is driven by the same calls.
 */
export interface Connector {
  readonly id: string
  /** Version path included. */
  readonly protocolUrl: string
  /** Calls the API, `path` below `/v3`; the JSON of the answer. Throws `ApiError` for anything but 2xx. */
  readonly api: Api
}

type Api = (method: string, path: string, body?: object) => Promise<unknown>

/** A JSON object of the API's. */
export type Json = Readonly<Record<string, unknown>>

/** The API has refused. */
export class ApiError extends Error {
  readonly status: number
  constructor(what: string, status: number, text: string) {
    super(`${what}: ${status} ${text.slice(0, 500)}`)
    this.status = status
  }
}

const EDC = 'https://w3id.org/edc/v0.0.1/ns/'
const context = { '@context': { '@vocab': EDC, edc: EDC, odrl: 'http://www.w3.org/ns/odrl/2/' } }
const ODRL = 'http://www.w3.org/ns/odrl.jsonld'
const PROTOCOL = 'dataspace-protocol-http:2025-1'

const agent = new Agent({ keepAlive: true })

/** The API at a URL that goes up to `/management`. What a call costs here is in what is measured: `fetch` costs three times as much. */
export const apiOf =
  (management: string, key: string): Api =>
  async (method, path, body) => {
    const url = `${management}/v3${path}`
    const said = body && JSON.stringify({ ...context, ...body })
    const length = said === undefined ? {} : { 'content-length': Buffer.byteLength(said) }
    const headers = { 'x-api-key': key, 'content-type': 'application/json', ...length }
    const answer = await new Promise<IncomingMessage>((resolve, reject) => {
      request(url, { agent, method, headers }, resolve).on('error', reject).end(said)
    })
    const content = await text(answer)
    const status = answer.statusCode ?? 0
    if (status < 200 || status > 299) throw new ApiError(`${method} ${url}`, status, content)
    return content === '' ? undefined : JSON.parse(content)
  }

/** What a provider offers. */
export interface Offering {
  /** Of the asset, of its policy and of its contract definition. */
  readonly id: string
  readonly source: Readonly<Record<string, string>>
  readonly properties?: Json
  readonly permission?: readonly Json[]
  /** Who may see it; everybody, unless said otherwise. */
  readonly access?: readonly Json[]
}

const policyOf = (permission: readonly Json[]) => ({
  policy: { '@context': ODRL, '@type': 'Set', permission, prohibition: [], obligation: [] },
})

/** Adds an asset. */
export const addAsset = (
  { api }: Connector,
  { id, source, properties = {} }: Pick<Offering, 'id' | 'source' | 'properties'>,
) =>
  api('POST', '/assets', {
    '@id': id,
    '@type': 'Asset',
    properties: { name: id, contenttype: 'application/octet-stream', ...properties },
    dataAddress: { '@type': 'DataAddress', type: 'HttpData', ...source },
  })

/** Puts on offer the assets whose ids are so; without that, everything. */
export async function addDefinition(
  { api }: Connector,
  { id, permission = [{ action: 'use' }], access }: Pick<Offering, 'id' | 'permission' | 'access'>,
  ids?: readonly [operator: '=' | 'like', id: string],
): Promise<void> {
  await api('POST', '/policydefinitions', { '@id': id, '@type': 'PolicyDefinition', ...policyOf(permission) })
  if (access)
    await api('POST', '/policydefinitions', {
      '@id': `${id}-access`,
      '@type': 'PolicyDefinition',
      ...policyOf(access),
    })
  await api('POST', '/contractdefinitions', {
    '@id': id,
    '@type': 'ContractDefinition',
    accessPolicyId: access ? `${id}-access` : id,
    contractPolicyId: id,
    assetsSelector: ids
      ? [{ '@type': 'Criterion', operandLeft: `${EDC}id`, operator: ids[0], operandRight: ids[1] }]
      : [],
  })
}

/** Puts an asset on offer. */
export async function offer(provider: Connector, offering: Offering): Promise<void> {
  await addAsset(provider, offering)
  await addDefinition(provider, offering, ['=', offering.id])
}

const peerOf = ({ id, protocolUrl }: Pick<Connector, 'id' | 'protocolUrl'>) => ({
  counterPartyAddress: protocolUrl,
  counterPartyId: id,
  protocol: PROTOCOL,
})

type Peer = Pick<Connector, 'id' | 'protocolUrl'>

/** A dataset in a catalogue. */
export interface Dataset extends Json {
  readonly '@id': string
  readonly hasPolicy: readonly Json[]
}

/** A provider's catalogue, by way of the consumer. */
export async function readCatalog(consumer: Connector, provider: Peer, query?: Json): Promise<readonly Dataset[]> {
  const catalog = (await consumer.api('POST', '/catalog/request', {
    '@type': 'CatalogRequest',
    ...peerOf(provider),
    ...(query && { querySpec: { '@type': 'QuerySpec', ...query } }),
  })) as { dataset?: Dataset | Dataset[] }
  return [catalog.dataset ?? []].flat()
}

/** One dataset of a provider's, by way of the consumer. */
export const readDataset = async (consumer: Connector, provider: Peer, id: string): Promise<Dataset> =>
  (await consumer.api('POST', '/catalog/dataset/request', {
    '@type': 'DatasetRequest',
    '@id': id,
    ...peerOf(provider),
  })) as Dataset

/** Asks for a contract on a dataset as it is offered, or on what `changes` make of the offer; the negotiation's id. */
export async function negotiate(
  consumer: Connector,
  provider: Peer,
  { '@id': target, hasPolicy }: Dataset,
  changes: Json = {},
): Promise<string> {
  const [offered] = [hasPolicy].flat()
  const policy = { '@context': ODRL, ...offered, '@type': 'Offer', assigner: provider.id, target, ...changes }
  return idIn(
    await consumer.api('POST', '/contractnegotiations', { '@type': 'ContractRequest', ...peerOf(provider), policy }),
  )
}

/** Asks for the data of an agreement; the transfer's id. `destination`: where the provider pushes it. */
export async function transfer(
  consumer: Connector,
  provider: Peer,
  agreementId: string,
  destination?: Readonly<Record<string, string>>,
): Promise<string> {
  return idIn(
    await consumer.api('POST', '/transferprocesses', {
      '@type': 'TransferRequest',
      ...peerOf(provider),
      contractId: agreementId,
      transferType: destination ? 'HttpData-PUSH' : 'HttpData-PULL',
      ...(destination && { dataDestination: { '@type': 'DataAddress', type: 'HttpData', ...destination } }),
    }),
  )
}

const idIn = (answer: unknown): string => (answer as { '@id': string })['@id']

/** The two kinds of processes, as their paths. */
export type Kind = 'contractnegotiations' | 'transferprocesses'

/** A negotiation or a transfer. */
export interface Shown extends Json {
  readonly '@id': string
  readonly state: string
  readonly correlationId?: string
  readonly errorDetail?: string
  readonly contractAgreementId?: string
}

/** A process as it stands. */
export const show = async ({ api }: Connector, kind: Kind, id: string): Promise<Shown> =>
  (await api('GET', `/${kind}/${encodeURIComponent(id)}`)) as Shown

/** Its state, and no more. */
export const stateOf = async ({ api }: Connector, kind: Kind, id: string): Promise<string> =>
  ((await api('GET', `/${kind}/${encodeURIComponent(id)}/state`)) as { state: string }).state

/** Of transfers that have ended the EDC soon says no more than that. */
const ENDED = ['TERMINATED', 'COMPLETED', 'DEPROVISIONED']

/** Asks until a process is in one of these states. Throws if it ends otherwise, or takes longer than `patience` ms. */
export async function until(
  connector: Connector,
  kind: Kind,
  id: string,
  wanted: readonly string[],
  { every = 20, patience = 60_000 } = {},
): Promise<Shown> {
  for (const end = performance.now() + patience; ; await sleep(every)) {
    const state = await stateOf(connector, kind, id)
    if (wanted.includes(state)) return show(connector, kind, id)
    if (!ENDED.includes(state) && performance.now() < end) continue
    const { errorDetail = 'no reason' } = await show(connector, kind, id)
    throw new Error(`${connector.id} has ${kind} ${id} ${state} (${errorDetail}), and not ${wanted.join(' or ')}`)
  }
}

/** The id of a negotiation or transfer on the other side. */
export async function idOfPeer(connector: Connector, kind: Kind, id: string): Promise<string> {
  const { correlationId } = await show(connector, kind, id)
  if (correlationId === undefined) throw new Error(`${connector.id} knows no other id of ${kind} ${id}`)
  return correlationId
}

// biome-ignore format: a table is read by its columns
const orders = {
  suspend:   'SuspendTransfer',
  terminate: 'TerminateTransfer',
} as const

/** Suspends or ends a transfer, or goes on with it. */
export async function order(
  { api }: Connector,
  id: string,
  what: keyof typeof orders | 'resume',
  reason = 'no reason',
): Promise<void> {
  const path = `/transferprocesses/${encodeURIComponent(id)}/${what}`
  await api('POST', path, what === 'resume' ? {} : { '@type': orders[what], reason })
}

/** Ends a negotiation. */
export const endNegotiation = ({ api }: Connector, id: string, reason: string): Promise<unknown> =>
  api('POST', `/contractnegotiations/${encodeURIComponent(id)}/terminate`, {
    '@type': 'TerminateNegotiation',
    '@id': id,
    reason,
  })

/** Where the data of a started transfer is fetched, and the value of the Authorization header. */
export interface Edr {
  readonly endpoint: string
  readonly authorization: string
}

/** The endpoint data reference of a started transfer; an EDC has it a little later than the state. */
export async function readEdr({ api }: Connector, id: string): Promise<Edr> {
  for (const end = performance.now() + 10_000; ; await sleep(20)) {
    try {
      return (await api('GET', `/edrs/${encodeURIComponent(id)}/dataaddress`)) as Edr
    } catch (error) {
      if (!(error instanceof ApiError) || error.status !== 404 || performance.now() > end) throw error
    }
  }
}

/** Asks for the data as tools for the EDC do: with the token as it is. */
export const fetchData = ({ endpoint, authorization }: Edr): Promise<Response> =>
  fetch(endpoint, { headers: { authorization } })
