import type { Peer } from '../../catalog/index.ts'
import { protocolUrl } from '../../dsp/index.ts'
import type { Given } from '../given.ts'
import { missingValue, type Node, refused, text, texts } from './node.ts'
import { EDC, PROTOCOL } from './words.ts'

/** EDC's names for what we speak; the bare one leaves the version open. */
const spoken: readonly string[] = [PROTOCOL, 'dataspace-protocol-http']

type Services = Pick<Given, 'discover' | 'checkAddress'>

/**
 * Where a counterparty receives messages, its address completed if it is only a root. Throws `invalid`, and what discovery
 * or the check throws.
 */
export async function readPeerAddress(node: Node, services: Services): Promise<string> {
  const { counterPartyAddress: address, protocol } = texts(node, 'counterPartyAddress', 'protocol')
  if (!spoken.includes(protocol))
    throw refused({ path: `${EDC}protocol`, message: `the protocol must be ${spoken.join(' or ')}` })
  if (!URL.canParse(address) || !/^https?:$/.test(new URL(address).protocol))
    throw refused({ path: `${EDC}counterPartyAddress`, message: 'counterPartyAddress must be an http or https URL' })
  return protocolUrl(address, services)
}

/** Whom to ask, and where. Throws as `readPeerAddress` does. */
export async function readPeer(node: Node, services: Services): Promise<Peer> {
  const counterparty = text(node, 'counterPartyId')
  // Whoever is called has to be shown that the call is meant for it.
  if (counterparty === undefined) throw refused(missingValue(`${EDC}counterPartyId`))
  return { counterparty, address: await readPeerAddress(node, services) }
}
