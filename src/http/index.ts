import type Koa from 'koa'

export { type BodyLimits, readDocument, readForm, readJson } from './body.ts'
export { type Answer, type Client, createClient } from './client.ts'
export { cors } from './cors.ts'
export { problem, type Rendered, renderErrors, type Unexpected } from './errors.ts'
export { isKnown } from './etag.ts'
export { createGuard, type Guard } from './guard.ts'
export { parseJson } from './json.ts'
export { type Reached, reach } from './reach.ts'
export { hasRepeatedMember } from './repeated.ts'
export { retryAfterOf } from './retry-after.ts'
export { routesOf } from './routes.ts'
export { createServer, type HttpServer, type Plane, type Served } from './server.ts'
export { standingOf } from './standing.ts'
export { writeYaml } from './yaml.ts'

/** What a handler sees of a request. */
export type Context = Koa.Context

/** A step in answering requests. */
export type Middleware = Koa.Middleware
