import { KontorError, notFound } from '../../errors.ts'
import type { CredentialService } from '../../identity/index.ts'
import type { Given } from '../given.ts'
import type { RequestInput } from './claim-shapes.ts'
import { type Endpoint, implement } from './endpoint.ts'
import { credentialOperations } from './operations/credentials.ts'
import { pagedBy } from './paged.ts'

type Wallet = CredentialService['wallet']
type Held = Awaited<ReturnType<Wallet['list']>>[number]

/** Our own credentials: what is in the wallet, what we have asked for, and what was offered to us. */
export function credentialEndpoints(given: Pick<Given, 'credentialService'>): Endpoint[] {
  function service(): CredentialService {
    if (given.credentialService) return given.credentialService
    throw new KontorError('not-enabled', 404, 'This connector has no wallet: set identity.mode to dcp.')
  }

  async function find(digest: string): Promise<Held> {
    const credential = await service().wallet.find(digest)
    if (!credential) throw notFound('credential', digest)
    return credential
  }

  async function request({ issuer, credentials, types }: RequestInput) {
    const { requests } = service()
    const wish = { issuer, ...(credentials && { objects: credentials }), ...(types && { types }) }
    return requests.get(await requests.request(wish))
  }

  async function remove(digest: string) {
    await service().wallet.remove(digest)
    return { digest, removed: true }
  }

  async function decline(id: string) {
    await service().offers.decline(id)
    return { id, state: 'DECLINED' }
  }

  // biome-ignore format: a table is read by its columns
  return implement(credentialOperations, {
    listCredentialRequests: ({ input }) => pagedBy(input, query => service().requests.list(query), each => each),
    requestCredentials:     ({ input }) => request(input),
    getCredentialRequest:   ({ id }) => service().requests.get(id),
    listCredentialOffers:   ({ input }) => pagedBy(input, query => service().offers.list(query), each => each),
    acceptCredentialOffer:  async ({ id }) => service().requests.get(await service().offers.accept(id)),
    declineCredentialOffer: ({ id }) => decline(id),
    listCredentials:        ({ input }) => pagedBy(input, query => service().wallet.list(query), show),
    getCredential:          async ({ id }) => show(await find(id)),
    // What a credential says of us is nobody's business who only wants to know that it is there.
    getCredentialToken:     async ({ id }) => ({ digest: id, token: await service().wallet.token(id) }),
    removeCredential:       ({ id }) => remove(id),
  })
}

/** What is told of a credential; never its token. */
const show = ({ digest, id, types, issuer, profile, requestId, validFrom, validUntil, receivedAt }: Held) => ({
  digest,
  id,
  types,
  issuer,
  profile,
  requestId,
  validFrom,
  validUntil,
  receivedAt,
})
