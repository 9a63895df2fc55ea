import { badGateway, conflict } from '../errors.ts'
import { type Client, createClient, createGuard } from '../http/index.ts'
import { isJsonObject } from '../jsonld/index.ts'

/** For one answer of a notary, a registry or an event service, ms; a compliance service asks many others before it answers. */
const TIMEOUT = 10_000
const COMPLIANCE_TIMEOUT = 60_000
/** More than any label has, bytes. */
const MOST_BYTES = 262_144

/** The services of a clearing house, as the settings name them: base URLs, below which `/v2/…` is appended. */
export interface ServiceUrls {
  readonly notary: string | undefined
  readonly registry: string | undefined
  readonly compliance: string | undefined
  readonly events: string | undefined
}

/** How they are reached. */
export interface Services {
  readonly urls: ServiceUrls
  /** The hosts of those that are spoken to by plain HTTP. */
  readonly plainHttp: readonly string[]
  request(service: keyof ServiceUrls, order: Order): ReturnType<Client['request']>
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
export function connectServices(settings: ServiceUrls, allow: readonly string[]): Services {
  const { notary, registry, compliance, events } = settings
  const urls = { notary, registry, compliance, events }
  const named = Object.values(urls).flatMap(url => (url === undefined ? [] : [new URL(url)]))
  const hostOf = ({ hostname }: URL): string => hostname.replace(/^\[(.*)\]$/, '$1')
  const guard = createGuard({ allow: [...allow, ...named.map(hostOf)] })
  const client = createClient({ guard, timeout: TIMEOUT, maxResponse: MOST_BYTES })

  return {
    urls,
    plainHttp: named.filter(({ protocol }) => protocol === 'http:').map(hostOf),
    request(service, { path, ...order }) {
      const base = urls[service]
      if (base === undefined) throw new Error(`gaiaX.${service} is not set`)
      const timeout = service === 'compliance' ? COMPLIANCE_TIMEOUT : TIMEOUT
      return client.request({ timeout, ...order, url: `${base.replace(/\/+$/, '')}${path}` })
    },
    fetch: client.request,
    close: client.close,
  }
}

/** What a service says when it refuses: something that is wrong with us (400 to 499) or with it. Told as it tells it, in short. */
export function refusalOf(service: string, answer: Awaited<ReturnType<Client['request']>>): Error {
  const { status, body } = answer
  const message = isJsonObject(body) ? [body.message].flat().filter(each => typeof each === 'string') : []
  const reason = readable(message.join('; '))
  const sentence = `The ${service} answered ${status}${reason === '' ? '' : `: ${reason}`}`
  return status >= 400 && status < 500 && status !== 429 ? conflict(sentence) : badGateway(sentence)
}

const MOST_CHARACTERS = 1_000

/** Others' words in our logs: no control characters, and not too many. */
export const readable = (text: string): string =>
  text
    .replace(/\p{Cc}+/gu, ' ')
    .trim()
    .slice(0, MOST_CHARACTERS)

/** The token that a service answered with. Throws `bad-gateway` for anything else: what it says is judged by whoever asked. */
export function tokenIn(service: string, { text }: Awaited<ReturnType<Client['request']>>): string {
  const token = text.trim()
  if (!/^[\w-]+\.[\w-]+\.[\w-]+$/.test(token))
    throw badGateway(`The ${service} answered with something else than a credential.`)
  return token
}
