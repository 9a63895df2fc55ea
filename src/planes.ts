import Router from '@koa/router'
import type { Config } from './config/index.ts'
import type { Database } from './db/index.ts'
import { PROTOCOL_PATH, versionResponse } from './dsp/index.ts'
import { type Middleware, type Plane, problem, renderErrors, type Unexpected } from './http/index.ts'
import type { Metrics } from './telemetry/index.ts'

/** Where a started connector is reached; origins, without a path. */
export interface Urls {
  /** Peers find `/.well-known/dspace-version` here. */
  readonly protocol: string
  readonly management: string
  readonly data: string
}

/** Path of the Dataspace Protocol below the public URL. */
export const DSP = '/dsp'

/** The protocol plane: the version endpoint, and the three protocols below the version's path. */
export function protocolRoutes(given: {
  participantId: string
  protocols: readonly Router[]
  unexpected: Unexpected
}): Middleware {
  const { participantId, protocols, unexpected } = given
  const router = new Router()
  // Both roots lead to the same endpoints: the origin that people write down, and the protocol URL without its version.
  router.get('/.well-known/dspace-version', ctx => {
    ctx.body = versionResponse(participantId, DSP)
  })
  router.get(`${DSP}/.well-known/dspace-version`, ctx => {
    ctx.body = versionResponse(participantId, '')
  })
  for (const protocol of protocols) router.use(`${DSP}${PROTOCOL_PATH}`, protocol.routes())
  return both(renderErrors(problem, unexpected), router)
}

/** What an orchestrator and a metrics collector ask; no key needed, nothing secret told. */
export function healthRoutes(db: Database, metrics: Metrics): Router {
  const router = new Router()
  router.get('/health/live', ctx => {
    ctx.body = { status: 'up' }
  })
  router.get('/health/ready', async ctx => {
    const ready = await db.query('select 1').then(
      () => true,
      () => false,
    )
    ctx.status = ready ? 200 : 503
    ctx.body = ready ? { status: 'up' } : { status: 'down', reason: 'the database does not answer' }
  })
  router.get('/metrics', async ctx => {
    const { contentType, text } = await metrics.render()
    ctx.set('Content-Type', contentType)
    ctx.body = text
  })
  return router
}

/** Answers what no route knows with problem details. */
export const notHere = (unexpected: Unexpected): Middleware => renderErrors(problem, unexpected)

const both =
  (outer: Middleware, router: Router): Middleware =>
  (ctx, next) =>
    // A router's middleware is Koa's with a richer context, which Koa itself has made by then.
    outer(ctx, () => (router.routes() as Middleware)(ctx, next))

/** Where the planes are reached. Who listens everywhere and says no more is reached on this machine. */
export function urlsOf(config: Config, ports: Readonly<Record<Plane, number>>): Urls {
  const origin = ({ host }: { host: string }, port: number) => {
    const name = host === '0.0.0.0' || host === '::' ? 'localhost' : host
    return `http://${name.includes(':') ? `[${name}]` : name}:${port}`
  }
  return {
    protocol: config.protocol.publicUrl ?? origin(config.protocol, ports.protocol),
    management: origin(config.management, ports.management),
    data: config.data.publicUrl ?? origin(config.data, ports.data),
  }
}
