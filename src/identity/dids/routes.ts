import Router from '@koa/router'
import { placeOf } from './web.ts'

/** How long others may keep our document, s: a new key is seen at once by whoever asks again for one that is missing. */
const maxAge = 60

/** Serves our document where the `did:web` method looks for it (did:web §3.2). */
export function didRoutes(did: string, document: () => Promise<object>): Router {
  const router = new Router()
  const place = placeOf(did)
  if (place === undefined) return router
  router.get(place.path, async ctx => {
    ctx.body = await document()
    // Programs in browsers verify, too.
    ctx.set('Access-Control-Allow-Origin', '*')
    ctx.set('Cache-Control', `public, max-age=${maxAge}`)
  })
  return router
}
