import Router from '@koa/router'
import { DSP_CONTEXT, type Receive } from '../dsp/index.ts'
import type { Transfers } from './transfers.ts'
import type { Transfer } from './types.ts'
import { fromWire } from './wire.ts'

// biome-ignore format: a table is read by its columns
const follow = [
  // POST /transfers/…    carries a
  [ '/:id/start',         'TransferStartMessage'       ],
  [ '/:id/suspension',    'TransferSuspensionMessage'  ],
  [ '/:id/completion',    'TransferCompletionMessage'  ],
  [ '/:id/termination',   'TransferTerminationMessage' ],
] as const

/**
 * Where we hear from the other side of transfer processes, as provider and as consumer (DSP 2025-1, Transfer Process
 * HTTPS Binding).
 */
export function transferRoutes({ receive, asked }: Receive, transfers: Transfers): Router {
  const router = new Router({ prefix: '/transfers' })

  router.post(
    '/request',
    receive('TransferRequestMessage', async (ctx, received) => {
      const transfer = await transfers.receiveRequest(fromWire(received), received.message.callbackAddress)
      ctx.status = 201
      ctx.body = asBody(transfer)
    }),
  )

  for (const [path, type] of follow) {
    router.post(
      path,
      receive(type, async (ctx, received) => {
        ctx.body = asBody(await transfers.receive(ctx.params.id, fromWire(received)))
      }),
    )
  }

  router.get(
    '/:id',
    asked(async (ctx, sender) => {
      ctx.body = asBody(await transfers.show(ctx.params.id, sender.id))
    }),
  )

  return router
}

/** The transfer process as its counterparty may see it. */
function asBody({ id, role, peerPid, state }: Transfer): object {
  const [consumerPid, providerPid] = role === 'consumer' ? [id, peerPid] : [peerPid, id]
  return { '@context': [DSP_CONTEXT], '@type': 'TransferProcess', providerPid, consumerPid, state }
}
