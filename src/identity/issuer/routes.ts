import Router from '@koa/router'
import { notFound } from '../../errors.ts'
import { type Context, readJson } from '../../http/index.ts'
import type { Admit } from '../admit.ts'
import { message, parseMessage } from '../credentials/messages.ts'
import type { Door } from '../door.ts'
import type { Issuer } from './issuer.ts'

/**
 * Where holders ask us for credentials, and verifiers for their status (DCP 1.0, Credential Issuance Protocol); below the URL of the
 * issuer service. Errors are problem details.
 */
export function issuerRoutes(issuer: Issuer, { admit, door }: { admit: Admit; door: Door }): Router {
  const router = new Router()
  const senderOf = (ctx: Context) => door(() => admit(ctx))

  router.get('/metadata', ctx => {
    ctx.body = issuer.metadata()
  })

  router.post('/credentials', async ctx => {
    const { issuer: holder, access } = await senderOf(ctx)
    const asked = parseMessage('CredentialRequestMessage', await readJson(ctx))
    const id = await issuer.requests.receive({ holder, access, message: asked })
    ctx.set('Location', issuer.requestUrl(id))
    ctx.status = 201
  })

  router.get('/requests/:id', async ctx => {
    const { issuer: holder } = await senderOf(ctx)
    const id = ctx.params.id ?? ''
    const request = await issuer.findRequest(id)
    if (request?.holder !== holder) throw notFound('request', id.slice(0, 100))
    ctx.body = message('CredentialStatus', {
      issuerPid: id,
      holderPid: request.holderPid,
      status: issuer.statusOf(request),
    })
  })

  // Whoever has to verify a credential: nobody in particular.
  router.get('/status/:id', async ctx => {
    const { jwt, type, maxAge } = await issuer.statuses.publish(ctx.params.id ?? '')
    ctx.set('Cache-Control', `public, max-age=${maxAge}`)
    ctx.type = type
    ctx.body = jwt
  })

  router.get('/schemas/:id', ctx => {
    ctx.body = issuer.schema(ctx.params.id ?? '')
    ctx.type = 'application/schema+json'
  })

  return router
}
