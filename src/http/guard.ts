import { isIP, type LookupFunction } from 'node:net'
import { KontorError } from '../errors.ts'
import { plainName, readAllowed } from './allow.ts'
import { type Address, askOnce, type Resolve, systemResolve } from './resolve.ts'
import { createStandings } from './standing.ts'

/** Decides which hosts this process may call, and with which scheme. */
export interface Guard {
  /**
   * Judges what can be judged without asking the network, and gives the URL parsed: call that one, so that nobody
   * downstream reads the text differently. Throws `address-forbidden` (400).
   */
  check(url: string | URL): URL
  /**
   * Name resolution for `node:http` and `node:https` agents. It judges the very addresses that are then connected to, so
   * a name that changes its answer after `check` wins nothing. Calls back with `address-forbidden`. Agents ask nobody for
   * a host that is an address already: that is what `check` is for.
   */
  readonly lookup: { readonly http: LookupFunction; readonly https: LookupFunction }
}

/**
 * The guard against server-side request forgery: URLs come from peers (callback addresses, DIDs, catalogues) and must
 * not make us call our own network. Only public unicast addresses may be called, and only by HTTPS, which the Dataspace
 * Protocol demands of everyone. What `allow` names (host names, IP addresses, CIDR ranges) may be called although it is
 * not public, and by plain HTTP, too: an operator's own network is the operator's to judge.
 *
 * `plainHttp`: also of public hosts by plain HTTP, for what is signed and nobody's secret. `resolve` stands in for DNS. Throws `invalid` when an entry of `allow` cannot be read.
 *
 * @example
 * const guard = createGuard({ allow: ['10.1.0.0/16', 'provider.internal'] })
 * guard.check('https://connector.example/dsp') // fine
 * guard.check('http://169.254.169.254/')       // throws
 */
export function createGuard(options: {
  allow: readonly string[]
  plainHttp?: 'allowed hosts' | 'public hosts'
  resolve?: Resolve
}): Guard {
  const allowed = readAllowed(options.allow)
  const resolve = askOnce(options.resolve ?? systemResolve)

  const standingOf = createStandings(allowed.addresses)
  const notEncrypted = (protocol: string): string | undefined =>
    protocol === 'http:' && options.plainHttp !== 'public hosts'
      ? 'the URL is plain http:, which is kept for allowed hosts'
      : undefined

  const objectTo = (protocol: string, address: string): string | undefined => {
    const standing = standingOf(address)
    if (standing === 'allowed') return undefined
    return standing === 'public' ? notEncrypted(protocol) : `its address is ${standing}`
  }

  // Where no address is allowed, plain HTTP is refused before anybody is asked for the address.
  const objectToName = (protocol: string): string | undefined =>
    allowed.addresses.empty ? notEncrypted(protocol) : undefined

  const check = (given: string | URL): URL => {
    const url = parse(given)
    const host = hostOf(url)
    if (allowed.names.has(host)) return url
    const objection = isIP(host) === 0 ? objectToName(url.protocol) : objectTo(url.protocol, host)
    if (objection !== undefined) throw refusal(host, objection)
    return url
  }

  const find = async (protocol: string, hostname: string): Promise<Address[]> => {
    const found = await resolve(hostname)
    if (allowed.names.has(plainName(hostname))) return [...found]
    const good = found.filter(({ address }) => objectTo(protocol, address) === undefined)
    if (good.length > 0) return good
    const [objection = 'it has no address'] = found.map(({ address }) => objectTo(protocol, address))
    throw refusal(plainName(hostname), objection)
  }

  return { check, lookup: { http: lookupBy(find, 'http:'), https: lookupBy(find, 'https:') } }
}

/** Speaks as `dns.lookup` does: Node asks for all addresses, or for one where it tries only one. */
function lookupBy(find: (protocol: string, hostname: string) => Promise<Address[]>, protocol: string): LookupFunction {
  return (hostname, options, callback) => {
    find(protocol, hostname).then(
      addresses => {
        if (options.all) callback(null, addresses)
        else callback(null, addresses[0]?.address ?? '', addresses[0]?.family)
      },
      error => callback(error, []),
    )
  }
}

function parse(given: string | URL): URL {
  const url = tryUrl(given)
  if (url === undefined) throw forbidden('The URL to call cannot be read; an absolute https: URL is needed.')
  if (url.protocol !== 'https:' && url.protocol !== 'http:')
    throw forbidden(`The URL to call starts with ${JSON.stringify(url.protocol)}; only https: and http: can be called.`)
  if (url.username !== '' || url.password !== '')
    throw forbidden(`The URL to call at ${JSON.stringify(url.host)} carries a user name or password; leave them out.`)
  return url
}

function tryUrl(given: string | URL): URL | undefined {
  try {
    return new URL(given)
  } catch {
    return undefined
  }
}

/** The host as it is judged. The URL parser has turned `0x7f.1` and `2130706433` into dotted addresses already. */
const hostOf = (url: URL): string => plainName(url.hostname.replace(/^\[(.*)\]$/, '$1'))

const forbidden = (message: string): KontorError => new KontorError('address-forbidden', 400, message)

const refusal = (host: string, objection: string): KontorError =>
  forbidden(
    `The host ${JSON.stringify(host)} must not be called: ${objection}. If it may be, name it in the setting "network.allow".`,
  )
