import Router from '@koa/router'
import type { Database } from './db/index.ts'
import type { Metrics } from './telemetry/index.ts'

/** One part of us and what is wrong with it, as EDC's observability API tells it. */
interface ComponentResult {
  readonly component: string
  readonly isHealthy: boolean
  readonly failure: { readonly messages: readonly string[] } | null
}

/** What EDC's observability API is asked for; whoever is alive answers, for all else the database is needed. */
const checks = ['health', 'liveness', 'readiness', 'startup'] as const

const SILENT = 'the database does not answer'

/**
 * What an orchestrator and a metrics collector ask; no key needed, nothing secret told. `/api/check/…` says it in the words of the EDC,
 * for programs that know that.
 */
export function healthRoutes({ db, metrics }: { db: Database; metrics: Pick<Metrics, 'render'> }): Router {
  const router = new Router()
  const isReady = (): Promise<boolean> =>
    db.query('select 1').then(
      () => true,
      () => false,
    )

  router.get('/health/live', ctx => {
    ctx.body = { status: 'up' }
  })
  router.get('/health/ready', async ctx => {
    const ready = await isReady()
    ctx.status = ready ? 200 : 503
    ctx.body = ready ? { status: 'up' } : { status: 'down', reason: SILENT }
  })
  for (const check of checks)
    router.get(`/api/check/${check}`, async ctx => {
      const ready = check === 'liveness' || (await isReady())
      ctx.status = ready ? 200 : 503
      ctx.body = {
        componentResults: [result(check === 'liveness' ? 'process' : 'database', ready)],
        isSystemHealthy: ready,
      }
    })
  router.get('/metrics', async ctx => {
    const { contentType, text } = await metrics.render()
    ctx.set('Content-Type', contentType)
    ctx.body = text
  })
  return router
}

const result = (component: string, isHealthy: boolean): ComponentResult => ({
  component,
  isHealthy,
  failure: isHealthy ? null : { messages: [SILENT] },
})
