import { often } from '../describe/text.ts'
import { type Api, ask, call } from '../management-api.ts'
import { minutes } from '../table.ts'
import type {
  Agreement,
  Dataset,
  FederatedPeer,
  Negotiation,
  Obligation,
  Offer,
  PolicyDefinition,
  Transfer,
  Webhook,
} from './shapes.ts'

/** What a list is narrowed to. */
export interface Narrowing {
  readonly state?: string
  readonly role?: string
  readonly counterparty?: string
  readonly limit: number
}

/** A kind of things that a connector has: how it is listed, and what people see of one. */
export interface Kind<T> {
  readonly name: string
  /** Other words that are understood. */
  readonly aliases: readonly string[]
  readonly about: string
  /** States it may be in; where there are none it is not listed by state. */
  readonly states?: readonly string[]
  /** Whether it has a role and a counterparty to be listed by. */
  readonly byParty?: boolean
  readonly heads: readonly string[]
  readonly cells: (item: T) => readonly string[]
  readonly idOf: (item: T) => string
  readonly list: (api: Api, narrowing: Narrowing) => Promise<readonly T[]>
  readonly one: (api: Api, id: string) => Promise<T>
}

/** A page of a list of the house's own API. */
interface Page<T> {
  readonly items: readonly T[]
  readonly next?: string | null
}

/** Longest page that the API gives. */
const PAGE = 1_000

/** As many as are wanted, page by page. */
async function pages<T>(api: Api, path: string, { limit, ...conditions }: Narrowing): Promise<readonly T[]> {
  const items: T[] = []
  for (let after: string | null | undefined; items.length < limit && after !== null; ) {
    const query = new URLSearchParams({ ...conditions, limit: String(Math.min(PAGE, limit - items.length)) })
    if (after) query.set('after', after)
    const page = await ask<Page<T>>(api, `${path}?${query}`)
    items.push(...page.items)
    after = page.next ?? null
  }
  return items
}

/** The same of lists that have no place to go on from: they go on by how many came before. */
async function shortPages<T>(api: Api, path: string, { limit }: Narrowing): Promise<readonly T[]> {
  const items: T[] = []
  while (items.length < limit) {
    const size = Math.min(PAGE, limit - items.length)
    const page = await ask<Page<T>>(api, `${path}?limit=${size}&offset=${items.length}`)
    items.push(...page.items)
    if (page.items.length < size) break
  }
  return items
}

/** Things in the EDC's words come in lists of at most 10,000. */
const edcList = <T>(api: Api, path: string, { limit }: Narrowing): Promise<readonly T[]> =>
  call(api, { path: `/v3${path}/request`, body: { limit } })

const at = (path: string, id: string): string => `${path}/${encodeURIComponent(id)}`

const negotiations: Kind<Negotiation> = {
  name: 'negotiations',
  aliases: ['negotiation'],
  about: 'contract negotiations, the latest first',
  states: ['REQUESTED', 'OFFERED', 'ACCEPTED', 'AGREED', 'VERIFIED', 'FINALIZED', 'TERMINATED'],
  byParty: true,
  heads: ['NEGOTIATION', 'STATE', 'ROLE', 'WITH', 'DATASET', 'CHANGED', 'NOTE'],
  cells: item => [
    item.id,
    item.state ?? 'INITIAL',
    item.role,
    item.counterparty,
    item.dataset,
    minutes(item.updatedAt),
    noteOn(item),
  ],
  idOf: ({ id }) => id,
  list: (api, narrowing) => pages(api, '/negotiations', narrowing),
  one: (api, id) => ask(api, at('/negotiations', id)),
}

const transfers: Kind<Transfer> = {
  name: 'transfers',
  aliases: ['transfer'],
  about: 'transfers of data, the latest first',
  states: ['REQUESTED', 'STARTED', 'SUSPENDED', 'COMPLETED', 'TERMINATED'],
  byParty: true,
  heads: ['TRANSFER', 'STATE', 'ROLE', 'WITH', 'DATASET', 'FORMAT', 'CHANGED', 'NOTE'],
  cells: item => [
    item.id,
    item.state ?? 'INITIAL',
    item.role,
    item.counterparty,
    item.dataset,
    item.format,
    minutes(item.updatedAt),
    noteOn(item),
  ],
  idOf: ({ id }) => id,
  list: (api, narrowing) => pages(api, '/transfers', narrowing),
  one: (api, id) => ask(api, at('/transfers', id)),
}

/** What a person should know at a glance: what went wrong, or what it waits for. */
function noteOn({ error, waiting, sending }: Pick<Negotiation, 'error' | 'waiting' | 'sending'>): string {
  if (error) return error
  if (waiting) return `waits for a ${waiting.whom}`
  return sending.length > 0 ? `sending ${sending.join(', ')}` : ''
}

const agreements: Kind<Agreement> = {
  name: 'agreements',
  aliases: ['agreement'],
  about: 'agreements that were made, the latest first',
  byParty: true,
  heads: ['AGREEMENT', 'ROLE', 'WITH', 'DATASET', 'AGREED', 'STANDING'],
  cells: ({ id, role, counterparty, dataset, agreedAt, finalizedAt, retiredAt }) => [
    id,
    role,
    counterparty,
    dataset,
    minutes(agreedAt),
    retiredAt ? `retired ${minutes(retiredAt)}` : finalizedAt ? 'in force' : 'not final yet',
  ],
  idOf: ({ id }) => id,
  list: (api, narrowing) => pages(api, '/agreements', narrowing),
  one: (api, id) => ask(api, at('/agreements', id)),
}

const obligations: Kind<Obligation> = {
  name: 'obligations',
  aliases: ['obligation', 'duties'],
  about: 'what agreements demand to be done',
  states: ['inactive', 'pending', 'fulfilled', 'violated'],
  byParty: true,
  heads: ['OBLIGATION', 'STATE', 'ROLE', 'AGREEMENT', 'ACTION', 'DUE'],
  cells: ({ id, state, role, agreement, action, due }) => [id, state, role, agreement, action, minutes(due)],
  idOf: ({ id }) => id,
  list: (api, narrowing) => pages(api, '/obligations', narrowing),
  one: (api, id) => ask(api, at('/obligations', id)),
}

const datasets: Kind<Dataset> = {
  name: 'datasets',
  aliases: ['dataset', 'assets', 'asset'],
  about: 'datasets that this connector has',
  heads: ['DATASET', 'TITLE', 'SOURCE'],
  cells: ({ '@id': id, properties, dataAddress }) => [id, titleOf(properties), String(dataAddress?.type ?? '')],
  idOf: item => item['@id'],
  list: (api, narrowing) => edcList(api, '/assets', narrowing),
  one: (api, id) => call(api, { path: `/v3${at('/assets', id)}` }),
}

/** The title under which a dataset goes. */
export function titleOf(properties: Readonly<Record<string, unknown>> = {}): string {
  const named = ['http://purl.org/dc/terms/title', 'dct:title', 'title', 'name'].map(name => properties[name])
  const found = named.flat().find(each => each !== undefined)
  const text = typeof found === 'object' && found !== null && '@value' in found ? found['@value'] : found
  return text === undefined ? '' : String(text)
}

const policies: Kind<PolicyDefinition> = {
  name: 'policies',
  aliases: ['policy'],
  about: 'policies that offers refer to',
  heads: ['POLICY', 'CREATED'],
  cells: ({ '@id': id, createdAt }) => [id, createdAt === undefined ? '' : minutes(new Date(createdAt).toISOString())],
  idOf: item => item['@id'],
  list: (api, narrowing) => edcList(api, '/policydefinitions', narrowing),
  one: (api, id) => call(api, { path: `/v3${at('/policydefinitions', id)}` }),
}

const offers: Kind<Offer> = {
  name: 'offers',
  aliases: ['offer', 'contractdefinitions', 'contractdefinition'],
  about: 'what puts datasets on offer: contract definitions',
  heads: ['OFFER', 'ACCESS POLICY', 'CONTRACT POLICY', 'DATASETS'],
  cells: ({ '@id': id, accessPolicyId, contractPolicyId, assetsSelector }) => [
    id,
    accessPolicyId,
    contractPolicyId,
    [assetsSelector ?? []].flat().map(selected).join(' and ') || 'all',
  ],
  idOf: item => item['@id'],
  list: (api, narrowing) => edcList(api, '/contractdefinitions', narrowing),
  one: (api, id) => call(api, { path: `/v3${at('/contractdefinitions', id)}` }),
}

const selected = ({
  operandLeft,
  operator,
  operandRight,
}: Exclude<Offer['assetsSelector'], undefined | readonly unknown[]>) =>
  `${String(operandLeft).replace('https://w3id.org/edc/v0.0.1/ns/', '')} ${operator} ${[operandRight].flat().join(', ')}`

const peers: Kind<FederatedPeer> = {
  name: 'peers',
  aliases: ['peer'],
  about: 'participants whose catalogues are kept here, and when they were last looked at',
  heads: ['PEER', 'DATASETS', 'CRAWLED', 'NEXT', 'NOTE'],
  cells: ({ id, datasets, crawledAt, nextAttempt, lastError, attempts }) => [
    id,
    String(datasets),
    crawledAt === null ? 'never' : minutes(crawledAt),
    minutes(nextAttempt),
    lastError === null ? '' : `failed ${often(attempts)}: ${lastError}`,
  ],
  idOf: ({ id }) => id,
  list: (api, narrowing) => shortPages(api, '/peers', narrowing),
  one: (api, id) => ask(api, at('/peers', id)),
}

const webhooks: Kind<Webhook> = {
  name: 'webhooks',
  aliases: ['webhook'],
  about: 'where events are brought to',
  heads: ['WEBHOOK', 'URL', 'EVENTS', 'DELIVERED', 'NOTE'],
  cells: ({ id, url, types, deliveredAt, enabled, disabledReason, delivery }) => [
    id,
    url,
    types?.join(', ') ?? 'all',
    minutes(deliveredAt),
    enabled ? (delivery.lastError ?? '') : `disabled: ${disabledReason ?? 'no reason given'}`,
  ],
  idOf: ({ id }) => id,
  list: (api, narrowing) => shortPages(api, '/webhooks', narrowing),
  one: (api, id) => ask(api, at('/webhooks', id)),
}

/** All kinds, by name. */
export const kinds = {
  datasets,
  policies,
  offers,
  negotiations,
  agreements,
  transfers,
  obligations,
  peers,
  webhooks,
} as const
