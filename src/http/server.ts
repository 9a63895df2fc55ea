import { once } from 'node:events'
import {
  createServer as createNodeServer,
  type IncomingMessage,
  type Server,
  type ServerOptions,
  type ServerResponse,
} from 'node:http'
import Koa from 'koa'
import type { Listener } from '../config/types.ts'
import { answerBrokenRequests } from './broken-requests.ts'
import { drainable } from './drain.ts'
import { cannotListen } from './listen.ts'

/** The three faces of a connector; also the names of their settings. */
export type Plane = 'protocol' | 'management' | 'data'

/** One request that has been answered, or whose sender went away. */
export interface Served {
  readonly plane: Plane
  readonly method: string
  /** The route's pattern, `/negotiations/:id`, never the path itself: few values, no names. `unmatched` where no route fits. */
  readonly path: string
  readonly status: number
  /** From the end of its headers to the last byte of the answer. */
  readonly ms: number
}

/** Bounds against clients that send slowly on purpose. Times are ms. */
interface ServerLimits {
  /** The request line and all headers, bytes; more is answered with 431. */
  readonly headerBytes: number
  /** Until the headers are complete. */
  readonly headersTimeout: number
  /** Until the whole request has been received. How long an answer takes is not limited. */
  readonly requestTimeout: number
  /** How long an unused connection is kept. */
  readonly keepAliveTimeout: number
  /** How long a connection may be without a byte in either direction while a request is in hand. */
  readonly idleTimeout: number
  /** How many connections there may be at once; more are closed as they come. */
  readonly connections: number
}

/** An HTTP server that can be started once and stopped. */
export interface HttpServer {
  /** Adds Koa middleware; before `start`. */
  use<State, More>(middleware: Koa.Middleware<Koa.DefaultState & State, Koa.DefaultContext & More>): void
  /** Listens. Throws `port-taken` or `cannot-listen`, naming the setting. */
  start(): Promise<{ readonly port: number; readonly address: string }>
  /**
   * Stops listening and lets the requests in hand finish, for at most `graceMs`; what is unfinished then is cut off. Idle
   * connections end at once. May be called again, and before `start`.
   */
  stop(graceMs: number): Promise<void>
}

/**
 * The HTTP server of one plane.
 *
 * `served` hears of each request when it is over; `unexpected` of errors for which there was no answer left to give, such
 * as a body stream that breaks.
 */
export function createServer(options: {
  name: Plane
  listener: Listener
  limits?: Partial<ServerLimits>
  /** Answers a request before Koa hears of it, and says whether it did: for paths where every microsecond counts. */
  first?: (request: IncomingMessage, response: ServerResponse) => boolean
  served?: (request: Served) => void
  unexpected: (error: unknown) => void
}): HttpServer {
  const { name, listener, first = () => false, served, unexpected } = options
  const app = new Koa()
  // Koa would print what it cannot answer. Senders that went away are everyday life.
  app.on('error', error => isHangUp(error) || unexpected(error))
  if (served !== undefined) app.use(measure(name, served))
  const limits = { ...defaultLimits, ...options.limits }
  const server = createNodeServer(toNode(limits))
  server.maxConnections = limits.connections
  server.setTimeout(limits.idleTimeout)
  answerBrokenRequests(server)
  const stop = drainable(server)

  const start = async () => {
    const answer = app.callback()
    server.on('request', (request, response) => first(request, response) || answer(request, response))
    server.listen(listener.port, listener.host)
    await once(server, 'listening').catch(error => {
      throw cannotListen(name, listener, error)
    })
    return addressOf(server)
  }

  return { use: middleware => void app.use(middleware), start, stop }
}

/** Slow lines get a minute for a body of 1 MiB. Kept connections outlive the usual 60 s of load balancers, so that these are the first to close. */
const defaultLimits: ServerLimits = {
  headerBytes: 16 * 1024,
  headersTimeout: 10_000,
  requestTimeout: 60_000,
  keepAliveTimeout: 65_000,
  idleTimeout: 120_000,
  connections: 4_096,
}

/** Node looks for late requests only now and then: often enough that the limits mean what they say. */
const toNode = ({ headerBytes, headersTimeout, requestTimeout, keepAliveTimeout }: ServerLimits): ServerOptions => ({
  headersTimeout,
  requestTimeout,
  keepAliveTimeout,
  maxHeaderSize: headerBytes,
  connectionsCheckingInterval: Math.min(headersTimeout / 2, 5_000),
})

function measure(plane: Plane, served: (request: Served) => void): Koa.Middleware {
  return (ctx, next) => {
    const start = performance.now()
    ctx.res.once('close', () => {
      const path = String(ctx._matchedRoute ?? 'unmatched')
      served({ plane, method: ctx.method, path, status: ctx.status, ms: performance.now() - start })
    })
    return next()
  }
}

/** A connection that broke, was too slow, or ended in the middle of a request (`HPE_…` of Node's parser). */
const hangUp = /^(?:ECONNRESET|EPIPE|ECONNABORTED|ERR_STREAM_PREMATURE_CLOSE|ERR_HTTP_REQUEST_TIMEOUT|HPE_\w+)$/

const isHangUp = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && hangUp.test(String(error.code))

function addressOf(server: Server): { port: number; address: string } {
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the server does not listen on a port')
  return { port: address.port, address: address.address }
}
