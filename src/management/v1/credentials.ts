import { KontorError, notFound } from '../../errors.ts'
import type { CredentialService } from '../../identity/index.ts'
import type { Given } from '../given.ts'
import { claimShapes, type RequestInput } from './claim-shapes.ts'
import { type Endpoint, endpoint } from './endpoint.ts'
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

  const { nothing, walletList, requestList, request: requested, offerList } = claimShapes
  // biome-ignore format: a table is read by its columns
  return [
    endpoint('get',  '/credentials/requests',            requestList, ({ input }) => pagedBy(input, query => service().requests.list(query), each => each)),
    endpoint('post', '/credentials/requests',            requested,   ({ input }) => request(input), 201),
    endpoint('get',  '/credentials/requests/:id',        nothing,     ({ id }) => service().requests.get(id)),
    endpoint('get',  '/credentials/offers',              offerList,   ({ input }) => pagedBy(input, query => service().offers.list(query), each => each)),
    endpoint('post', '/credentials/offers/:id/accept',   nothing,     async ({ id }) => service().requests.get(await service().offers.accept(id))),
    endpoint('post', '/credentials/offers/:id/decline',  nothing,     ({ id }) => decline(id)),
    endpoint('get',  '/credentials',                     walletList,  ({ input }) => pagedBy(input, query => service().wallet.list(query), show)),
    endpoint('get',  '/credentials/:id',                 nothing,     async ({ id }) => show(await find(id))),
    // What a credential says of us is nobody's business who only wants to know that it is there.
    endpoint('get',  '/credentials/:id/token',           nothing,     async ({ id }) => ({ digest: id, token: await service().wallet.token(id) })),
    endpoint('post', '/credentials/:id/remove',          nothing,     ({ id }) => remove(id)),
  ]
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
