import Router from '@koa/router'
import type { Access } from './access/index.ts'
import { catalogRoutes, createCatalogClient } from './catalog/index.ts'
import { policiesOf } from './concerning.ts'
import type { Config } from './config/index.ts'
import type { Database } from './db/index.ts'
import { createDealings } from './dealings.ts'
import type { Domains } from './domains.ts'
import { createReceive, createTurnstile, PROTOCOL_PATH, versionResponse } from './dsp/index.ts'
import type { Tail } from './events/index.ts'
import { type GaiaX, gaiaXRoutes } from './gaiax/index.ts'
import { healthRoutes } from './health-routes.ts'
import {
  type Context,
  cors,
  createServer,
  type HttpServer,
  type Plane,
  problem,
  renderErrors,
  routesOf,
} from './http/index.ts'
import { createAdmit, DCP_AUTH, didRoutes, issuerRoutes, stsRoutes } from './identity/index.ts'
import { managementRoutes } from './management/index.ts'
import { negotiationRoutes } from './negotiation/index.ts'
import { catalogAsker } from './outward.ts'
import { createDoctor, createFindPeer } from './peers/index.ts'
import { findPending, findTroubles, listAgreementJournal, listJournal } from './process/index.ts'
import { takesPart } from './roles.ts'
import type { Events, Metrics } from './telemetry/index.ts'
import { transferRoutes } from './transfer/index.ts'
import { CREDENTIAL_SERVICE, DSP, ISSUER_SERVICE, type Urls } from './urls.ts'

interface Given {
  readonly config: Config
  readonly db: Database
  readonly domains: Domains
  readonly access: Access
  readonly tail: Tail
  readonly events: Events
  readonly metrics: Metrics
  /** Where the planes are reached, once they listen. */
  readonly urls: () => Urls
}

/** Something that can be asked of a connector. */
export interface Endpoint {
  readonly plane: Plane
  readonly method: string
  /** As routers write it: `/dsp/2025-1/negotiations/:id`. */
  readonly path: string
}

/** The three listeners of a connector, ready to be started (a process of some role starts only its own), and all that can be asked of them. */
export interface Planes {
  readonly servers: Readonly<Record<Plane, HttpServer>>
  readonly endpoints: readonly Endpoint[]
}

/** Makes the listeners. A router that is not named in `endpoints` has no endpoints: there is no other way in. */
export function createPlanes(given: Given): Planes {
  const { config, domains, events } = given
  const { dcp, issuer, gaiaX } = domains
  const server = (name: Plane, more: Partial<Parameters<typeof createServer>[0]> = {}): HttpServer =>
    createServer({
      name,
      listener: config[name],
      limits: { connections: config.limits.connections },
      served: events.requestServed,
      unexpected: unexpectedIn(name, events),
      ...more,
    })

  const endpoints: Endpoint[] = domains.dataPlane.endpoints.map(endpoint => ({ plane: 'data', ...endpoint }))
  const open = (plane: Plane, to: HttpServer, router: Router): void => {
    endpoints.push(...endpointsOf(plane, router))
    to.use(routesOf(router))
  }

  const protocol = server('protocol')
  protocol.use(renderErrors(problem, unexpectedIn('protocol', events)))
  if (takesPart(config.role, 'dataspace')) open('protocol', protocol, protocolRouter(given))
  if (dcp) {
    // A turnstile of their own: at that of the messages peers may wait for what they get here.
    const admit = createAdmit(dcp.verifyIdToken, createTurnstile(config.limits.requestsAtOnce).enter)
    open('protocol', protocol, didRoutes(config.participant.id, dcp.document))
    open('protocol', protocol, below(CREDENTIAL_SERVICE, dcp.credentialRoutes(admit)))
    if (issuer)
      open('protocol', protocol, below(ISSUER_SERVICE, issuerRoutes(issuer, { admit, door: dcp.door('issuer') })))
  }

  if (gaiaX) open('protocol', protocol, gaiaXRoutes(gaiaX, senderIn(given)))

  const management = server('management')
  const { allowOrigins: origins } = config.management
  if (origins.length > 0)
    management.use(cors({ origins, headers: ['x-api-key', 'authorization', 'content-type', 'idempotency-key'] }))
  management.use(renderErrors(problem, unexpectedIn('management', events)))
  open('management', management, healthRoutes(given))
  if (takesPart(config.role, 'management')) open('management', management, managementRouter(given))
  const { stsClients } = config.identity.dcp
  if (dcp && stsClients.length > 0) open('management', management, stsRoutes(dcp.sts, stsClients))

  // What a consumer sends through the data plane takes as long as it takes.
  const data = server('data', {
    first: domains.dataPlane.serve,
    limits: { requestTimeout: 0, connections: config.limits.connections },
  })
  data.use(renderErrors(problem, unexpectedIn('data', events)))

  return { servers: { protocol, management, data }, endpoints }
}

/** Who sends us something that is no message of the protocol, when it is their turn; it ends when the answer is through. */
function senderIn({ config, domains: { dcp, verifySender } }: Given): (ctx: Context) => Promise<string> {
  const { enter } = createTurnstile(config.limits.requestsAtOnce)
  if (dcp) {
    const [door, admit] = [dcp.door('gaia-x'), createAdmit(dcp.verifyIdToken, enter)]
    return async ctx => (await door(() => admit(ctx))).issuer
  }
  return async ctx => {
    const { id } = await verifySender(ctx.get('authorization') || undefined, async () => null)
    const leave = await enter(id)
    if (ctx.res.closed) leave()
    else ctx.res.once('close', leave)
    return id
  }
}

/** The same routes, under a path. */
const below = (path: string, router: Router): Router => new Router().use(path, router.routes())

/** HEAD comes with every GET, and is none of its own. */
const endpointsOf = (plane: Plane, router: Router): Endpoint[] =>
  router.stack.flatMap(({ methods, path }) =>
    methods.filter(method => method !== 'HEAD').map(method => ({ plane, method, path: String(path) })),
  )

const unexpectedIn = (where: Plane, events: Events) => (error: unknown) => events.unexpected({ where, error })

/** The version endpoint, and the three protocols below the version's path. */
function protocolRouter({ config, domains, events }: Given): Router {
  const { catalog, negotiations, transfers, verifySender, parse } = domains
  const router = new Router()
  // Both roots lead to the same endpoints: the origin that people write down, and the protocol URL without its version.
  for (const [root, prefix] of [
    ['', DSP],
    [DSP, ''],
  ] as const)
    router.get(`${root}/.well-known/dspace-version`, ctx => {
      ctx.body = versionResponse(config.participant.id, prefix, domains.dcp && DCP_AUTH)
    })

  const onUnexpected = unexpectedIn('protocol', events)
  const receive = createReceive({
    verifySender,
    turnstile: createTurnstile(config.limits.requestsAtOnce),
    parse,
    policiesOf: policiesOf({ findTerms: catalog.findTerms, findAgreement: negotiations.agreement }),
    onReceived: events.messageReceived,
    onUnexpected,
  })
  const protocols = [
    catalogRoutes(receive('CatalogError'), catalog),
    negotiationRoutes(receive('ContractNegotiationError'), negotiations),
    transferRoutes(receive('TransferError'), transfers),
  ]
  for (const protocol of protocols) router.use(`${DSP}${PROTOCOL_PATH}`, protocol.routes())
  return router
}

function managementRouter({ config, db, domains, access, tail, events, urls }: Given): Router {
  const {
    catalog,
    negotiations,
    transfers,
    secrets,
    webhooks,
    callbacks,
    evidence,
    dataPlane,
    jsonLd,
    client,
    authorize,
    parse,
    checkAddress,
  } = domains
  const catalogClient = createCatalogClient({ ask: catalogAsker(client, authorize), parse })
  const pendingOf = (ids: readonly string[]) => findPending(db, ids, config.delivery.giveUpAfter)
  const journalOf = (id: string) => listJournal(db, id)
  const peers = {
    participantId: config.participant.id,
    guard: domains.guard,
    request: client.request,
    parseVersions: (body: unknown) => parse('VersionResponse', body),
    authorize,
    catalogClient,
    checkup: domains.dcp?.checkup,
    gaiaX: domains.gaiaX && standingOf(domains.gaiaX),
    urls,
    protocolUrl: domains.protocolUrl,
    dealingsWith: createDealings({ negotiations, transfers, journalOf, pendingOf }),
    timeout: config.network.timeout,
    now: domains.now,
  }
  return managementRoutes({
    access,
    jsonLd,
    catalog,
    catalogClient,
    negotiations,
    transfers,
    secrets,
    webhooks,
    callbacks,
    evidence,
    knownParticipants: config.identity.participants.map(({ id, groups }) => ({ id, claims: { groups } })),
    events: {
      participantId: config.participant.id,
      tail,
      mostStreams: config.limits.eventStreams,
    },
    now: domains.now,
    credentialService: domains.dcp?.credentials,
    gaiaX: domains.gaiaX,
    issuer: domains.issuer,
    journalOf,
    journalUnder: (agreement, page) => listAgreementJournal(db, agreement, page),
    pendingOf,
    troublesOf: id => findTroubles(db, id),
    findPeer: createFindPeer(peers),
    examine: createDoctor(peers),
    dataPlane: { url: () => urls().data, knows: dataPlane.plane.knows, formatsOf: dataPlane.plane.formatsOf },
    faultsOf: dataPlane.plane.faultsOf,
    federation: domains.federation,
    discover: domains.discover,
    openSource: dataPlane.plane.unseal,
    checkAddress,
    unexpected: unexpectedIn('management', events),
  })
}

/** How it stands with what we say of ourselves in a Gaia-X ecosystem, for the doctor. */
const standingOf =
  ({ level, compliance, certificateUntil, troubles }: GaiaX) =>
  async () => ({
    level: await level(),
    labelWanted: compliance !== undefined,
    certificateUntil,
    troubles: await troubles(),
  })
