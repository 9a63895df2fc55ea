import type { IncomingMessage, ServerResponse } from 'node:http'
import { unavailable } from '../errors.ts'
import type { Browser } from './browser.ts'
import type { HttpPull } from './http-pull.ts'
import { sendProblem } from './problem.ts'
import type { TokenEndpoint } from './token-endpoint.ts'

/** Answers a request if it is for the data plane, and says whether it was. */
export type Serve = (request: IncomingMessage, response: ServerResponse) => boolean

/** Where data is fetched, below the data listener's public URL. */
export const publicPath = '/public'
/** Where tokens are refreshed. */
export const tokenPath = '/token'

/** What consumers can ask of us. Other methods are for the flow's source to allow. */
export const endpoints = [
  { method: 'GET', path: publicPath },
  { method: 'POST', path: tokenPath },
] as const

/**
 * The two endpoints for consumers. Not Koa's: measured, its context and router took a quarter of the requests per second that a small
 * answer allows, and there is nothing here that they would do for us.
 */
export function createRoutes(given: {
  pull: HttpPull
  token: TokenEndpoint
  browser: Browser
  stopping: () => boolean
}): Serve {
  const { pull, token, browser, stopping } = given

  return (request, response) => {
    const { path, query } = partsOf(request.url ?? '')
    const isPublic = path === publicPath || path.startsWith(`${publicPath}/`)
    if (!isPublic && path !== tokenPath) return false
    if (browser(request, response)) return true
    if (stopping())
      sendProblem(response, unavailable('The connector is stopping: try again later.'), { connection: 'close' })
    else if (isPublic) void pull(request, response, { path: path.slice(publicPath.length), query })
    else void token(request, response)
    return true
  }
}

/** As it was sent: whatever is made of a path or query later must see every character of it. */
function partsOf(target: string): { path: string; query: string } {
  const mark = target.indexOf('?')
  return mark === -1 ? { path: target, query: '' } : { path: target.slice(0, mark), query: target.slice(mark + 1) }
}
