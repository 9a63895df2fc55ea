import { randomUUID } from 'node:crypto'
import { badGateway } from '../../errors.ts'
import { call, expectStatus } from './call.ts'
import { type Json, openDoor } from './door.ts'
import type { Begin } from './initiator.ts'
import { KIT_PARTICIPANT, permission } from './kit.ts'

const CONTEXT = ['https://w3id.org/dspace/2025/1/context.jsonld']

/** A connector that decides by itself needs milliseconds; after that, ms, it does not decide. */
const PATIENCE = 20_000

/**
 * Plays the kit's participant just long enough to come to agreements with the connector, one at a time. It takes the kit's
 * place, at the kit's own URL, before the kit is started.
 */
export async function openStandIn(given: {
  /** Where the kit will be. */
  url: string
  /** The connector's protocol URL, and the header by which it knows the kit. */
  protocolUrl: string
  authorization: string
  participantId: string
  negotiate: Begin['negotiate']
  unexpected: (error: unknown) => void
}) {
  const { url, protocolUrl, authorization, participantId, negotiate, unexpected } = given
  const expected = new Map<string, (body: Json) => Json | 'nothing'>()
  const door = await openDoor(url, (path, body) => expected.get(path)?.(body), unexpected)

  /** The connector's message at that path. It is repeated if it comes too early, so nothing else need be taken. */
  function hear(path: string, answer: (body: Json) => Json | 'nothing' = () => 'nothing'): Promise<Json> {
    return new Promise((resolve, reject) => {
      const late = () =>
        reject(badGateway(`The connector has not posted to ${url}${path} within ${PATIENCE / 1_000} s: see its log.`))
      const timer = setTimeout(late, PATIENCE)
      expected.set(path, body => {
        clearTimeout(timer)
        expected.delete(path)
        resolve(body)
        return answer(body)
      })
    })
  }

  async function say(to: string, type: string, carried: object): Promise<void> {
    const message = { '@context': CONTEXT, '@type': type, '@id': `urn:uuid:${randomUUID()}`, ...carried }
    expectStatus(await call(to, { authorization }, message), type, 200, 201)
  }

  /** Gets an agreement about a dataset of the connector's, under an offer as it stands in its catalogue; answers with its id. */
  async function consume(datasetId: string, offerId: string): Promise<string> {
    const consumerPid = randomUUID()
    const agreed = hear(`/negotiations/${consumerPid}/agreement`)
    const finalized = hear(`/negotiations/${consumerPid}/events`)
    const offer = { '@id': offerId, '@type': 'Offer', target: datasetId, permission }
    await say(`${protocolUrl}/negotiations/request`, 'ContractRequestMessage', {
      consumerPid,
      callbackAddress: url,
      offer,
    })
    const { agreement, providerPid } = await agreed
    const verification = `${protocolUrl}/negotiations/${encodeURIComponent(String(providerPid))}/agreement/verification`
    await say(verification, 'ContractAgreementVerificationMessage', { consumerPid, providerPid })
    await finalized
    return String((agreement as Json)['@id'])
  }

  /** Gives the connector an agreement about a dataset that the kit would have; answers with its id. */
  async function provide(datasetId: string): Promise<string> {
    const providerPid = randomUUID()
    const requested = hear('/negotiations/request', ({ consumerPid }) => ({
      '@context': CONTEXT,
      '@type': 'ContractNegotiation',
      consumerPid,
      providerPid,
      state: 'REQUESTED',
    }))
    const verified = hear(`/negotiations/${providerPid}/agreement/verification`)
    await negotiate({ providerId: KIT_PARTICIPANT, connectorAddress: url, datasetId, offerId: `offer${datasetId}` })
    const { consumerPid } = await requested
    const theirs = `${protocolUrl}/negotiations/${encodeURIComponent(String(consumerPid))}`
    const pids = { consumerPid, providerPid }
    const parties = { target: datasetId, assigner: KIT_PARTICIPANT, assignee: participantId }
    const id = `urn:uuid:${randomUUID()}`
    const agreement = { '@id': id, '@type': 'Agreement', ...parties, timestamp: new Date().toISOString(), permission }
    await say(`${theirs}/agreement`, 'ContractAgreementMessage', { ...pids, agreement })
    await verified
    await say(`${theirs}/events`, 'ContractNegotiationEventMessage', { ...pids, eventType: 'FINALIZED' })
    return id
  }

  return { consume, provide, close: door.close }
}
