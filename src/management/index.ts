/** The management API: for the operator's people and programs. The one place that speaks the EDC's words. */

export { createCallbackWords } from './callbacks/index.ts'
export { openApiReference } from './openapi/index.ts'
export { managementRoutes } from './routes.ts'
