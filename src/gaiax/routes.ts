import Router from '@koa/router'
import { KontorError, notFound } from '../errors.ts'
import { type Context, isKnown, readJson } from '../http/index.ts'
import type { GaiaX } from './gaia-x.ts'

/** How long others may keep a credential before they ask again, s. */
const MAX_AGE = 60

/** The paths below which a connector shows what it says about itself, below its public URL. */
export const paths = {
  credentials: '/gaia-x/credentials',
  status: '/gaia-x/status',
  selfDescription: '/gaia-x/self-description',
  agreements: '/gaia-x/agreements',
  chain: '/.well-known/x509CertificateChain.pem',
  chains: '/.well-known/x509',
} as const

/** A signature under an agreement, and its id; bytes. */
const LARGEST = 128 * 1024

/**
 * What anybody may read: credentials, their status, the self-description, and the certificates of our keys. And where the other side of an
 * agreement, who is known by its ID token, brings its signature.
 */
export function gaiaXRoutes(gaiaX: GaiaX, senderOf: (ctx: Context) => Promise<string>): Router {
  const router = new Router()

  // Programs in browsers may read all of it, and why there is nothing.
  router.use(async (ctx, next) => {
    if (ctx.method !== 'POST') ctx.set('Access-Control-Allow-Origin', '*')
    await next()
  })

  router.get(`${paths.credentials}/:name`, async ctx => {
    const name = ctx.params.name ?? ''
    answer(ctx, await gaiaX.published(name), { type: 'application/vc+jwt', maxAge: MAX_AGE })
  })

  router.get(`${paths.status}/:id`, async ctx => {
    const { jwt, maxAge } = await gaiaX.statusList(ctx.params.id ?? '')
    answer(ctx, jwt, { type: 'application/vc+jwt', maxAge })
  })

  router.get(paths.selfDescription, async ctx => {
    const { jwt, maxAge } = await gaiaX.selfDescription()
    answer(ctx, jwt, { type: 'application/vp+jwt', maxAge })
  })

  router.get(paths.chain, async ctx => {
    answer(ctx, gaiaX.chain(), { type: 'application/x-pem-file', maxAge: MAX_AGE })
  })

  router.get(`${paths.chains}/:kid`, async ctx => {
    const kid = (ctx.params.kid ?? '').replace(/\.pem$/, '')
    const chain = await gaiaX.chainOf(kid)
    if (chain === undefined) throw notFound('certificate', kid.slice(0, 100))
    answer(ctx, chain, { type: 'application/x-pem-file', maxAge: MAX_AGE })
  })

  router.post(paths.agreements, async ctx => {
    await gaiaX.agreements.receive(await senderOf(ctx), await readJson(ctx, { limit: LARGEST, depth: 4 }))
    ctx.status = 204
  })

  return router
}

/** Answers with a text that programs anywhere may keep. */
function answer(ctx: Context, text: string, { type, maxAge }: { type: string; maxAge: number }): void {
  ctx.set('Cache-Control', `public, max-age=${maxAge}`)
  if (isKnown(ctx, text)) return
  ctx.status = 200
  ctx.type = type
  ctx.body = text
}

/** Something was there, and was withdrawn. */
export const gone = (): KontorError =>
  new KontorError('gone', 410, 'The credential that was at this address has been withdrawn.')
