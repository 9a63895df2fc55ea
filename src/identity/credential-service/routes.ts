import Router from '@koa/router'
import { type Context, readJson } from '../../http/index.ts'
import { parseMessage } from '../credentials/messages.ts'
import type { Peers } from '../credentials/peers.ts'
import type { Door } from '../door.ts'
import { Rejection } from '../rejection.ts'
import type { CredentialService } from './service.ts'

/** What the doors of a credential service need. */
interface Doors extends Pick<Peers, 'verifyIdToken'> {
  readonly door: Door
  /** The scopes of an access token of ours that this peer shows; throws a `Rejection`. */
  readonly scopesOf: (access: string, peer: string) => Promise<readonly string[]>
}

/** Bytes: a hundred credentials of some kilobytes. */
const LARGEST_DELIVERY = 4 * 1024 * 1024

/**
 * Where verifiers ask for presentations, and issuers bring credentials and offers (DCP 1.0); below the URL of the credential service.
 * Errors are problem details.
 */
export function credentialServiceRoutes(service: CredentialService, { verifyIdToken, door, scopesOf }: Doors): Router {
  const router = new Router()
  const senderOf = (ctx: Context) => verifyIdToken(ctx.get('authorization') || undefined)

  router.post('/presentations/query', async ctx => {
    const { verifier, scopes } = await door(async () => {
      const { issuer: verifier, access } = await senderOf(ctx)
      if (access === undefined)
        throw new Rejection('token-without-access', 'The ID token brings no access token of ours.')
      return { verifier, scopes: await scopesOf(access, verifier) }
    })
    const query = parseMessage('PresentationQueryMessage', await readJson(ctx))
    ctx.body = await service.present(verifier, scopes, query)
  })

  router.post('/credentials', async ctx => {
    const issuer = await door(async () => {
      const { issuer, access } = await senderOf(ctx)
      if (access !== undefined) await scopesOf(access, issuer)
      return issuer
    })
    const delivery = parseMessage('CredentialMessage', await readJson(ctx, { limit: LARGEST_DELIVERY }))
    await door(() => service.wallet.receive(issuer, delivery))
    ctx.status = 200
  })

  router.post('/offers', async ctx => {
    const { issuer } = await door(() => senderOf(ctx))
    const offer = parseMessage('CredentialOfferMessage', await readJson(ctx))
    await door(() => service.offers.receive(issuer, offer))
    ctx.status = 200
  })

  return router
}
