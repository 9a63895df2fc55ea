import Router from '@koa/router'
import { createKeyCheck } from './api-key.ts'
import type { Given } from './given.ts'
import { v1Routes } from './v1/routes.ts'
import { v3Routes } from './v3/routes.ts'

/**
 * The management API: `/management/v3` speaks the EDC's words, `/management/v1` the house's own. All of it is for holders of
 * the key in the header `x-api-key`.
 */
export function managementRoutes(given: Given): Router {
  const router = new Router({ prefix: '/management' })
  const check = createKeyCheck(given.apiKey)
  for (const version of [v1Routes(given, check), v3Routes(given, check)]) router.use(version.routes())
  return router
}
