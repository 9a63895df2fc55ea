import Router from '@koa/router'
import type { Given } from './given.ts'
import { openApiRoutes } from './openapi/routes.ts'
import { v1Routes } from './v1/routes.ts'
import { v3Routes } from './v3/routes.ts'

/**
 * The management API: `/management/v3` speaks the EDC's words, `/management/v1` the house's own. What each route needs of who uses
 * it stands in `permissions.ts`; its own description is for everybody.
 */
export function managementRoutes(given: Given): Router {
  const router = new Router({ prefix: '/management' })
  for (const part of [v1Routes(given), v3Routes(given), openApiRoutes()]) router.use(part.routes())
  return router
}
