import type { Peer } from '../catalog/index.ts'
import { joinUrl } from '../dsp/index.ts'
import { badGateway, invalid } from '../errors.ts'
import { Rejection } from '../identity/index.ts'
import type { PeerQuestion, PeersGiven } from './types.ts'
import { askVersions, isRootOf, ours, VERSION, type Versions } from './versions.ts'

/** Finds out who is meant, and where that participant receives messages. Throws `invalid`, `bad-gateway`, or what the guard throws. */
export type FindPeer = (question: PeerQuestion) => Promise<Peer>

type Given = Pick<PeersGiven, 'guard' | 'request' | 'parseVersions' | 'checkup' | 'dealingsWith' | 'now'>

/**
 * Makes it. An id is that of a DID document, whose service tells where it is reached, or of somebody with whom we have dealt. Who a URL belongs to
 * is what it says itself only if that is proven: whoever is asked gets a token of ours meant for that id, and could show it there.
 */
export function createFindPeer(given: Given): FindPeer {
  const { guard, dealingsWith } = given

  /** A path may be that of a root, as with the EDC, or already lead to what was asked for. */
  async function rootAt(address: string): Promise<Versions | undefined> {
    if (guard.check(address).pathname === '/') return askVersions(address, given)
    const found = await askVersions(address, given).catch(() => undefined)
    return found && isRootOf(found, address) ? found : undefined
  }

  async function protocolUrl(address: string): Promise<string> {
    const found = await rootAt(address)
    if (found === undefined) return address
    const entry = ours(found)
    if (entry) return joinUrl(found.root, entry.path)
    throw badGateway(`${address} does not speak version ${VERSION} of the Dataspace Protocol.`)
  }

  async function whoIsAt(url: string): Promise<string> {
    guard.check(url)
    const claimed = ours(await askVersions(url, given))?.serviceId
    if (claimed === undefined) throw invalid(`${url} does not say who it is: name it by its id as well.`)
    if (await isProven(claimed, url, given)) return claimed
    throw invalid(
      `${url} says that it is ${claimed.slice(0, 200)}, which nothing proves: name it by its id as well if you know that it is.`,
    )
  }

  return async ({ peer, id, address }) => {
    if (isUrl(peer)) return { counterparty: id ?? (await whoIsAt(peer)), address: await protocolUrl(address ?? peer) }
    const known = address ?? (await addressOf(peer, given)) ?? (await dealingsWith(peer)).address
    if (known !== undefined) return { counterparty: id ?? peer, address: await protocolUrl(known) }
    throw invalid(`Where ${JSON.stringify(peer)} is reached is not known: give its address.`)
  }
}

/** Whether something is a URL to go to, and no id. */
export const isUrl = (text: string): boolean => /^https?:\/\//.test(text) && URL.canParse(text)

/** Where a DID document says that its connector is reached; undefined if it says nothing, or there is none. */
export async function addressOf(id: string, { checkup }: Pick<PeersGiven, 'checkup'>): Promise<string | undefined> {
  if (!checkup || !id.startsWith('did:')) return undefined
  try {
    const { services } = await checkup.resolve(id)
    const found = services.find(({ types }) => types.includes('DataService'))
    return found?.endpoint.replace(/\/\.well-known\/dspace-version$/, '') || undefined
  } catch (error) {
    if (error instanceof Rejection) return undefined
    throw error
  }
}

/** Whether whoever is at a URL is who it says: by the DID document of that id, or because it was there when we dealt with it. */
export async function isProven(
  id: string,
  url: string,
  given: Pick<PeersGiven, 'checkup' | 'dealingsWith'>,
): Promise<boolean> {
  const places = [await addressOf(id, given), (await given.dealingsWith(id)).address]
  return places.some(
    place => place !== undefined && URL.canParse(place) && new URL(place).origin === new URL(url).origin,
  )
}
