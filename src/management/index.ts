/** The management API: for the operator's people and programs. The one place that speaks the EDC's words. */

export { openApiReference } from './openapi/index.ts'
export { managementRoutes } from './routes.ts'
