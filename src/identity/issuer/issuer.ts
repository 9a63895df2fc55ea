import { randomUUID } from 'node:crypto'
import { invalid, notFound } from '../../errors.ts'
import { type OfferOrder, offerJob, serveDelivery } from './delivery.ts'
import type { Issuing } from './given.ts'
import { metadataOf, schemaOf } from './metadata.ts'
import { createRequests } from './requests.ts'
import { createStatuses } from './statuses.ts'
import { findCredential, listCredentials } from './store-credentials.ts'
import { findRequest, listRequests } from './store-requests.ts'
import type { IssuanceRequest } from './types.ts'

/** Issues credentials, delivers them, and publishes their status. */
export type Issuer = ReturnType<typeof createIssuer>

/** The issuer of a connector, or of a data space's authority. */
export function createIssuer(given: Issuing) {
  const { db, jobs, did, definitions, baseUrl } = given
  serveDelivery(given)

  return {
    requests: createRequests(given),
    statuses: createStatuses(given),
    metadata: (): object => metadataOf(did, definitions, baseUrl()),
    requestUrl: (id: string): string => `${baseUrl()}/requests/${id}`,
    statusOf,
    findRequest: (id: string) => findRequest(db, id),
    findCredential: (id: string) => findCredential(db, id),
    listRequests: (query: Parameters<typeof listRequests>[1]) => listRequests(db, query),
    listCredentials: (query: Parameters<typeof listCredentials>[1]) => listCredentials(db, query),

    /** The schema of a definition that names none of its own. Throws `not-found`. */
    schema(id: string): object {
      const definition = definitions.find(each => each.id === id)
      if (!definition) throw notFound('credential definition', id.slice(0, 100))
      return schemaOf(definition, `${baseUrl()}/schemas/${encodeURIComponent(id)}`)
    },

    /** Offers credentials to a holder, which may then ask for them. The answer is the offer's id. */
    async offer(order: OfferOrder): Promise<string> {
      const unknown = order.definitions.find(each => !definitions.some(({ id }) => id === each))
      if (unknown !== undefined)
        throw invalid(`There is no credential definition with the id ${JSON.stringify(unknown)}.`)
      const id = randomUUID()
      await db.transaction(tx => jobs.ask(tx, offerJob(id, order)))
      return id
    },
  }
}

/** What a holder is told (DCP 1.0, CredentialStatus): until it has its credentials, that we have its request. */
function statusOf({ state, deliveredAt }: IssuanceRequest): 'RECEIVED' | 'REJECTED' | 'ISSUED' {
  if (state === 'REJECTED') return 'REJECTED'
  return state === 'APPROVED' && deliveredAt !== null ? 'ISSUED' : 'RECEIVED'
}
