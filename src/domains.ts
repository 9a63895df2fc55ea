import {
  type Catalog,
  createCatalog,
  createCatalogClient,
  findPublished,
  findSource,
  listPublished,
} from './catalog/index.ts'
import type { Config } from './config/index.ts'
import { createDataPlane, type RunningDataPlane } from './dataplane/index.ts'
import type { Database } from './db/index.ts'
import type { Deciders } from './deciders.ts'
import {
  type Authorize,
  protocolUrl as completed,
  createDiscover,
  createParseMessage,
  createSend,
  type ParseMessage,
  PROTOCOL_PATH,
  type VerifySender,
} from './dsp/index.ts'
import type { Tail } from './events/index.ts'
import { createEvidence, type Evidence } from './evidence/index.ts'
import { createFederation, type Federation } from './federation/index.ts'
import { type Contract, type GaiaX, openGaiaX } from './gaiax/index.ts'
import { type Client, createClient, createGuard, type Guard } from './http/index.ts'
import {
  createTokens,
  type Dcp,
  type Issuer,
  issuerKeys,
  type OwnService,
  openDcp,
  openIssuer,
  openIssuerKeys,
  statusLists,
} from './identity/index.ts'
import { createJsonLd, type JsonLd } from './jsonld/index.ts'
import { createSecrets, type Keys, type Secrets } from './keys/index.ts'
import { createCallbackWords } from './management/index.ts'
import { createNegotiations, isBound, type Negotiations } from './negotiation/index.ts'
import { processEvents } from './observe.ts'
import { catalogAsker, LARGEST_PAGE, tokenRefresher, webhookAsker } from './outward.ts'
import { normalisePolicy } from './policy/index.ts'
import type { Jobs, Outbox } from './process/index.ts'
import { takesPart } from './roles.ts'
import type { Events } from './telemetry/index.ts'
import {
  createDataWanted,
  createGate,
  createTransfers,
  type Recheck,
  serveDataWanted,
  type Transfers,
} from './transfer/index.ts'
import { CREDENTIAL_SERVICE, DSP, ISSUER_SERVICE, type Urls } from './urls.ts'
import { type Callbacks, createCallbacks, createWebhooks, type Webhooks } from './webhooks/index.ts'

/** How we understand what peers say, and speak to them. */
interface Peers {
  readonly jsonLd: JsonLd
  readonly parse: ParseMessage
  readonly client: Client
  /** Whom `client` may call. */
  readonly guard: Guard
  readonly verifySender: VerifySender
  readonly authorize: Authorize
  /** Only where participants know each other by the Decentralized Claims Protocol. */
  readonly dcp: Dcp | undefined
  /** Only where there is something to issue. */
  readonly issuer: Issuer | undefined
  /** Only where `gaiaX.mode` is `on`. */
  readonly gaiaX: GaiaX | undefined
  /** Throws `address-forbidden` for an address that must not be called. */
  checkAddress(url: string): void
}

/** What a connector does, apart from the listeners by which it is reached. */
export interface Domains extends Peers {
  readonly now: () => Date
  readonly catalog: Catalog
  readonly negotiations: Negotiations
  readonly transfers: Transfers
  /** Keys of sources and the like, by the names that data addresses know them by. */
  readonly secrets: Secrets
  readonly webhooks: Webhooks
  readonly callbacks: Callbacks
  readonly evidence: Evidence
  readonly dataPlane: RunningDataPlane
  /** Catalogues of others, kept here. */
  readonly federation: Federation
  /** Completes the address of a peer of whom only the root is known. */
  discover(root: string): Promise<string>
  /** Our protocol URL, version path included. */
  protocolUrl(): string
}

/** How long the keys of evidence stay in our DID document after their time, ms: evidence is looked at late. */
const EVIDENCE_LIFETIME = 3_653 * 86_400_000

/** Joins the rooms of the domain floor: what one needs from another is given here. */
export async function createDomains(given: {
  config: Config
  db: Database
  keys: Keys
  outbox: Outbox
  jobs: Jobs
  tail: Tail
  now: () => Date
  events: Events
  deciders: Required<Deciders>
  /** Instead of the identity's own. */
  recheck: Recheck | undefined
  /** Where we are reached; asked when something is sent, since a free port is known late. */
  urls: () => Urls
}): Promise<Domains> {
  const { config, db, keys, outbox, tail, now, events, deciders, urls } = given
  const participantId = config.participant.id
  const protocolUrl = () => `${urls().protocol}${DSP}${PROTOCOL_PATH}`

  const guard = createGuard({ allow: config.network.allow })
  const client = createClient({ guard, timeout: config.network.timeout })
  const jsonLd = createJsonLd({ directory: config.contexts.directory })
  const parse = createParseMessage({ jsonLd, normalisePolicy })
  const evidenceKeys = await keys.ring('evidence', { lifetime: EVIDENCE_LIFETIME })
  const issuing = await openIssuerKeys(keys, config.issuer)
  const origin = () => urls().protocol
  const gaiaX: GaiaX | undefined =
    config.gaiaX.mode === 'on' && takesPart(config.role, 'protocol')
      ? await openGaiaX({
          ...given,
          statusLists,
          origin,
          dspUrl: protocolUrl,
          jsonLd,
          request: client.request,
          published: {
            find: id => findPublished(db, id),
            after: (id, limit) => listPublished(db, id, limit),
            formatsOf: source => dataPlane.plane.formatsOf(source),
          },
          contracts: id => contractsOf(negotiations, id),
          authorize: participant => authorize(participant),
        })
      : undefined
  const dcp: Dcp | undefined =
    config.identity.mode === 'dcp'
      ? await openDcp({
          did: participantId,
          settings: config.identity.dcp,
          wallet: config.wallet,
          giveUpAfter: config.delivery.giveUpAfter,
          db,
          jobs: given.jobs,
          keys,
          request: client.request,
          now,
          onRejected: events.identityRejected,
          events,
          append: tail.append,
          services: () => [
            ...servicesOf(urls(), protocolUrl(), { issues: issuing !== undefined, role: config.role }),
            ...(gaiaX?.services() ?? []),
          ],
          specialise: gaiaX?.specialise,
          furtherKeys: async () => [
            ...(await issuerKeys(issuing)),
            { keys: await evidenceKeys.publicKeys(), uses: ['assertionMethod'] },
            ...((await gaiaX?.keys()) ?? []),
          ],
        })
      : undefined
  const baseUrl = () => `${urls().protocol}${ISSUER_SERVICE}`
  const { request } = client
  const issuer = dcp && issuing && openIssuer({ ...given, append: tail.append, ring: issuing, dcp, request, baseUrl })
  const { verifySender, authorize, recheck } = dcp ?? createTokens(config.identity.participants)
  const gate = createGate({ db, now, exhausted: id => transfers.review(id, 'provider') })
  const checkAddress = (url: string): void => void guard.check(url)

  const webhooks = createWebhooks({
    db,
    jobs: given.jobs,
    tail,
    safe: keys.safe,
    request: client.request,
    checkAddress: url => void guard.check(url),
    participantId,
    now,
    patience: config.events.webhookPatience,
    failed: error => events.unexpected({ where: 'webhooks', error }),
  })
  const secrets = createSecrets({ db, safe: keys.safe, now })
  const callbacks = createCallbacks({
    db,
    jobs: given.jobs,
    tail,
    request: client.request,
    reveal: secrets.reveal,
    words: createCallbackWords(() => ({ negotiations, transfers, participantId })),
    now,
    patience: config.events.webhookPatience,
  })

  // The data plane and the transfers need each other; both ask only when they run.
  const dataPlane: RunningDataPlane = createDataPlane({
    db,
    keyring: await keys.ring('edr', { lifetime: config.data.tokenLifetime }),
    safe: keys.safe,
    reveal: secrets.reveal,
    participantId,
    publicUrl: () => urls().data,
    allowOrigins: config.data.allowOrigins,
    tokenLifetime: config.data.tokenLifetime,
    files: config.data.files,
    listener: {
      completed: id => transfers.flowEvents.completed(id),
      failed: (id, why) => transfers.flowEvents.failed(id, why),
    },
    ...gate,
    guard,
    now,
    events,
  })
  const { plane } = dataPlane
  const { formatsOf } = plane
  const catalog = createCatalog({
    db,
    participantId,
    endpointUrl: protocolUrl,
    formatsOf,
    sealSource: plane.seal,
    isBound,
    now,
    append: async (tx, facts, at) => {
      await tail.append(tx, facts, at)
      await gaiaX?.products.look(tx, facts)
    },
    descriptionsOf: gaiaX?.products.urlsOf,
  })

  const common = {
    db,
    outbox,
    now,
    events: processEvents(events, tail.told),
    callbackAddress: protocolUrl,
    send: createSend({ request: client.request, authorize, now }),
    checkAddress,
    giveUpAfter: config.delivery.giveUpAfter,
    follow: callbacks.follow,
  }
  const negotiations: Negotiations = createNegotiations({
    ...common,
    events: { ...common.events, obligationChanged: events.obligationChanged },
    mostOpen: config.limits.openNegotiations,
    participantId,
    findOffer: catalog.findOffer,
    deciders: deciders.negotiation,
    counterOffers: config.negotiation.counterOffers,
    askWebhook: webhookAsker(client, config.negotiation.webhook),
    expand: jsonLd.expand,
    contractChanged: gaiaX?.agreements.look,
    dataWanted: createDataWanted(given.jobs),
  })
  const evidence = createEvidence({
    db,
    negotiations,
    keyring: evidenceKeys,
    participantId,
    now,
    credentialsOf: gaiaX && (record => gaiaX.agreements.tokensOf(record)),
  })
  const transfers: Transfers = createTransfers({
    ...common,
    mostOpen: config.limits.openTransfers,
    negotiations,
    findSource,
    plane,
    mayAccess: gate.mayAccess,
    recheck: given.recheck ?? recheck,
    deciders: deciders.transfer,
    refreshToken: tokenRefresher(client),
    reveal: secrets.reveal,
    safe: keys.safe,
  })

  serveDataWanted({ jobs: given.jobs, negotiations, transfers })

  const discover = createDiscover({ request: client.request, parse: body => parse('VersionResponse', body) })
  const federation = createFederation({
    db,
    jobs: given.jobs,
    now,
    events,
    settings: config.federation,
    readPage: createCatalogClient({ ask: catalogAsker(client, authorize, LARGEST_PAGE), parse }).readPage,
    protocolUrl: address => completed(address, { checkAddress, discover }),
  })

  return {
    now,
    catalog,
    negotiations,
    transfers,
    secrets,
    webhooks,
    callbacks,
    evidence,
    dataPlane,
    federation,
    discover,
    protocolUrl,
    jsonLd,
    parse,
    client,
    guard,
    verifySender,
    authorize,
    dcp,
    issuer,
    gaiaX,
    checkAddress,
  }
}

/** Our agreements of an id, in both roles. */
async function contractsOf({ agreement, hashOf }: Negotiations, id: string): Promise<readonly Contract[]> {
  const records = await Promise.all([agreement(id, 'provider'), agreement(id, 'consumer')])
  return records.flatMap(record => (record ? [{ ...record, hash: () => hashOf(record) }] : []))
}

/** What our DID document says about where we are reached (DSP 2025-1, Discovery of Service Endpoints; DCP 1.0, Credential Service Endpoint Discovery). */
function servicesOf(
  { protocol }: Urls,
  protocolUrl: string,
  { issues, role }: { issues: boolean; role: Config['role'] },
): readonly OwnService[] {
  const dataspace: readonly OwnService[] = [
    ['connector', 'DataService', `${protocol}/.well-known/dspace-version`],
    ['catalog', 'CatalogService', `${protocolUrl}/catalog`],
  ]
  return [
    ...(takesPart(role, 'dataspace') ? dataspace : []),
    ['credentials', 'CredentialService', `${protocol}${CREDENTIAL_SERVICE}`],
    ...(issues ? [['issuer', 'IssuerService', `${protocol}${ISSUER_SERVICE}`] as const] : []),
  ]
}
