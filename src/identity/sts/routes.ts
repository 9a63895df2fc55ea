import { createHash, timingSafeEqual } from 'node:crypto'
import Router from '@koa/router'
import type { StsClient } from '../../config/types.ts'
import { type Context, readForm } from '../../http/index.ts'
import { ID_TOKEN_LIFETIME, type Sts } from './index.ts'

/** An error of OAuth 2.0 (RFC 6749 §5.2). */
type Refusal = readonly [status: 400 | 401, error: string, description: string]

/** A form with two long tokens in it is smaller; bytes. */
const largest = 32 * 1_024

/**
 * `POST /sts/token`: programs of ours get ID tokens by the client credentials grant, for the audience they name; with
 * `bearer_access_scope` one that carries an access token for these scopes, with `token` that very token (DCP 1.0, Using the OAuth 2
 * Client Credential Grant).
 */
export function stsRoutes({ idToken }: Pick<Sts, 'idToken'>, clients: readonly StsClient[]): Router {
  const router = new Router()
  router.post('/sts/token', async ctx => {
    ctx.set('Cache-Control', 'no-store')
    const form = await readForm(ctx, { limit: largest })
    const refusal = refusalOf(form, clients)
    if (refusal) return refuse(ctx, refusal)
    const access = form.get('token')
    const scopes = form
      .get('bearer_access_scope')
      ?.split(' ')
      .filter(scope => scope !== '')
    const carried = { ...(scopes?.length && { scopes }), ...(access && { access }) }
    ctx.body = {
      access_token: await idToken(form.get('audience') ?? '', carried),
      token_type: 'Bearer',
      expires_in: ID_TOKEN_LIFETIME,
    }
  })
  return router
}

function refuse(ctx: Context, [status, error, error_description]: Refusal): void {
  ctx.status = status
  ctx.body = { error, error_description }
}

/** Names that may be given, once; the first four must be. */
const parameters = ['grant_type', 'client_id', 'client_secret', 'audience', 'bearer_access_scope', 'token'] as const

function refusalOf(form: URLSearchParams, clients: readonly StsClient[]): Refusal | undefined {
  const repeated = parameters.find(name => form.getAll(name).length > 1)
  const missing = parameters.slice(0, 4).find(name => !form.get(name))
  if (missing ?? repeated) return [400, 'invalid_request', `Give ${missing ?? repeated} once.`]
  if (!isKnown(form.get('client_id') ?? '', form.get('client_secret') ?? '', clients))
    return [401, 'invalid_client', 'There is no such client, or it has another secret.']
  if (form.get('grant_type') !== 'client_credentials')
    return [400, 'unsupported_grant_type', 'The only grant_type is client_credentials.']
  if (!/^did:[a-z\d]+:\S+$/.test(form.get('audience') ?? ''))
    return [400, 'invalid_request', 'The audience must be a DID.']
  if (form.get('token') && form.get('bearer_access_scope'))
    return [400, 'invalid_request', 'Give token or bearer_access_scope, not both.']
  return undefined
}

/** Every client is compared, in constant time, so that neither timing nor order tells anything. */
function isKnown(id: string, secret: string, clients: readonly StsClient[]): boolean {
  const hash = createHash('sha256').update(secret).digest()
  return clients
    .filter(client => timingSafeEqual(Buffer.from(client.secret, 'hex'), hash))
    .some(client => client.id === id)
}
