import type { Listener } from '../config/types.ts'
import { invalid } from '../errors.ts'
import { type Context, createServer, problem, readJson, renderErrors } from '../http/index.ts'

/** The kit wants the connector to ask a provider for a contract. */
export interface NegotiationSignal {
  readonly providerId: string
  /** The provider's protocol URL. It is to be used as it is: the kit has no catalogue and no versions. */
  readonly connectorAddress: string
  readonly datasetId: string
  readonly offerId: string
}

/** The kit wants the connector to ask a provider for data. */
export interface TransferSignal {
  readonly providerId: string
  readonly connectorAddress: string
  readonly agreementId: string
  readonly format: string
}

/** Where the kit asks a connector to begin something as consumer. */
export interface Initiator {
  /** Listens, and tells the two URLs. */
  start(): Promise<{ readonly negotiation: string; readonly transfer: string }>
  stop(): Promise<void>
}

const paths = { negotiation: '/negotiations/requests', transfer: '/transfers/requests' } as const

/** Opens the two URLs that the DSP conformance kit posts plain JSON to; what is done about it is the caller's affair. */
export function createInitiator(given: {
  listener: Listener
  negotiate: (signal: NegotiationSignal) => Promise<unknown>
  transfer: (signal: TransferSignal) => Promise<unknown>
  unexpected: (error: unknown) => void
}): Initiator {
  const { listener, negotiate, transfer, unexpected } = given
  const server = createServer({ name: 'management', listener, unexpected })
  server.use(renderErrors(problem, unexpected))
  server.use(async ctx => {
    if (ctx.method !== 'POST') return
    if (ctx.path === paths.negotiation) await negotiate(await negotiationSignal(ctx))
    else if (ctx.path === paths.transfer) await transfer(await transferSignal(ctx))
    else return
    ctx.status = 204
  })

  return {
    async start() {
      const { port } = await server.start()
      const base = `http://${listener.host.includes(':') ? `[${listener.host}]` : listener.host}:${port}`
      return { negotiation: base + paths.negotiation, transfer: base + paths.transfer }
    },
    stop: () => server.stop(1_000),
  }
}

async function negotiationSignal(ctx: Context): Promise<NegotiationSignal> {
  const textOf = await texts(ctx)
  const [providerId, connectorAddress] = [textOf('providerId'), textOf('connectorAddress')]
  return { providerId, connectorAddress, datasetId: textOf('datasetId'), offerId: textOf('offerId') }
}

async function transferSignal(ctx: Context): Promise<TransferSignal> {
  const textOf = await texts(ctx)
  const [providerId, connectorAddress] = [textOf('providerId'), textOf('connectorAddress')]
  return { providerId, connectorAddress, agreementId: textOf('agreementId'), format: textOf('format') }
}

async function texts(ctx: Context): Promise<(name: string) => string> {
  const body = await readJson(ctx)
  return name => {
    const value = typeof body === 'object' && body !== null ? (body as Record<string, unknown>)[name] : undefined
    if (typeof value === 'string' && value !== '') return value
    throw invalid('The start signal is not complete.', { faults: [{ path: `/${name}`, message: 'must be a text' }] })
  }
}
