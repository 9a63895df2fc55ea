import { STATUS_CODES } from 'node:http'
import type Koa from 'koa'
import { KontorError } from '../errors.ts'

/** Our codes for what Koa and its middleware say by status alone. */
const codes: Readonly<Record<number, string>> = {
  400: 'invalid',
  401: 'unauthenticated',
  403: 'forbidden',
  404: 'not-found',
  405: 'method-not-allowed',
  409: 'conflict',
  413: 'too-large',
  415: 'unsupported-media-type',
}

const named = (status: number, message: string): KontorError =>
  new KontorError(codes[status] ?? `http-${status}`, status, message)

/** An error of `ctx.throw` that is meant to be seen. Other libraries' errors carry a status, too, but do not say `expose`. */
export function fromHttpError(thrown: unknown): KontorError | undefined {
  if (!(thrown instanceof Error && 'expose' in thrown && thrown.expose === true)) return undefined
  return 'status' in thrown && typeof thrown.status === 'number' ? named(thrown.status, thrown.message) : undefined
}

/** The error to answer with when nobody has: an unknown path, an unknown method, a bare status. */
export function unanswered(ctx: Koa.Context): KontorError | undefined {
  if (ctx.respond === false || ctx.status < 400 || (ctx.body ?? undefined) !== undefined) return undefined
  const where = JSON.stringify(ctx.path)
  const allowed = methodsHere(ctx)
  if (ctx.status === 404 && allowed.length > 0 && !allowed.includes(ctx.method)) {
    ctx.set('Allow', allowed.join(', '))
    return named(405, `${ctx.method} is not possible at ${where}; possible: ${allowed.join(', ')}.`)
  }
  if (ctx.status === 404) return named(404, `There is nothing at ${where}.`)
  return named(ctx.status, `${STATUS_CODES[ctx.status] ?? 'An error'} at ${where}.`)
}

/** The methods of all routes that fit the path; routers leave them in `matched`. */
function methodsHere(ctx: Koa.Context): string[] {
  const matched: readonly { readonly methods: readonly string[] }[] = ctx.matched ?? []
  return [...new Set(matched.flatMap(({ methods }) => methods))]
}
