import type { Database } from '../db/index.ts'
import type { Guard } from '../http/index.ts'
import type { Keyring, Reveal, Safe } from '../keys/index.ts'
import { createAddressSeal, createSourceSeal, type DataPlane, type FlowListener } from '../signaling/index.ts'
import { createAccessTokens } from './access-token.ts'
import { createAdmit } from './admit.ts'
import { createBrowser } from './browser.ts'
import { openFile } from './file-source.ts'
import { createFlows, flowOpener } from './flows.ts'
import { createHttpPull, type OpenSource } from './http-pull.ts'
import { createHttpPush } from './http-push.ts'
import { createHttpSources } from './http-source.ts'
import { createLife } from './life.ts'
import { createMeter } from './meter.ts'
import { createPlane } from './plane.ts'
import { createPusher } from './pusher.ts'
import { createTokens } from './refresh.ts'
import { createRoutes, endpoints, type Serve } from './routes.ts'
import { createRunning } from './running.ts'
import { addUsage, findFlow, findStandings } from './store.ts'
import { createTokenEndpoint } from './token-endpoint.ts'
import { type Book, type DataPlaneEvents, type MayAccess, production, type Timing } from './types.ts'
import { unlock } from './unlock.ts'

export { propertyOf } from './address.ts'
export { deleteFlows, sealFlows } from './store.ts'

/** What a data plane needs to know and to have. */
export interface DataPlaneOptions {
  readonly db: Database
  /** Signs the access tokens; the same for all replicas. */
  readonly keyring: Keyring
  /** Seals the keys in source addresses. */
  readonly safe: Safe
  /** Gives the secrets that source addresses name. */
  readonly reveal: Reveal
  /** The provider; it issues the tokens. */
  readonly participantId: string
  /** The origin under which consumers reach the data listener. Asked when a flow starts: a free port is known late. */
  readonly publicUrl: () => string
  /** Origins whose web pages may fetch data from a browser. */
  readonly allowOrigins: readonly string[]
  /** Life of an access token, ms. */
  readonly tokenLifetime: number
  /** Directory that `File` sources must lie in; none means that there are none. */
  readonly files: string | undefined
  /** Is told how pushes end. */
  readonly listener: FlowListener
  readonly mayAccess: MayAccess
  readonly book: Book
  readonly guard: Guard
  readonly now: () => Date
  readonly events: DataPlaneEvents
  readonly timing?: Partial<Timing>
}

/** A data plane. A process that only decides about transfers uses `plane`, and neither serves nor starts. */
export interface RunningDataPlane {
  /** What the control plane asks of it. */
  readonly plane: DataPlane
  /** Answers a request of the data listener, if it is one for the data plane. */
  readonly serve: Serve
  /** What `serve` answers. */
  readonly endpoints: readonly { readonly method: string; readonly path: string }[]
  /** Listens to other replicas, and takes up pushes that are due. */
  start(): Promise<void>
  /** Takes on nothing new, lets what runs go on for `grace` ms, then cuts it: consumers can resume. May be called before `start`. */
  stop(): Promise<void>
}

/**
 * Moves the bytes: `HttpData-PULL` and `HttpData-PUSH`, from web resources and files. Flows are in the database, so any number of
 * replicas serves the same ones.
 */
export function createDataPlane(options: DataPlaneOptions): RunningDataPlane {
  const { db, keyring, reveal, participantId, publicUrl, tokenLifetime, files, listener } = options
  const { mayAccess, book, guard, now, events } = options
  const timing = { ...production, ...options.timing }

  const access = createAccessTokens({ keyring, issuer: participantId, lifetime: tokenLifetime, now })
  const tokens = createTokens({ db, access, now })
  const seals = { sourceSeal: createSourceSeal(options.safe), addressSeal: createAddressSeal(options.safe) }
  const openFlow = flowOpener(seals)
  const flows = createFlows(id => findFlow(db, id), timing.trust, openFlow)
  const running = createRunning({ findStandings: ids => findStandings(db, ids), mayAccess, idle: timing.idle })
  const meter = createMeter(usages => addUsage(db, usages, now()))
  const sources = createHttpSources()
  const openSource: OpenSource = async (source, asked, stream) =>
    source.type === 'HttpData'
      ? sources.open(await unlock(source, reveal), asked, stream)
      : openFile(files, source, asked, stream)

  const admit = createAdmit({ flows, markUsed: tokens.markUsed })
  const pull = createHttpPull({ tokens: access, running, admit, book, openSource, meter, events })
  const token = createTokenEndpoint({ exchange: tokens.exchange, events, patience: timing.form })
  const deliver = createHttpPush({ openSource, guard })
  const pusher = createPusher({
    db,
    deliver,
    openFlow,
    listener,
    book,
    running,
    meter,
    timing,
    now,
    events,
  })
  const life = createLife({ db, flows, running, meter, sources, pusher, timing, events })

  return {
    plane: createPlane({
      db,
      tokens,
      guard,
      publicUrl,
      files: files !== undefined,
      ...seals,
      reveal,
      now,
      changed: life.changed,
    }),
    serve: createRoutes({ pull, token, browser: createBrowser(options.allowOrigins), stopping: life.stopping }),
    endpoints,
    start: life.start,
    stop: life.stop,
  }
}
