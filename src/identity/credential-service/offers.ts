import { randomUUID } from 'node:crypto'
import { json, type Queryable, type Transaction } from '../../db/index.ts'
import { conflict, notFound } from '../../errors.ts'
import { appendFacts, type Fact } from '../../events/index.ts'
import type { Messages } from '../credentials/messages.ts'
import { Rejection } from '../rejection.ts'
import type { Holding } from './given.ts'
import type { CredentialRequests } from './requests.ts'
import type { CredentialOffer } from './types.ts'

const columns = `id, issuer, credentials, objects, state, request_id as "requestId", received_at as "receivedAt",
  updated_at as "updatedAt"`

/** What issuers have offered us. */
export type Offers = ReturnType<typeof createOffers>

/** Takes offers, and has them asked for by rule or by a person. */
export function createOffers(given: Holding, requests: CredentialRequests) {
  const { db, now, trustedIssuers, wallet, events, append = appendFacts } = given

  async function accept(tx: Transaction, { id, issuer, objects }: CredentialOffer): Promise<string> {
    const request = await requests.begin(tx, { issuer, objects })
    await tx.query(`update credential_offer set state = 'REQUESTED', request_id = $2, updated_at = $3 where id = $1`, [
      id,
      request,
      now(),
    ])
    return request
  }

  async function hold(tx: Queryable, id: string): Promise<CredentialOffer> {
    const [offer] = await tx.query<CredentialOffer>(
      `select ${columns} from credential_offer where id = $1 for update`,
      [id],
    )
    if (!offer) throw notFound('credential offer', id)
    if (offer.state !== 'WAITING') throw conflict(`The offer is ${offer.state} already.`)
    return offer
  }

  return {
    /**
     * Takes an offer (DCP 1.0, Credential Offer API); what is done about it comes later. The same offer again, while it waits or what it
     * offers is asked for, is the same.
     */
    async receive(sender: string, { issuer, credentials }: Messages['CredentialOfferMessage']): Promise<void> {
      if (issuer !== sender) throw new Rejection('token-issuer', `${sender} makes an offer in the name of ${issuer}.`)
      if (!trustedIssuers.some(({ id }) => id === issuer))
        throw new Rejection('issuer-not-trusted', `${issuer} offers credentials, and is none that we trust.`)
      const objects = [...new Set(credentials.map(({ id }) => id))].sort()
      const at = now()
      await db.transaction(async tx => {
        if (await isAskedFor(tx, issuer, objects)) return
        const [offer] = await tx.query<CredentialOffer>(
          `insert into credential_offer (id, issuer, credentials, objects, state, received_at, updated_at)
           values ($1, $2, $3, $4, 'WAITING', $5, $5)
           on conflict (issuer, objects) where state = 'WAITING' do nothing returning ${columns}`,
          [randomUUID(), issuer, json(credentials), objects, at],
        )
        if (!offer) return
        const request = wallet.offers === 'request' ? await accept(tx, offer) : undefined
        const types = credentials.flatMap(({ credentialType }) => credentialType ?? [])
        await append(tx, [offeredFact(issuer, types, request ?? offer.id)], at)
        tx.afterCommit(() => events.wallet({ what: 'offered', peer: issuer, request: request ?? offer.id }))
      })
    },

    /** A person wants it; the answer is the id of the request. Throws `not-found` or `conflict`. */
    accept: (id: string): Promise<string> => db.transaction(async tx => accept(tx, await hold(tx, id))),

    /** A person does not want it. Throws `not-found` or `conflict`. */
    decline: (id: string): Promise<void> =>
      db.transaction(async tx => {
        await hold(tx, id)
        await tx.query(`update credential_offer set state = 'DECLINED', updated_at = $2 where id = $1`, [id, now()])
      }),

    list: ({ state, limit, offset }: { state?: string | undefined; limit: number; offset: number }) =>
      db.query<CredentialOffer>(
        `select ${columns} from credential_offer where ($1::text is null or state = $1)
         order by received_at desc, id limit $2 offset $3`,
        [state ?? null, limit, offset],
      ),
  }
}

/** Whether an earlier offer of the same led to a request that the issuer has not answered. */
async function isAskedFor(tx: Queryable, issuer: string, objects: readonly string[]): Promise<boolean> {
  // Two of the same at once: the second waits here.
  await tx.query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [`credential offer ${issuer}`])
  const rows = await tx.query(
    `select from credential_offer o join credential_request r on r.id = o.request_id
     where o.issuer = $1 and o.objects = $2 and r.state in ('REQUESTED', 'RECEIVED') limit 1`,
    [issuer, objects],
  )
  return rows.length > 0
}

const offeredFact = (issuer: string, types: readonly string[], request: string): Fact => ({
  type: 'credential.offered',
  subject: issuer,
  data: { issuer, types, request, reason: null },
})
