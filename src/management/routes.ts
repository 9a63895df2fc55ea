import Router from '@koa/router'
import type { Given } from './given.ts'
import { openApiRoutes } from './openapi/routes.ts'
import { v1Routes } from './v1/routes.ts'
import { edcRoutes } from './v3/routes.ts'
import { federatedCatalogue, version3 } from './v3/version.ts'
import { version4 } from './v4/version.ts'

/** The EDC's versions that we speak; its fourth had another name before it was stable. */
const edcVersions = [version3, version4('/v4'), version4('/v4beta'), federatedCatalogue] as const

/**
 * The management API: `/management/v3` and `/management/v4` speak the EDC's words, `/management/v1` the house's own. What each route
 * needs of who uses it stands in `permissions.ts`; its own description is for everybody.
 */
export function managementRoutes(given: Given): Router {
  const router = new Router({ prefix: '/management' })
  const edc = edcVersions.map(version => edcRoutes(given, version))
  for (const part of [v1Routes(given), ...edc, openApiRoutes()]) router.use(part.routes())
  return router
}
