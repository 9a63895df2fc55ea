import { type Catalog, catalogRoutes, createCatalog, createCatalogClient, findSource } from './catalog/index.ts'
import type { Config } from './config/index.ts'
import { createDataPlane, type RunningDataPlane } from './dataplane/index.ts'
import { type Database, openDatabase } from './db/index.ts'
import { loadDeciders } from './deciders.ts'
import { createDiscover, createParseMessage, createReceive, createSend, PROTOCOL_PATH } from './dsp/index.ts'
import { createClient, createGuard, createServer, type HttpServer, type Plane } from './http/index.ts'
import { createTokens } from './identity/index.ts'
import { createJsonLd } from './jsonld/index.ts'
import { openKeyring } from './keys/index.ts'
import { managementRoutes } from './management/index.ts'
import { createNegotiations, isBound, type Negotiations, negotiationRoutes } from './negotiation/index.ts'
import { measure, processEvents } from './observe.ts'
import { catalogAsker, tokenRefresher, webhookAsker } from './outward.ts'
import { DSP, healthRoutes, notHere, protocolRoutes, type Urls, urlsOf } from './planes.ts'
import { normalisePolicy } from './policy/index.ts'
import { createOutbox, joinReplicas, listJournal, type Outbox } from './process/index.ts'
import { createEvents, createLogger, createMetrics, type Destination } from './telemetry/index.ts'
import { createMayAccess, createTransfers, type Transfers, transferRoutes } from './transfer/index.ts'

/** One participant's connector: a value you can hold, start, and let go. */
export interface Connector {
  readonly catalog: Catalog
  readonly negotiations: Negotiations
  readonly transfers: Transfers
  readonly outbox: Outbox
  readonly db: Database
  /** Where it is reached; throws before `start`. */
  urls(): Urls
  /** Our protocol URL, version path included: what peers are told as `callbackAddress`. */
  protocolUrl(): string
  /** Listens, and takes up the work that was left. Throws, naming the setting, if a port is taken. */
  start(): Promise<Urls>
  /** Takes on nothing new, finishes what is in hand, leaves the rest to the outbox. */
  stop(): Promise<void>
}

/** What may be replaced for tests. */
export interface Surroundings {
  /** Where log lines go; standard output if absent. */
  readonly log?: Destination
  readonly now?: () => Date
}

/** How long requests in hand may take when we stop, ms. */
const GRACE = 10_000

/**
 * Wires a connector together: a Config goes in, a connector comes out that has its database open and listens as soon as
 * it is started. The one place where rooms meet.
 *
 * @throws KontorError with a sentence for the operator: a database that cannot be opened, a decider that cannot be loaded.
 */
export async function createConnector(
  config: Config,
  { log, now = () => new Date() }: Surroundings = {},
): Promise<Connector> {
  const began = performance.now()
  const logger = createLogger(config.log, log)
  const metrics = createMetrics()
  const events = createEvents(logger, metrics)
  const processes = processEvents(events)
  const participantId = config.participant.id

  const deciders = await loadDeciders(config.negotiation.deciders)
  const { url, connections } = config.database
  const db = await openDatabase({
    url,
    connections,
    directory: config.directory,
    log: (event, fields = {}) => logger.info(fields, event),
  })
  measure(metrics, db)
  const replica = await joinReplicas(db)
  const outbox = createOutbox({ db, replica, now, events: processes })

  const guard = createGuard({ allow: config.network.allow })
  const client = createClient({ guard, timeout: config.network.timeout })
  const checkAddress = (url: string): void => void guard.check(url)
  const jsonLd = createJsonLd({ directory: config.contexts.directory })
  const parse = createParseMessage({ jsonLd, normalisePolicy })
  const { verifySender, authorize } = createTokens(config.identity.participants)
  const send = createSend({ request: client.request, authorize })

  let urls: Urls | undefined
  const whereWeAre = (): Urls => {
    if (!urls) throw new Error('the connector is not started')
    return urls
  }
  const protocolUrl = () => `${whereWeAre().protocol}${DSP}${PROTOCOL_PATH}`

  // The data plane and the transfers need each other; both ask only when they run.
  const dataPlane: RunningDataPlane = createDataPlane({
    db,
    keyring: await openKeyring(db, 'edr', now),
    participantId,
    publicUrl: () => whereWeAre().data,
    tokenLifetime: config.data.tokenLifetime,
    files: config.data.files,
    listener: {
      completed: id => transfers.flowEvents.completed(id),
      failed: (id, why) => transfers.flowEvents.failed(id, why),
    },
    mayAccess: createMayAccess({ db, now }),
    guard,
    now,
    events,
  })
  const { plane } = dataPlane

  const catalog = createCatalog({
    db,
    participantId,
    endpointUrl: protocolUrl,
    formatsOf: plane.formatsOf,
    isBound,
    now,
  })
  const common = {
    db,
    outbox,
    now,
    events: processes,
    callbackAddress: protocolUrl,
    send,
    checkAddress,
    giveUpAfter: config.delivery.giveUpAfter,
  }
  const negotiations = createNegotiations({
    ...common,
    participantId,
    findOffer: catalog.findOffer,
    deciders: deciders.negotiation,
    counterOffers: config.negotiation.counterOffers,
    askWebhook: webhookAsker(client, config.negotiation.webhook),
  })
  const transfers = createTransfers({
    ...common,
    negotiations,
    findSource: findSource,
    plane,
    deciders: deciders.transfer,
    refreshToken: tokenRefresher(client),
  })

  const unexpected = (where: string) => (error: unknown) => events.unexpected({ where, error })
  const server = (name: Plane, first?: RunningDataPlane['serve']): HttpServer =>
    createServer({
      name,
      listener: config[name],
      served: events.requestServed,
      unexpected: unexpected(name),
      // What a consumer sends through the data plane takes as long as it takes.
      ...(first && { first, limits: { requestTimeout: 0 } }),
    })
  const servers = {
    protocol: server('protocol'),
    management: server('management'),
    data: server('data', dataPlane.serve),
  }

  const receive = createReceive({
    verifySender,
    parse,
    onReceived: events.messageReceived,
    onUnexpected: unexpected('protocol'),
  })
  servers.protocol.use(
    protocolRoutes({
      participantId,
      protocols: [
        catalogRoutes(receive('CatalogError'), catalog),
        negotiationRoutes(receive('ContractNegotiationError'), negotiations),
        transferRoutes(receive('TransferError'), transfers),
      ],
      unexpected: unexpected('protocol'),
    }),
  )
  servers.management.use(healthRoutes(db, metrics).routes())
  servers.management.use(
    managementRoutes({
      apiKey: config.management.apiKey,
      jsonLd,
      catalog,
      catalogClient: createCatalogClient({ ask: catalogAsker(client, authorize), parse }),
      negotiations,
      transfers,
      journalOf: id => listJournal(db, id),
      faultsOf: plane.faultsOf,
      discover: createDiscover({ request: client.request, parse: body => parse('VersionResponse', body) }),
      checkAddress,
      unexpected: unexpected('management'),
    }).routes(),
  )
  servers.data.use(notHere(unexpected('data')))

  async function start(): Promise<Urls> {
    // The data plane's address is told to peers, so it listens first; peers may call as soon as the protocol port is open.
    const ports = { data: 0, management: 0, protocol: 0 }
    for (const name of ['data', 'management', 'protocol'] as const) {
      ports[name] = (await servers[name].start()).port
      urls = urlsOf(config, ports)
    }
    await dataPlane.start()
    outbox.start()
    const { protocol, management, data } = whereWeAre()
    events.connectorStarted({ participant: participantId, protocol, management, data, ms: performance.now() - began })
    return whereWeAre()
  }

  let stopped: Promise<void> | undefined
  async function stop(): Promise<void> {
    events.connectorStopping()
    await Promise.all([
      servers.protocol.stop(GRACE),
      servers.management.stop(GRACE),
      dataPlane.stop().then(() => servers.data.stop(GRACE)),
    ])
    try {
      await outbox.stop()
    } finally {
      // Also when the database is gone: an embedded one must not be left running.
      client.close()
      await replica.leave()
      await db.close()
    }
    events.connectorStopped()
  }

  return {
    catalog,
    negotiations,
    transfers,
    outbox,
    db,
    urls: whereWeAre,
    protocolUrl,
    start,
    stop: () => (stopped ??= stop()),
  }
}
