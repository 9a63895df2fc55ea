import { createAccess } from './access/index.ts'
import type { Catalog } from './catalog/index.ts'
import type { Config } from './config/index.ts'
import { deleteFlows } from './dataplane/index.ts'
import { type Database, openDatabase } from './db/index.ts'
import { type Deciders, loadDeciders } from './deciders.ts'
import { createDomains } from './domains.ts'
import { createTail } from './events/index.ts'
import { forgetSignatures, type GaiaX } from './gaiax/index.ts'
import type { CredentialService, Issuer } from './identity/index.ts'
import { openKeys } from './keys/index.ts'
import type { Negotiations } from './negotiation/index.ts'
import { jobEvents, measure, processEvents } from './observe.ts'
import { createPlanes, type Endpoint } from './planes.ts'
import { createJobs, createOutbox, isReplicaAlive, type Jobs, joinReplicas, type Outbox } from './process/index.ts'
import { createRetention } from './retention.ts'
import { takesPart } from './roles.ts'
import { createSealing } from './sealing.ts'
import { createEvents, createLogger, createMetrics, type Destination } from './telemetry/index.ts'
import type { Recheck, Transfers } from './transfer/index.ts'
import { type Urls, urlsOf } from './urls.ts'

/** One participant's connector: a value you can hold, start, and let go. */
export interface Connector {
  readonly catalog: Catalog
  readonly negotiations: Negotiations
  readonly transfers: Transfers
  readonly outbox: Outbox
  /** Durable work that belongs to no negotiation or transfer. */
  readonly jobs: Jobs
  /** Credentials about us; only where `identity.mode` is `dcp`. */
  readonly credentials: CredentialService | undefined
  /** Credentials that we issue; only where there is something to issue. */
  readonly issuer: Issuer | undefined
  /** What we say about ourselves in a Gaia-X ecosystem; only where `gaiaX.mode` is `on`. */
  readonly gaiaX: GaiaX | undefined
  readonly db: Database
  /** All that can be asked of it, on all planes. */
  readonly endpoints: readonly Endpoint[]
  /** Where it is reached, with what other processes of it serve; throws before `start`. */
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
  readonly recheck?: Recheck
}

/** How long requests in hand may take when we stop, ms. */
const GRACE = 10_000

/**
 * Wires a connector together: a Config goes in, a connector comes out that has its database open and listens as soon as
 * it is started. Here and in `domains.ts` and `planes.ts`, and nowhere else, rooms meet.
 *
 * @throws KontorError with a sentence for the operator: a database that cannot be opened, a decider that cannot be loaded.
 */
export async function createConnector(config: Config, surroundings: Surroundings = {}): Promise<Connector> {
  const logger = createLogger(config.log, surroundings.log)
  const deciders = await loadDeciders(config.negotiation.deciders)
  const db = await openDatabase({
    ...config.database,
    directory: config.directory,
    log: (event, fields = {}) => logger.info(fields, event),
  })
  try {
    return await assemble(config, { ...surroundings, logger, deciders, db })
  } catch (error) {
    await db.close()
    throw error
  }
}

type Foundation = Surroundings & {
  logger: ReturnType<typeof createLogger>
  deciders: Required<Deciders>
  db: Database
}

async function assemble(
  config: Config,
  { logger, deciders, db, recheck, now = () => new Date() }: Foundation,
): Promise<Connector> {
  const began = performance.now()
  const metrics = createMetrics()
  const events = createEvents(logger, metrics)
  measure(metrics, db)

  let reached: Urls | undefined
  const urls = (): Urls => {
    if (!reached) throw new Error('the connector is not started')
    return reached
  }
  const replica = await joinReplicas(db)
  const tail = createTail({ db, events: { failed: error => events.unexpected({ where: 'events', error }) } })
  const { giveUpAfter } = config.delivery
  const outbox = createOutbox({ db, replica, now, events: processEvents(events, tail.told), giveUpAfter })
  const jobs = createJobs({ db, replica, now, events: jobEvents(events) })
  const keys = await openKeys({ db, settings: config, now })
  const domains = await createDomains({ config, db, keys, outbox, jobs, tail, now, events, deciders, recheck, urls })
  const access = createAccess({
    db,
    now,
    apiKey: config.management.apiKey,
    safe: keys.safe,
    replica: replica.number,
    isAlive: number => isReplicaAlive(db, number),
    keep: config.retention.idempotency,
    failed: error => events.unexpected({ where: 'management', error }),
    limits: config.limits,
    oidc: oidcOf(config),
    allow: config.network.allow,
  })
  const { servers: planes, endpoints } = createPlanes({ config, db, domains, access, tail, events, metrics, urls })
  const { catalog, negotiations, transfers, dcp, issuer, gaiaX, dataPlane, client, protocolUrl, webhooks } = domains
  const retention = createRetention({
    db,
    jobs,
    settings: { ...config.retention, events: config.events.keep },
    now,
    forgetFlows: deleteFlows,
    forgetSignatures,
  })

  const sealing = createSealing({ db, jobs, safe: keys.safe, now })

  const does = (part: Parameters<typeof takesPart>[1]) => takesPart(config.role, part)
  // Health and metrics are asked of every process, on the management port.
  const listening = (['data', 'management', 'protocol'] as const).filter(name => name === 'management' || does(name))

  async function start(): Promise<Urls> {
    // The data plane's address is told to peers, so it listens first; peers may call as soon as the protocol port is open.
    await tail.start()
    const ports = { data: config.data.port, management: config.management.port, protocol: config.protocol.port }
    for (const name of listening) {
      ports[name] = (await planes[name].start()).port
      reached = urlsOf(config, ports)
    }
    if (does('data')) await dataPlane.start()
    if (does('outbox')) {
      await outbox.start()
      jobs.start()
      await webhooks.start()
      await retention.start()
      await sealing.start()
      await gaiaX?.start()
      if (does('dataspace')) await domains.federation.start()
    }
    const at = Object.fromEntries(listening.map(name => [name, urls()[name]]))
    events.connectorStarted({ participant: config.participant.id, ...at, ms: performance.now() - began })
    return urls()
  }

  async function stop(): Promise<void> {
    events.connectorStopping()
    // Whoever listens to us would go on doing so.
    await webhooks.stop()
    await tail.close()
    await Promise.all([
      planes.protocol.stop(GRACE),
      planes.management.stop(GRACE),
      dataPlane.stop().then(() => planes.data.stop(GRACE)),
    ])
    try {
      await Promise.all([outbox.stop(), jobs.stop(), access.close()])
    } finally {
      // Also when the database is gone: an embedded one must not be left running.
      client.close()
      await gaiaX?.close()
      keys.close()
      await replica.leave()
      await db.close()
    }
    events.connectorStopped()
  }

  let stopped: Promise<void> | undefined
  const stopOnce = () => (stopped ??= stop())
  return {
    catalog,
    negotiations,
    transfers,
    outbox,
    jobs,
    credentials: dcp?.credentials,
    issuer,
    gaiaX,
    db,
    endpoints,
    urls,
    protocolUrl,
    start,
    stop: stopOnce,
  }
}

/** The provider whose access tokens open the management API; the configuration has seen to it that all of it is there. */
function oidcOf({ management: { oidc } }: Config) {
  const { issuer, audience, roles, roleClaim } = oidc
  return issuer && audience && roles ? { issuer, audience, roles, roleClaim } : undefined
}
