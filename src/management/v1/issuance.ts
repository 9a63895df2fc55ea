import { KontorError, notFound } from '../../errors.ts'
import type { Issuer } from '../../identity/index.ts'
import type { Given } from '../given.ts'
import type { ApprovalInput, OfferInput } from './claim-shapes.ts'
import { type Call, type Endpoint, implement } from './endpoint.ts'
import { issuanceOperations } from './operations/issuance.ts'
import { pagedBy } from './paged.ts'
import { because, type ReasonInput } from './shapes.ts'

type Request = NonNullable<Awaited<ReturnType<Issuer['findRequest']>>>
type Issued = NonNullable<Awaited<ReturnType<Issuer['findCredential']>>>

/** Credentials that we issue to others: requests to decide about, and what becomes of what was issued. */
export function issuanceEndpoints(given: Pick<Given, 'issuer'>): Endpoint[] {
  function issuer(): Issuer {
    if (given.issuer) return given.issuer
    throw new KontorError('not-enabled', 404, 'This connector issues no credentials: set issuer.definitions.')
  }

  async function request(id: string): Promise<Request> {
    const found = await issuer().findRequest(id)
    if (!found) throw notFound('issuance request', id)
    return found
  }

  async function credential(id: string): Promise<Issued> {
    const found = await issuer().findCredential(id)
    if (!found) throw notFound('issued credential', id)
    return found
  }

  async function approve(id: string, { claims }: ApprovalInput) {
    await issuer().requests.approve(id, claims)
    return showRequest(await request(id))
  }

  async function reject(id: string, input: ReasonInput) {
    await issuer().requests.reject(id, because(input))
    return showRequest(await request(id))
  }

  async function change(name: 'revoke' | 'suspend' | 'reinstate', { id, input }: Call<ReasonInput>) {
    await issuer().statuses.change(name, id, because(input))
    return showIssued(await credential(id))
  }

  async function offer({ holder, credentials, reason = 'issue' }: OfferInput) {
    return { id: await issuer().offer({ holder, definitions: credentials, reason }) }
  }

  // biome-ignore format: a table is read by its columns
  return implement(issuanceOperations, {
    listIssuanceRequests:   ({ input }) => pagedBy(input, query => issuer().listRequests(query), showRequest),
    getIssuanceRequest:     async ({ id }) => showRequest(await request(id)),
    approveIssuanceRequest: ({ id, input }) => approve(id, input),
    rejectIssuanceRequest:  ({ id, input }) => reject(id, input),
    offerCredentials:       ({ input }) => offer(input),
    listIssuedCredentials:  ({ input }) => pagedBy(input, query => issuer().listCredentials(query), showIssued),
    getIssuedCredential:    async ({ id }) => showIssued(await credential(id)),
    revokeIssuedCredential: call => change('revoke', call),
    suspendIssuedCredential: call => change('suspend', call),
    reinstateIssuedCredential: call => change('reinstate', call),
  })
}

/** What is told of a request; the holder's access token is nobody's business. */
const showRequest = ({ access: _, ...request }: Request) => request

/** What is told of a credential; what it says of its holder is not kept. */
const showIssued = ({ claims: _, ...credential }: Issued) => credential
