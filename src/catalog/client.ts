import { DSP_CONTEXT, type MessageOf, reasonOf } from '../dsp/index.ts'
import { badGateway, KontorError } from '../errors.ts'
import { findLink } from './link.ts'

/** A participant to ask, and where it receives messages: its protocol URL, version path included. */
export interface Peer {
  readonly counterparty: string
  readonly address: string
}

/** What a peer answered; header names in lower case. */
export interface PeerAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: unknown
}

/** Sends a request to a participant, with the authorization that it understands. */
export type Ask = (request: {
  method: 'GET' | 'POST'
  counterparty: string
  url: string
  body?: object
  /** An ETag: what has not changed since need not be sent. */
  ifNoneMatch?: string | undefined
}) => Promise<PeerAnswer>

/** Understands an answer of a type; throws `invalid` if it is none. */
type Parse = <T extends 'Catalog' | 'Dataset'>(type: T, body: unknown) => MessageOf<T> | Promise<MessageOf<T>>

type JsonObject = Readonly<Record<string, unknown>>
type Catalog = MessageOf<'Catalog'>

/** A page of a catalogue, in the words of this connector; or word that it is as it was. `next` leads to the one behind it. */
export type CatalogPage =
  | { readonly unchanged: true; readonly next: string | undefined }
  | { readonly message: Catalog; readonly etag: string | undefined; readonly next: string | undefined }

/** Asks other participants for what they offer. All of it throws `bad-gateway`, with the peer's reason if it gave one. */
export interface CatalogClient {
  /** One page of a provider's catalogue, valid, and as it came. `filter` is the protocol's. */
  requestCatalog(peer: Peer, filter?: readonly unknown[]): Promise<JsonObject>
  /** One dataset of a provider, valid, and as it came. */
  requestDataset(peer: Peer, id: string): Promise<JsonObject>
  /** One page, the first or the one that a link leads to; nothing of it if it is still the one of an ETag. */
  readPage(
    peer: Peer,
    page: { filter?: readonly unknown[] | undefined; link?: string | undefined; ifNoneMatch?: string | undefined },
  ): Promise<CatalogPage>
  /** All pages of a provider's catalogue as one, in the words of this connector. */
  collectCatalog(peer: Peer, filter?: readonly unknown[]): Promise<Catalog>
}

/** Nobody turns more pages; a peer whose links never end would keep us for ever. */
const MOST_PAGES = 1_000

/** Makes the client from what sends and what understands. */
export function createCatalogClient({ ask, parse }: { ask: Ask; parse: Parse }): CatalogClient {
  async function request<T extends 'Catalog' | 'Dataset'>(type: T, order: Parameters<Ask>[0]) {
    const answer = await ask(order)
    const { status, body, headers } = answer
    if (status < 200 || status >= 300) throw refusal(order.counterparty, answer)
    const message = await understand(type, order.counterparty, () => parse(type, body))
    // Whatever `parse` takes for a message is an object.
    return { message, body: body as JsonObject, next: findLink(headers.link, 'next', order.url) }
  }

  const orderOf = ({ counterparty, address }: Peer, filter?: readonly unknown[], link?: string) => {
    const url = link ?? `${base(address)}/catalog/request`
    const body = { '@context': [DSP_CONTEXT], '@type': 'CatalogRequestMessage', ...(filter && { filter }) }
    return { method: 'POST', counterparty, url, body } as const
  }

  const requestPage = (peer: Peer, filter?: readonly unknown[], link?: string) =>
    request('Catalog', orderOf(peer, filter, link))

  return {
    requestCatalog: async (peer, filter) => (await requestPage(peer, filter)).body,
    requestDataset: async ({ counterparty, address }, id) => {
      const url = `${base(address)}/catalog/datasets/${encodeURIComponent(id)}`
      return (await request('Dataset', { method: 'GET', counterparty, url })).body
    },
    async readPage(peer, { filter, link, ifNoneMatch }) {
      const order = orderOf(peer, filter, link)
      const answer = await ask({ ...order, ifNoneMatch })
      const { status, headers, body } = answer
      const next = findLink(headers.link, 'next', order.url)
      if (status === 304 && ifNoneMatch !== undefined) return { unchanged: true, next }
      if (status < 200 || status >= 300) throw refusal(peer.counterparty, answer)
      const message = await understand('Catalog', peer.counterparty, () => parse('Catalog', body))
      return { message, etag: headers.etag, next }
    },
    collectCatalog: async (peer, filter) => {
      const first = await requestPage(peer, filter)
      const rest: Catalog[] = []
      for (let link = first.next; link !== undefined; ) {
        if (rest.length === MOST_PAGES)
          throw badGateway(`The catalogue of ${peer.counterparty} has more than ${MOST_PAGES} pages.`)
        const page = await requestPage(peer, filter, link)
        rest.push(page.message)
        link = page.next
      }
      return bind(first.message, rest)
    },
  }
}

/** Pages as one catalogue: what is said of all of it stands on the first. */
function bind(first: Catalog, rest: readonly Catalog[]): Catalog {
  const dataset = [first, ...rest].flatMap(page => page.dataset ?? [])
  const catalog = [first, ...rest].flatMap(page => page.catalog ?? [])
  return { ...first, ...(dataset.length > 0 && { dataset }), ...(catalog.length > 0 && { catalog }) }
}

function refusal(counterparty: string, { status, body }: PeerAnswer): KontorError {
  const reason = reasonOf(body)
  return badGateway(`${counterparty} answered ${status}${reason === undefined ? '' : `: ${reason}`}.`)
}

async function understand<T>(type: string, counterparty: string, parse: () => T | Promise<T>): Promise<T> {
  try {
    return await parse()
  } catch (error) {
    if (!(error instanceof KontorError)) throw error
    throw badGateway(`What ${counterparty} answered is not a ${type}: ${error.message}`, {
      faults: error.faults,
      cause: error,
    })
  }
}

const base = (address: string): string => address.replace(/\/+$/, '')
