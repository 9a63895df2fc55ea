import type { VersionResponse } from '../dsp/index.ts'
import { joinUrl, PROTOCOL_PATH } from '../dsp/index.ts'
import { badGateway, KontorError } from '../errors.ts'
import type { PeersGiven } from './types.ts'

const WELL_KNOWN = '/.well-known/dspace-version'

/** The version of the protocol that we speak. */
export const VERSION = PROTOCOL_PATH.slice(1)

/** What a peer tells about itself, where, and when by its own clock. */
export interface Versions {
  readonly root: string
  readonly versions: VersionResponse['protocolVersions']
  /** Its clock minus ours, ms; undefined if it does not tell. */
  readonly skew: number | undefined
}

/** Where the version document of an address may be: the address is a root, or a protocol URL below one. */
function rootsOf(address: string): readonly string[] {
  const { origin, pathname } = new URL(address)
  const path = pathname.replace(/\/+$/, '')
  const above = path.replace(/\/[^/]*$/, '')
  return [...new Set([`${origin}${path}`, `${origin}${above}`, origin])]
}

/** Asks for the version document at the places where it may be. Throws `bad-gateway`, or what the client throws. */
export async function askVersions(
  address: string,
  { request, parseVersions, now }: Pick<PeersGiven, 'request' | 'parseVersions' | 'now'>,
): Promise<Versions> {
  let last = 0
  for (const root of rootsOf(address)) {
    const began = now().getTime()
    const { status, headers, body } = await request({ method: 'GET', url: joinUrl(root, WELL_KNOWN) })
    last = status
    if (status !== 200) continue
    const middle = (began + now().getTime()) / 2
    const { protocolVersions } = await understood(() => parseVersions(body))
    return { root, versions: protocolVersions, skew: skewOf(headers.date, middle) }
  }
  throw badGateway(`There is no version document at ${rootsOf(address)[0]}${WELL_KNOWN}: it answers ${last}.`)
}

/** The date of an answer is cut to the second. */
function skewOf(date: string | undefined, ours: number): number | undefined {
  const theirs = Date.parse(date ?? '')
  return Number.isNaN(theirs) ? undefined : theirs + 500 - ours
}

async function understood<T>(parse: () => T | Promise<T>): Promise<T> {
  try {
    return await parse()
  } catch (error) {
    if (!(error instanceof KontorError)) throw error
    throw badGateway('What stands there is no version document of the Dataspace Protocol.', { cause: error })
  }
}

/** Whether an address is the root that a version document belongs to: that of an EDC has a path. */
export const isRootOf = ({ root }: Versions, address: string): boolean =>
  new URL(address).pathname === '/' || address.replace(/\/+$/, '') === root

/** The entry of our version by HTTPS, which is the only binding there is. */
export const ours = ({ versions }: Versions): Versions['versions'][number] | undefined =>
  versions.find(({ version, binding, path }) => version === VERSION && binding === 'HTTPS' && path.startsWith('/'))
