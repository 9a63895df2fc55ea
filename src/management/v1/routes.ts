import { Readable } from 'node:stream'
import Router from '@koa/router'
import { KontorError } from '../../errors.ts'
import { problem, renderErrors } from '../../http/index.ts'
import type { Given } from '../given.ts'
import { readId } from '../input.ts'
import { createDoorTo } from '../permissions.ts'
import { agreementEndpoints } from './agreements.ts'
import { apiKeyEndpoints } from './api-keys.ts'
import { auditEndpoints } from './audit.ts'
import { credentialEndpoints } from './credentials.ts'
import { eventEndpoints } from './events.ts'
import { gaiaXEndpoints } from './gaia-x.ts'
import { issuanceEndpoints } from './issuance.ts'
import { negotiationEndpoints } from './negotiations.ts'
import { obligationEndpoints } from './obligations.ts'
import { peerEndpoints } from './peers.ts'
import { simulationEndpoints } from './simulate.ts'
import { transferEndpoints } from './transfers.ts'

/** The routes below `/v1`. */
export function v1Routes(given: Given): Router {
  const router = new Router({ prefix: '/v1' })
  const endpoints = [
    ...negotiationEndpoints(given),
    ...agreementEndpoints(given),
    ...obligationEndpoints(given),
    ...simulationEndpoints(given),
    ...peerEndpoints(given),
    ...transferEndpoints(given),
    ...credentialEndpoints(given),
    ...issuanceEndpoints(given),
    ...gaiaXEndpoints(given),
    ...apiKeyEndpoints(given),
    ...auditEndpoints(given),
    ...eventEndpoints(given),
  ]
  const doorTo = createDoorTo('v1', given.access)
  const errors = renderErrors(error => problem(asConflict(error)), given.unexpected)

  for (const { method, path, status, handle } of endpoints) {
    const door = doorTo(method, path)
    router[method](path, ctx =>
      errors(ctx, () =>
        door(ctx, async ({ actor, body }) => {
          const id = readId(ctx)
          // No body at all says nothing, which is fine; the body `null` says something that is not understood.
          const said = method === 'get' ? Object.fromEntries(ctx.URL.searchParams) : body
          const input = said === undefined ? {} : said
          const answer = await handle({ id, input, actor, header: name => ctx.get(name) })
          if (answer instanceof Readable) ctx.set(eventStream)
          ctx.body = answer
          ctx.status = status
        }),
      ),
    )
  }

  return router
}

/** A stream is not kept by anybody on its way, nor collected (`X-Accel-Buffering` is what nginx asks for). */
const eventStream = {
  'Content-Type': 'text/event-stream; charset=utf-8',
  'Cache-Control': 'no-store',
  'X-Accel-Buffering': 'no',
} as const

/** The protocol demands 400 of its endpoints; here a process in the wrong state is a conflict. */
const asConflict = (error: KontorError): KontorError =>
  error.code === 'wrong-state' ? new KontorError('wrong-state', 409, error.message, { faults: error.faults }) : error
