import type Koa from 'koa'

/** How long a browser may believe what it was told of a path, s. */
const MAX_AGE = '3600'

/**
 * Lets web pages of some origins use a server from a browser (CORS, Fetch Standard §3.3). A browser asks first, without the key, and is
 * told what may be sent; pages of other origins get no word about it, so that their browser keeps the answer from them. Use it
 * before everything else: errors must be readable, too.
 */
export function cors(given: {
  /** As browsers say them: `https://console.example`. */
  readonly origins: readonly string[]
  /** The headers that a page may set, apart from those that it always may. */
  readonly headers: readonly string[]
}): Koa.Middleware {
  const origins = new Set(given.origins)

  return async (ctx, next) => {
    const origin = ctx.get('origin')
    const asksFirst = ctx.method === 'OPTIONS' && ctx.get('access-control-request-method') !== ''
    if (!origins.has(origin)) {
      await next()
    } else if (asksFirst) {
      ctx.status = 204
      ctx.set('Access-Control-Allow-Methods', 'GET, POST, PUT, DELETE')
      ctx.set('Access-Control-Allow-Headers', given.headers.join(', '))
      ctx.set('Access-Control-Max-Age', MAX_AGE)
    } else {
      await next()
    }
    // Last of all: an answer that turns into an error loses the headers that were set before.
    ctx.vary('Origin')
    if (origins.has(origin)) ctx.set('Access-Control-Allow-Origin', origin)
  }
}
