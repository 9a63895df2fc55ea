import Router from '@koa/router'
import { isKnown } from '../../../http/index.ts'
import { contentSecurityPolicy } from './page.ts'

/** What the page may do in a browser: show itself. */
const headers = {
  'Content-Security-Policy': contentSecurityPolicy,
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Cache-Control': 'no-cache',
} as const

/** The description as a page for people; whoever has it already, and says so, gets no second copy. */
export function pageRoutes(page: () => string): Router {
  const router = new Router()
  router.get('/docs', ctx => {
    const text = page()
    ctx.set(headers)
    if (isKnown(ctx, text)) return
    ctx.type = 'text/html'
    ctx.status = 200
    ctx.body = text
  })
  return router
}
