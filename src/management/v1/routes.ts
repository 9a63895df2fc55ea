import Router from '@koa/router'
import { KontorError } from '../../errors.ts'
import { type Context, problem, renderErrors } from '../../http/index.ts'
import type { Given } from '../given.ts'
import { readBody, readId } from '../input.ts'
import { agreementEndpoints } from './agreements.ts'
import { credentialEndpoints } from './credentials.ts'
import { issuanceEndpoints } from './issuance.ts'
import { negotiationEndpoints } from './negotiations.ts'
import { obligationEndpoints } from './obligations.ts'
import { simulationEndpoints } from './simulate.ts'
import { transferEndpoints } from './transfers.ts'

/** The routes below `/v1`. `check` lets only those pass who may use them, before anything is read. */
export function v1Routes(given: Given, check: (ctx: Context) => void): Router {
  const router = new Router({ prefix: '/v1' })
  const endpoints = [
    ...negotiationEndpoints(given),
    ...agreementEndpoints(given),
    ...obligationEndpoints(given),
    ...simulationEndpoints(given),
    ...transferEndpoints(given),
    ...credentialEndpoints(given),
    ...issuanceEndpoints(given),
  ]
  const errors = renderErrors(error => problem(asConflict(error)), given.unexpected)

  for (const { method, path, status, handle } of endpoints) {
    router[method](path, ctx =>
      errors(ctx, async () => {
        check(ctx)
        const id = readId(ctx)
        // No body at all says nothing, which is fine; the body `null` says something that is not understood.
        const said = method === 'get' ? Object.fromEntries(ctx.URL.searchParams) : await readBody(ctx)
        const input = said === undefined ? {} : said
        ctx.body = await handle({ id, input })
        ctx.status = status
      }),
    )
  }

  return router
}

/** The protocol demands 400 of its endpoints; here a process in the wrong state is a conflict. */
const asConflict = (error: KontorError): KontorError =>
  error.code === 'wrong-state' ? new KontorError('wrong-state', 409, error.message, { faults: error.faults }) : error
