import type { Job } from '../../process/index.ts'
import { message } from '../credentials/messages.ts'
import { askPeer } from '../credentials/peers.ts'
import { formatOf, writeCredential } from '../credentials/profiles.ts'
import type { Issuing } from './given.ts'
import { objectOf } from './metadata.ts'
import { accessContext, claimsContext, ISSUANCE } from './requests.ts'
import { credentialsOf } from './store-credentials.ts'
import { findRequest, markDelivered, markUndeliverable } from './store-requests.ts'
import type { IssuanceRequest, IssuedCredential } from './types.ts'

/** The kind of job that tells a holder what it could ask for. */
const OFFER = 'credential-offer'

/** An offer to a holder. */
export interface OfferOrder {
  /** A DID. */
  readonly holder: string
  /** Ids of credential definitions. */
  readonly definitions: readonly string[]
  /** Such as `reissue` (DCP 1.0, CredentialObject). */
  readonly reason: string
}

/** Brings what is decided to the holders' credential services, until they take it or it is given up. */
export function serveDelivery(given: Issuing): void {
  const { db, jobs, now, did, definitions, safe, sign, peers, baseUrl, events, giveUpAfter } = given
  const isLate = ({ since }: Job) => now().getTime() - since.getTime() > giveUpAfter
  const openText = async (sealed: Buffer, context: string) => (await safe.open(sealed, context)).toString('utf8')

  /** Signed anew for each attempt: id, dates and place in the status list stay the same, and nothing signed is kept. */
  async function write(credential: IssuedCredential) {
    const { id, type, profile, holder, claims, schema, status, validFrom, validUntil } = credential
    if (claims === null) throw new Error(`the claims of ${id} are forgotten`)
    const payload = await sign(
      writeCredential[profile]({
        id,
        type,
        issuer: did,
        holder,
        claims: JSON.parse(await openText(claims, claimsContext(id))),
        validFrom,
        validUntil,
        schema: schema ?? undefined,
        status: status.map(entry => ({ ...entry, list: `${baseUrl()}/status/${entry.list}` })),
      }),
    )
    return { credentialType: type, format: formatOf(profile, given.formatNames), payload }
  }

  async function messageFor({ id, holderPid, state, reason }: IssuanceRequest): Promise<object> {
    const common = { issuerPid: id, holderPid }
    if (state === 'REJECTED')
      return message('CredentialMessage', { ...common, status: 'REJECTED', ...(reason && { rejectionReason: reason }) })
    const credentials = []
    for (const credential of await credentialsOf(db, id)) credentials.push(await write(credential))
    return message('CredentialMessage', { ...common, status: 'ISSUED', credentials })
  }

  async function deliver(job: Job): Promise<undefined> {
    const request = await findRequest(db, job.key)
    if (!request || request.state === 'WAITING' || request.deliveredAt !== null || request.error !== null) return
    const { id, holder } = request
    try {
      const access = request.access ? await openText(request.access, accessContext(id)) : undefined
      const body = await messageFor(request)
      await askPeer(peers, { to: holder, service: 'CredentialService', path: '/credentials', body, access })
    } catch (error) {
      if (!isLate(job)) throw error
      const reason = error instanceof Error ? error.message : String(error)
      await markUndeliverable(db, id, reason, now())
      events.issuance({ what: 'given up', request: id, holder, reason })
      return
    }
    await db.transaction(tx => markDelivered(tx, id, now()))
    events.issuance({ what: 'delivered', request: id, holder })
  }

  async function offer(job: Job): Promise<undefined> {
    const order = job.payload as OfferOrder
    const offered = definitions.filter(({ id }) => order.definitions.includes(id))
    const credentials = offered.map(definition => objectOf(definition, baseUrl(), order.reason))
    try {
      const body = message('CredentialOfferMessage', { issuer: did, credentials })
      await askPeer(peers, { to: order.holder, service: 'CredentialService', path: '/offers', body })
    } catch (error) {
      if (!isLate(job)) throw error
      const reason = error instanceof Error ? error.message : String(error)
      events.issuance({ what: 'given up', request: job.key, holder: order.holder, reason })
    }
  }

  jobs.serve(ISSUANCE, deliver)
  jobs.serve(OFFER, offer)
}

/** An offer as a job. */
export const offerJob = (id: string, order: OfferOrder) => ({
  kind: OFFER,
  key: id,
  queue: order.holder,
  payload: { ...order },
})
