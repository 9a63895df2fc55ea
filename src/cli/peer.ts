import type { Command } from 'commander'
import { readProfiles } from './api/profiles.ts'
import type { FoundPeer } from './get/shapes.ts'
import { type Api, ask, call } from './management-api.ts'

/** What else is known of another participant. */
export interface PeerOptions {
  readonly id?: string
  readonly address?: string
}

/** What stands for a participant on a command line. */
export const PEER = 'a DID, a URL, the id of somebody you have dealt with, or a name in profiles.yaml'

/** Lets a command be told what else is known of a participant. */
export const addPeerOptions = (command: Command): Command =>
  command
    .option('--id <id>', 'its participant id, where only the URL is named')
    .option('--address <url>', 'its protocol URL or root, where only the id is named')

/** What the connector is asked about a participant: a name of our own stands for id and address. */
export function peerQuestion(peer: string, { id, address }: PeerOptions): object {
  const known = readProfiles(process.env).peers.get(peer)
  const said = known ? { peer: known.id ?? known.address ?? peer, ...known } : { peer }
  const whole = { ...said, ...(id && { id }), ...(address && { address }) }
  return JSON.parse(JSON.stringify(whole))
}

/** Who that is, and where it receives messages, as the connector finds out. Throws what it answers. */
export const findPeer = (api: Api, peer: string, options: PeerOptions): Promise<FoundPeer> =>
  ask(api, '/peers/find', peerQuestion(peer, options))

const edc = { '@context': { '@vocab': 'https://w3id.org/edc/v0.0.1/ns/' }, protocol: 'dataspace-protocol-http:2025-1' }

/** A participant in the EDC's words. */
export const counterparty = ({ id, address }: FoundPeer): object => ({
  ...edc,
  counterPartyId: id,
  counterPartyAddress: address,
})

/** An offer in a catalogue. */
export interface OfferOf {
  readonly '@id': string
  readonly [property: string]: unknown
}

/** A dataset in a catalogue, in the protocol's words; from others a single thing may come for a list. */
export interface Offered {
  readonly '@id': string
  readonly hasPolicy?: OfferOf | readonly OfferOf[]
  readonly distribution?: unknown
  readonly [property: string]: unknown
}

/** One dataset of a participant's catalogue, as it came. */
export const askDataset = (api: Api, peer: FoundPeer, id: string): Promise<Offered> =>
  call(api, { path: '/v3/catalog/dataset/request', body: { ...counterparty(peer), '@id': id } })

/** A page of a participant's catalogue. */
export const askCatalog = (
  api: Api,
  peer: FoundPeer,
  querySpec: object,
): Promise<{ readonly dataset?: Offered | readonly Offered[] }> =>
  call(api, { path: '/v3/catalog/request', body: { ...counterparty(peer), querySpec } })
