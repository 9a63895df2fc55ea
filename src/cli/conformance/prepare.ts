import { badGateway, unauthenticated } from '../../errors.ts'
import { call, expectStatus } from './call.ts'
import type { Door, Json } from './door.ts'
import { initiateUrls, openInitiator } from './initiator.ts'
import { KIT_PARTICIPANT, kitDatasets, kitProperties, subjectOf, testIds } from './kit.ts'
import { createManagement, PUBLICATION } from './management.ts'
import { openStandIn } from './peer.ts'

/** Which connector is to be prepared, and where the kit will be. All URLs are without a final slash. */
export interface Preparation {
  /** Up to `/management`. */
  readonly management: { readonly url: string; readonly key: string }
  /** Where the connector's `/.well-known/dspace-version` is. */
  readonly baseUrl: string
  /** The token by which the connector knows `TCK_PARTICIPANT`. */
  readonly token: string
  /** The kit's own URL, without a path: the connector reaches it there, and until the kit starts it is this machine that listens. */
  readonly kitUrl: string
  /** Where the kit reaches us with its start signals, without a path. */
  readonly signalUrl: string
  /** Seconds the kit waits for each message; without it the kit's own 15. */
  readonly wait?: number | undefined
}

/** A connector that the kit can be let loose on, as long as the door for start signals is open. */
export interface Prepared extends Door {
  readonly properties: ReadonlyMap<string, string>
}

/**
 * Prepares a running connector for the DSP conformance kit through its public doors: datasets on offer by the management
 * API, agreements by negotiating them as the kit's participant, and an ear for the kit's start signals.
 *
 * Throws `bad-gateway` when the connector does not do its part, `unauthenticated` if it does not know the token.
 */
export async function prepareForKit(given: Preparation, unexpected: (error: unknown) => void): Promise<Prepared> {
  const { baseUrl, kitUrl, signalUrl, token, wait } = given
  const authorization = `Bearer ${token}`
  const management = createManagement(given.management)
  const protocolUrl = `${baseUrl}${await pathOf(baseUrl)}`
  await management.publish()
  const participantId = await participantOf(protocolUrl, authorization)
  const offers = new Map<string, string>()
  for (const id of kitDatasets) offers.set(id, await offerOf(protocolUrl, authorization, id))

  const { negotiate } = management
  const standIn = await openStandIn({ url: kitUrl, protocolUrl, authorization, participantId, negotiate, unexpected })
  const agreements = new Map<string, string>()
  try {
    for (const id of testIds('TP').map(subjectOf)) agreements.set(id, await standIn.consume(id, offers.get(id) ?? ''))
    for (const id of testIds('TP_C').map(subjectOf)) agreements.set(id, await standIn.provide(id))
  } finally {
    await standIn.close()
  }

  const { close } = await openInitiator(signalUrl, management, unexpected)
  const { hostname, port } = new URL(kitUrl)
  const kit = { host: hostname === '127.0.0.1' ? hostname : '0.0.0.0', port: Number(port || 80), url: kitUrl }
  const initiate = initiateUrls(signalUrl)
  const setup = { participantId, protocolUrl, baseUrl, authorization, initiate, kit, wait, offers, agreements }
  return { properties: kitProperties(setup), close }
}

/** The path of the protocol 2025-1. */
async function pathOf(baseUrl: string): Promise<string> {
  const { protocolVersions } = expectStatus(
    await call(`${baseUrl}/.well-known/dspace-version`, {}),
    'the version list',
    200,
  )
  const versions = Array.isArray(protocolVersions) ? (protocolVersions as readonly Json[]) : []
  const path = versions.find(({ version }) => version === '2025-1')?.path
  if (typeof path === 'string') return path.replace(/\/+$/, '')
  throw badGateway(`${baseUrl} does not speak version 2025-1 of the Dataspace Protocol.`)
}

async function participantOf(protocolUrl: string, authorization: string): Promise<string> {
  const message = { '@context': ['https://w3id.org/dspace/2025/1/context.jsonld'], '@type': 'CatalogRequestMessage' }
  const called = await call(`${protocolUrl}/catalog/request`, { authorization }, message)
  if (called.status === 401)
    throw unauthenticated(
      `The connector does not know the token: its setting identity.participants needs an entry for ${KIT_PARTICIPANT} that accepts it.`,
    )
  return String(expectStatus(called, 'the catalogue', 200).participantId)
}

/** The id of the offer that we have published a dataset with. */
async function offerOf(protocolUrl: string, authorization: string, datasetId: string): Promise<string> {
  const called = await call(`${protocolUrl}/catalog/datasets/${encodeURIComponent(datasetId)}`, { authorization })
  const { hasPolicy } = expectStatus(called, `the dataset ${datasetId}`, 200)
  const offers = Array.isArray(hasPolicy) ? (hasPolicy as readonly Json[]) : []
  const id = offers.map(offer => String(offer['@id'])).find(offer => offer.startsWith(`${PUBLICATION}:`))
  if (id !== undefined) return id
  throw badGateway(
    `The dataset ${datasetId} is there, but not on offer by ${PUBLICATION}: remove it, or its publication, and try again.`,
  )
}
