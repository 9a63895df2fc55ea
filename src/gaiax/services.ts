import { badGateway, conflict, type KontorError } from '../errors.ts'
import { type Answer, type Client, createClient, createGuard, retryAfterOf } from '../http/index.ts'
import { isJsonObject } from '../jsonld/index.ts'

/** What each is called, and how long one answer of it may take, ms: a compliance service asks many others before it answers. */
// biome-ignore format: a table is read by its columns
const services = {
  notary:     { name: 'notary',             timeout: 10_000 },
  registry:   { name: 'registry',           timeout: 10_000 },
  compliance: { name: 'compliance service', timeout: 60_000 },
  events:     { name: 'event service',      timeout: 10_000 },
} as const

/** One of the services of a clearing house. */
export type Service = keyof typeof services

/** More than any label has, bytes. */
const MOST_BYTES = 262_144

/** The services of a clearing house, as the settings name them: base URLs, below which `/v2/…` is appended. */
export type ServiceUrls = Readonly<Record<Service, string | undefined>>

/** How they are reached. */
export interface Services {
  readonly urls: ServiceUrls
  /** The hosts of those that are spoken to by plain HTTP. */
  readonly plainHttp: readonly string[]
  request(service: Service, order: Order): Promise<Answer>
  /** The error for an answer that is none of those that were hoped for. */
  refusalOf(service: Service, answer: Answer): KontorError
  /** For what they publish about themselves: DID documents and certificates. */
  readonly fetch: Client['request']
  close(): void
}

type Order = Omit<Parameters<Client['request']>[0], 'url'> & {
  /** Below the base URL of the service. */
  readonly path: string
}

/**
 * Joins us with the services by a client of their own, which may call their hosts wherever these are, beside what `network.allow` has: so nobody
 * need name them there, where every URL of a peer's could then lead to them.
 */
export function connectServices(
  settings: ServiceUrls,
  {
    allow,
    now,
    patience = 1,
  }: { allow: readonly string[]; now: () => Date /** Of the usual time. */; patience?: number },
): Services {
  const { notary, registry, compliance, events } = settings
  const urls = { notary, registry, compliance, events }
  const named = Object.values(urls).flatMap(url => (url === undefined ? [] : [new URL(url)]))
  const hostOf = ({ hostname }: URL): string => hostname.replace(/^\[(.*)\]$/, '$1')
  const guard = createGuard({ allow: [...allow, ...named.map(hostOf)] })
  const client = createClient({ guard, timeout: services.notary.timeout * patience, maxResponse: MOST_BYTES })

  return {
    urls,
    plainHttp: named.filter(({ protocol }) => protocol === 'http:').map(hostOf),
    request(service, { path, ...order }) {
      const base = urls[service]
      if (base === undefined) throw new Error(`gaiaX.${service} is not set`)
      const timeout = services[service].timeout * patience
      return client.request({ timeout, ...order, url: `${base.replace(/\/+$/, '')}${path}` })
    },
    refusalOf: (service, answer) => refusalOf(services[service].name, answer, now()),
    fetch: client.request,
    close: client.close,
  }
}

/** Answers of somebody who has no time now. */
const later = [408, 425, 429]

/** What a service says when it refuses: something that is wrong with us (400 to 499) or with it. Told as it tells it, in short. */
function refusalOf(service: string, { status, body, headers }: Answer, now: Date): KontorError {
  const message = isJsonObject(body) ? [body.message].flat().filter(each => typeof each === 'string') : []
  const reason = readable(message.join('; '))
  const sentence = `The ${service} answered ${status}${reason === '' ? '' : `: ${reason}`}`
  if (status >= 400 && status < 500 && !later.includes(status)) return conflict(sentence)
  return badGateway(sentence, { retryAfter: retryAfterOf(headers, now) })
}

const MOST_CHARACTERS = 1_000

/** Others' words in our logs: no control characters, and not too many. */
export const readable = (text: string): string =>
  text
    .replace(/\p{Cc}+/gu, ' ')
    .trim()
    .slice(0, MOST_CHARACTERS)

/** The token that a service answered with. Throws `bad-gateway` for anything else: what it says is judged by whoever asked. */
export function tokenIn(service: string, { text }: Pick<Answer, 'text'>): string {
  const token = text.trim()
  if (!/^[\w-]+\.[\w-]+\.[\w-]+$/.test(token))
    throw badGateway(`The ${service} answered with something else than a credential.`)
  return token
}
