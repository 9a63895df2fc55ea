import Router from '@koa/router'
import { readJson } from '../../http/index.ts'
import type { Admit } from '../admit.ts'
import { parseMessage } from '../credentials/messages.ts'
import type { Door } from '../door.ts'
import { Rejection } from '../rejection.ts'
import type { CredentialService } from './service.ts'

/** What the doors of a credential service need. */
interface Doors {
  readonly admit: Admit
  readonly door: Door
  /** The scopes of an access token of ours that this peer shows; throws a `Rejection`. */
  readonly scopesOf: (access: string, peer: string) => Promise<readonly string[]>
}

/** Bytes: a hundred credentials of some kilobytes. So much is read for nobody whose credentials we would not take. */
const LARGEST_DELIVERY = 4 * 1024 * 1024

/**
 * Where verifiers ask for presentations, and issuers bring credentials and offers (DCP 1.0); below the URL of the credential service.
 * Errors are problem details.
 */
export function credentialServiceRoutes(service: CredentialService, { admit, door, scopesOf }: Doors): Router {
  const router = new Router()

  router.post('/presentations/query', async ctx => {
    const { verifier, scopes } = await door(async () => {
      const { issuer: verifier, access } = await admit(ctx)
      if (access === undefined)
        throw new Rejection('token-without-access', 'The ID token brings no access token of ours.')
      return { verifier, scopes: await scopesOf(access, verifier) }
    })
    const query = parseMessage('PresentationQueryMessage', await readJson(ctx))
    ctx.body = await service.present(verifier, scopes, query)
  })

  router.post('/credentials', async ctx => {
    const issuer = await door(async () => {
      const { issuer, access } = await admit(ctx)
      if (access !== undefined) await scopesOf(access, issuer)
      return issuer
    })
    const delivery = parseMessage(
      'CredentialMessage',
      await readJson(ctx, (await service.wallet.knows(issuer)) ? { limit: LARGEST_DELIVERY } : {}),
    )
    await door(() => service.wallet.receive(issuer, delivery))
    ctx.status = 200
  })

  router.post('/offers', async ctx => {
    const { issuer } = await door(() => admit(ctx))
    const offer = parseMessage('CredentialOfferMessage', await readJson(ctx))
    await door(() => service.offers.receive(issuer, offer))
    ctx.status = 200
  })

  return router
}
