import { randomUUID } from 'node:crypto'
import { STATUS_CODES } from 'node:http'
import type Koa from 'koa'
import { KontorError } from '../errors.ts'
import { fromHttpError, unanswered } from './translate.ts'

/** How an error is answered in the words of one protocol. `body` is sent as JSON. */
export interface Rendered {
  readonly status: number
  readonly body: unknown
  readonly headers?: Readonly<Record<string, string>>
}

/** Says an error in the words of one protocol. */
type Render = (error: KontorError, ctx: Koa.Context) => Rendered

/** Hears of an error that nobody threw on purpose, with the id that the answer names. */
export type Unexpected = (error: unknown, requestId: string, ctx: Koa.Context) => void

/** The rendering of our own APIs: problem details of RFC 9457, with our stable code and the faults of the input. */
export function problem(error: KontorError): Rendered {
  const { code, status, message: detail, faults } = error
  const title = STATUS_CODES[status] ?? 'Error'
  return {
    status,
    body: { type: `urn:kontor:error:${code}`, title, status, detail, code, ...(faults.length > 0 && { faults }) },
    headers: { 'Content-Type': 'application/problem+json' },
  }
}

/**
 * The one place where errors become answers: what we throw, what Koa throws, paths that lead nowhere (404) and methods
 * that a path does not know (405, with `Allow`). Anything else is answered as 500 `internal` with an id and nothing more;
 * `unexpected` gets the error and the same id. Use it before all routes.
 */
export function renderErrors(render: Render, unexpected: Unexpected): Koa.Middleware {
  const internal = (thrown: unknown, ctx: Koa.Context): KontorError => {
    const id = randomUUID()
    unexpected(thrown, id, ctx)
    const message = `Something went wrong on our side; the log has it under the id ${id}.`
    return new KontorError('internal', 500, message, { cause: thrown })
  }

  return async (ctx, next) => {
    try {
      await next()
      const error = unanswered(ctx)
      if (error !== undefined) throw error
    } catch (thrown) {
      const error = thrown instanceof KontorError ? thrown : (fromHttpError(thrown) ?? internal(thrown, ctx))
      answer(ctx, render(error, ctx), error.retryAfter)
    }
  }
}

/** Headers that stay true when the answer turns into an error; caching and content headers do not. */
const kept: ReadonlySet<string> = new Set([
  'access-control-allow-origin',
  'allow',
  'connection',
  'retry-after',
  'www-authenticate',
])

function answer(ctx: Koa.Context, { status, body, headers = {} }: Rendered, retryAfter: number | undefined): void {
  // Half an answer is out already: only a broken connection tells the other side that the rest is missing.
  if (ctx.headerSent) {
    ctx.res.destroy()
    return
  }
  for (const name of ctx.res.getHeaderNames()) if (!kept.has(name)) ctx.remove(name)
  ctx.set(headers)
  if (retryAfter !== undefined) ctx.set('Retry-After', String(retryAfter))
  // Nobody will read the rest of the body, so nothing can follow on this connection; its sender may take for ever.
  if (!ctx.req.complete) ctx.set('Connection', 'close')
  ctx.status = status
  ctx.body = body
}
