import Router from '@koa/router'
import { DSP_CONTEXT, type Receive } from '../dsp/index.ts'
import { invalid } from '../errors.ts'
import type { Negotiations } from './negotiations.ts'
import type { Negotiation } from './types.ts'
import { fromWire } from './wire.ts'

// biome-ignore format: a table is read by its columns
const first = [
  // POST /negotiations/…  carries a                  of the other side; we are
  [ '/request',            'ContractRequestMessage',  'provider' ],
  [ '/offers',             'ContractOfferMessage',    'consumer' ],
] as const

// biome-ignore format: a table is read by its columns
const follow = [
  // POST /negotiations/…           carries a
  [ '/:id/request',                 'ContractRequestMessage'                ],
  [ '/:id/offers',                  'ContractOfferMessage'                  ],
  [ '/:id/agreement',               'ContractAgreementMessage'              ],
  [ '/:id/agreement/verification',  'ContractAgreementVerificationMessage'  ],
  [ '/:id/events',                  'ContractNegotiationEventMessage'       ],
  [ '/:id/termination',             'ContractNegotiationTerminationMessage' ],
] as const

/**
 * Where we hear from the other side of contract negotiations, as provider and as consumer (DSP 2025-1, Contract
 * Negotiation HTTPS Binding). `receive` has verified the sender and the message before a handler sees either.
 */
export function negotiationRoutes({ receive, asked }: Receive, negotiations: Negotiations): Router {
  const router = new Router({ prefix: '/negotiations' })

  for (const [path, type, role] of first) {
    router.post(
      path,
      receive(type, async (ctx, received) => {
        const { callbackAddress } = received.message
        if (callbackAddress === undefined)
          throw invalid('A first message tells where to answer.', { faults: [missing] })
        const negotiation = await negotiations.receiveFirst(fromWire(received), role, callbackAddress)
        ctx.status = 201
        ctx.body = asBody(negotiation)
      }),
    )
  }

  for (const [path, type] of follow) {
    router.post(
      path,
      receive(type, async (ctx, received) => {
        ctx.body = asBody(await negotiations.receive(ctx.params.id, fromWire(received)))
      }),
    )
  }

  router.get(
    '/:id',
    asked(async (ctx, sender) => {
      ctx.body = asBody(await negotiations.show(ctx.params.id, sender.id))
    }),
  )

  return router
}

const missing = { path: '/callbackAddress', message: 'is missing' }

/** The negotiation as its counterparty may see it. */
function asBody({ id, role, peerPid, state }: Negotiation): object {
  const [consumerPid, providerPid] = role === 'consumer' ? [id, peerPid] : [peerPid, id]
  return { '@context': [DSP_CONTEXT], '@type': 'ContractNegotiation', providerPid, consumerPid, state }
}
