import Router from '@koa/router'
import type { Middleware } from 'koa'

/** So many segments tell a resource from the others: `/management/v3/assets`. */
const SEGMENTS = 3

/**
 * A router's middleware. A router asks each of its routes whether it fits the path, and the management API has hundreds: here it
 * asks those that begin as the path does.
 */
export function routesOf(router: Router): Middleware {
  const routes = router.stack.map(route => ({ route, beginning: beginningOf(route) }))
  const among = (asked: string | undefined): Middleware => {
    const part = new Router()
    const fitting = routes.filter(({ beginning }) => beginning === undefined || beginning === asked)
    part.stack = fitting.map(({ route }) => route)
    // Koa's with a richer context, which Koa itself has made by then.
    return part.routes() as Middleware
  }
  const beginnings = new Set(routes.map(({ beginning }) => beginning))
  const parts = new Map([...beginnings].map(beginning => [beginning, among(beginning)]))
  const others = among(undefined)
  return (ctx, next) => (parts.get(cut(ctx.path)) ?? others)(ctx, next)
}

/** How all paths begin that a route fits; undefined if they need not begin alike. */
function beginningOf({ path, methods }: Router['stack'][number]): string | undefined {
  // One without methods is a step for whatever is below its path.
  const beginning = typeof path === 'string' && methods.length > 0 ? cut(path) : ''
  return /^[\w./-]+$/.test(beginning) ? beginning : undefined
}

/** Routers know no difference between capital and small letters, nor whether there is a slash at the end. */
const cut = (path: string): string =>
  path
    .toLowerCase()
    .split('/', SEGMENTS + 1)
    .join('/')
    .replace(/\/$/, '')
