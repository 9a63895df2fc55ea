import { Readable } from 'node:stream'
import Router from '@koa/router'
import { KontorError } from '../../errors.ts'
import { problem, renderErrors } from '../../http/index.ts'
import type { Given } from '../given.ts'
import { readBody, readId, readLongBody } from '../input.ts'
import { createDoorTo } from '../permissions.ts'
import { agreementEndpoints } from './agreements.ts'
import { apiKeyEndpoints } from './api-keys.ts'
import { auditEndpoints } from './audit.ts'
import { bulkEndpoints } from './bulk.ts'
import { credentialEndpoints } from './credentials.ts'
import { TextAnswer } from './endpoint.ts'
import { eventEndpoints } from './events.ts'
import { federationEndpoints } from './federation.ts'
import { gaiaXEndpoints } from './gaia-x.ts'
import { issuanceEndpoints } from './issuance.ts'
import { negotiationEndpoints } from './negotiations.ts'
import { obligationEndpoints } from './obligations.ts'
import { peerEndpoints } from './peers.ts'
import { simulationEndpoints } from './simulate.ts'
import { transferEndpoints } from './transfers.ts'
import { webhookEndpoints } from './webhooks.ts'

/** The routes below `/v1`. */
export function v1Routes(given: Given): Router {
  const router = new Router({ prefix: '/v1' })
  const endpoints = [
    ...negotiationEndpoints(given),
    ...agreementEndpoints(given),
    ...obligationEndpoints(given),
    ...bulkEndpoints(given),
    ...simulationEndpoints(given),
    ...peerEndpoints(given),
    ...federationEndpoints(given),
    ...transferEndpoints(given),
    ...credentialEndpoints(given),
    ...issuanceEndpoints(given),
    ...gaiaXEndpoints(given),
    ...apiKeyEndpoints(given),
    ...auditEndpoints(given),
    ...eventEndpoints(given),
    ...webhookEndpoints(given),
  ]
  const doorTo = createDoorTo('v1', given.access)
  const errors = renderErrors(error => problem(asConflict(error)), given.unexpected)

  for (const { method, path, status, handle, takesDocument } of endpoints) {
    const door = doorTo(method, path, takesDocument ? readLongBody : readBody)
    router[method](path, ctx =>
      errors(ctx, () =>
        door(ctx, async ({ actor, body }) => {
          const id = readId(ctx)
          const query = Object.fromEntries(ctx.URL.searchParams)
          // No body at all says nothing, which is fine; the body `null` says something that is not understood.
          const said = method === 'get' ? query : body
          const input = said === undefined ? {} : said
          const answer = await handle({ id, input, query, actor, header: name => ctx.get(name) })
          if (answer instanceof Readable) ctx.set(eventStream)
          if (answer instanceof TextAnswer) ctx.type = answer.type
          ctx.body = answer instanceof TextAnswer ? answer.text : answer
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
