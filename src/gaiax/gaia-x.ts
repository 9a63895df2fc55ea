import type { Config } from '../config/types.ts'
import type { Database, Transaction } from '../db/index.ts'
import { type KontorError, notFound, unavailable } from '../errors.ts'
import { type Client, createClient, createGuard } from '../http/index.ts'
import {
  createPublishList,
  type OwnKeys,
  type OwnService,
  type Published,
  type Specialist,
  type StatusLists,
} from '../identity/index.ts'
import { isJsonObject, type JsonLd } from '../jsonld/index.ts'
import type { Keyring, Keys } from '../keys/index.ts'
import type { Jobs } from '../process/index.ts'
import {
  type Agreements,
  type Contract,
  createAgreements,
  createDeliver,
  isAgreement,
  SERVICE,
} from './agreements/index.ts'
import { type Catalogue, type CatalogueState, openCatalogue } from './catalogue/index.ts'
import { demandOwnChain, endOf, readCertificateFile, withChain, writeCertificates } from './certificates.ts'
import { openClearing } from './clearing.ts'
import { hostOf } from './host.ts'
import { createFindChain } from './peers/chains.ts'
import { claimTypes } from './peers/claims.ts'
import { readLabel } from './peers/label.ts'
import { createSpecialist } from './peers/specialist.ts'
import { listPeers, type Peer } from './peers/store.ts'
import type { Judges } from './peers/verify.ts'
import { createSelfDescription, type SelfDescription } from './presentation.ts'
import { createProducts, type Products, type PublishedDatasets } from './products.ts'
import { demandValid, type Publishing, payloadOf, publish, renewalOf, withdraw } from './publish.ts'
import { createRevocations } from './revocations.ts'
import { gone, paths } from './routes.ts'
import { credentialUrl, type Endpoints, names, selfDescription } from './self-description.ts'
import { certifiedKey, createSigning, type Signing } from './sign.ts'
import { findChain, findCredential, listCredentials, putChain, wasRevoked } from './store.ts'
import { listTroubles, reportMended, reportTrouble, type Trouble } from './troubles.ts'
import type { GaiaXCredential, GaiaXEvents } from './types.ts'
import { createValidation, type Validation } from './validate.ts'

/** What a connector says about itself in a Gaia-X ecosystem. */
export interface GaiaX {
  readonly signing: Signing
  /** The URLs of what we publish; known once we listen. */
  readonly endpoints: () => Endpoints
  /** The token of a credential by the last part of its URL. Throws `not-found`, or `gone`. */
  readonly published: (name: string) => Promise<string>
  readonly statusList: (id: string) => Promise<Published>
  readonly selfDescription: () => Promise<SelfDescription>
  /** The certificate chain of the key that signs now, as PEM. */
  readonly chain: () => string
  /** That of any key of ours. */
  readonly chainOf: (kid: string) => Promise<string | undefined>
  /** What our DID document has of it. */
  readonly keys: () => Promise<readonly OwnKeys[]>
  readonly services: () => readonly OwnService[]
  /** Describes published datasets. */
  readonly products: Products
  /** Signs what was agreed, with the other side. */
  readonly agreements: Agreements
  /** Judges what others say of themselves. */
  readonly specialise: (tools: Pick<Judges, 'dids' | 'checkStatus'>) => Specialist
  /** What was found out about the labels of others. */
  readonly peers: (page: { limit: number; offset: number }) => Promise<readonly Peer[]>
  readonly selfDescriptionUrl: () => string
  /** Of our label; undefined while there is none that holds. */
  readonly level: () => Promise<string | undefined>
  /** When the first certificate of our chain ends. */
  readonly certificateUntil: Date
  /** Our own credentials as they stand. */
  readonly credentials: () => Promise<readonly GaiaXCredential[]>
  /** How far the catalogue of the federation is, where one is named. */
  readonly catalogue: () => Promise<CatalogueState | undefined>
  /** The clearing house that gives us labels. */
  readonly compliance: string | undefined
  /** What is not in order with our credentials. */
  readonly troubles: () => Promise<readonly Trouble[]>
  /** Brings them up to date. */
  readonly refresh: () => Promise<void>
  /** Holds credentials, ours or others', against the shapes. */
  readonly validate: Validation['validate']
  /** Has them brought up to date, and whatever is due from now on. */
  readonly start: () => Promise<void>
  /** Ends the connections with the services of clearing houses, and the thread that validates. */
  readonly close: () => Promise<void>
}

/** What it is made of. */
export interface GaiaXGiven {
  readonly config: Config
  readonly db: Database
  readonly jobs: Jobs
  readonly keys: Keys
  readonly now: () => Date
  readonly events: GaiaXEvents
  readonly statusLists: StatusLists
  readonly jsonLd: Pick<JsonLd, 'expand'>
  readonly request: Client['request']
  readonly published: PublishedDatasets
  /** Our contract agreements of an id. */
  readonly contracts: (id: string) => Promise<readonly Contract[]>
  /** The Authorization header of a request of ours to a participant. */
  readonly authorize: (participantId: string) => Promise<string>
  /** Our public URL; known once we listen. */
  readonly origin: () => string
  /** Our DSP base URL. */
  readonly dspUrl: () => string
  /** What follows, in the same transaction, when a credential of ours, or about us, has changed. */
  readonly changed?: (tx: Transaction, credential: GaiaXCredential) => Promise<void>
}

/** The kind of job that keeps our self-description up to date. */
const UPKEEP = 'gaia-x-upkeep'

/** How often it is looked at although nothing is known to be due, ms: clocks may have been set. */
const AT_LEAST = 3_600_000

/** Opens it: the key, its certificates, and what we say. Throws `configuration` when the certificate is not the key's. */
export async function openGaiaX(given: GaiaXGiven): Promise<GaiaX> {
  const {
    config,
    db,
    jobs,
    keys,
    now,
    events,
    statusLists,
    origin,
    dspUrl,
    jsonLd,
    request,
    changed = async () => {},
  } = given
  const settings = config.gaiaX
  const did = config.participant.id
  const ring = await openRing(keys, settings)
  const { chain, certificateUntil, kid } = await openChain(ring, config, db, now)
  const signing = createSigning({ did, current: certifiedKey(ring, kid, otherKey) })
  const endpoints = () => ({
    credentials: `${origin()}${paths.credentials}`,
    dsp: dspUrl(),
    status: (list: string) => `${origin()}${paths.status}/${list}`,
  })
  const { url } = settings.catalogue
  const catalogue: Catalogue | undefined =
    url === undefined ? undefined : openCatalogue({ config, url, db, jobs, now, events, signing })
  const publishing: Publishing = {
    db,
    settings,
    did,
    now,
    signing,
    statusLists,
    endpoints,
    events,
    async changed(tx, credential) {
      await changed(tx, credential)
      await catalogue?.ask(tx)
    },
  }
  const validation = createValidation(jsonLd, settings)
  const anchors = settings.trustAnchors ? readCertificateFile(settings.trustAnchors, 'gaiaX.trustAnchors') : []
  const publishList = createPublishList({
    db,
    now,
    did,
    statusValidity: config.issuer.statusValidity,
    baseUrl: () => `${origin()}/gaia-x`,
    sign: ({ payload }) => signing.credential(payload),
  })

  // Lists of revocations are signed, and mostly published by plain HTTP.
  const lists = createClient({
    guard: createGuard({ allow: config.network.allow, plainHttp: 'public hosts' }),
    timeout: config.network.timeout,
  })
  const demandUnrevoked = createRevocations({ request: lists.request, rule: settings.revocation, now })

  const attested = settings.notary !== undefined || settings.compliance !== undefined
  const clearing = attested
    ? openClearing({ config, db, jobs, now, events, endpoints, changed, signing, demandUnrevoked })
    : undefined

  /** Brings all of it up to date, and has it labelled; gives when something is due next. */
  async function upkeep(): Promise<Date> {
    const statements = selfDescription(settings, endpoints())
    await demandValid(publishing, validation, statements)
    const kept = []
    for (const statement of statements) kept.push(await publish(publishing, statement))
    const wanted = new Set(kept.map(({ id }) => id))
    const own = (await listCredentials(db, { source: 'own' })).filter(({ about }) => about === null)
    for (const { id } of own) if (!wanted.has(id)) await withdraw(publishing, id)
    await db.transaction(async tx => {
      await clearing?.ask(tx)
      await catalogue?.ask(tx)
    })
    const due = kept.flatMap(each => renewalOf(each)?.getTime() ?? [])
    return new Date(Math.min(now().getTime() + AT_LEAST, ...due))
  }

  const products = createProducts({ ...publishing, validation }, jobs, given.published)

  // What others are judged by is there once the identity is, which is before anything is asked of us.
  let judging: Judges | undefined
  const judges = (): Judges => {
    if (judging === undefined) throw unavailable('Nobody can be judged before the identity is opened.')
    return judging
  }
  const agreements = createAgreements({
    publishing,
    jobs,
    validate: validation.validate,
    find: given.contracts,
    deliver: createDeliver({ dids: () => judging?.dids, request, authorize: given.authorize }),
    judges,
    giveUpAfter: config.delivery.giveUpAfter,
  })

  jobs.serve(UPKEEP, async () => {
    const place = { about: `${origin()}${paths.selfDescription}`, task: 'self-description' } as const
    try {
      const again = await upkeep()
      await reportMended(db, place, now())
      return again
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error)
      events.gaiaX({ what: 'failed', reason })
      await reportTrouble(db, place, { state: 'failed', reason }, now())
      throw error
    }
  })

  return {
    signing,
    endpoints,
    async published(name) {
      const id = credentialUrl(endpoints(), name)
      const found = await findCredential(db, id)
      if (found && !isAgreement(name)) return found.jwt
      // What was agreed is told to nobody here; that it was, neither.
      throw !isAgreement(name) && (await wasRevoked(db, id)) ? gone() : notFound('credential', name.slice(0, 100))
    },
    statusList: publishList,
    selfDescription: createSelfDescription({
      db,
      settings,
      did,
      now,
      signing,
      url: () => `${origin()}${paths.selfDescription}`,
    }),
    chain: () => chain,
    chainOf: each => findChain(db, each),
    async keys() {
      const shown = await ring.publicKeys()
      const urlOf = (each: string) => `${origin()}${each === kid ? paths.chain : `${paths.chains}/${each}.pem`}`
      return [{ keys: shown.map(jwk => withChain(jwk, urlOf(jwk.kid))), uses: ['assertionMethod'] }]
    },
    services: () => [
      ['self-description', 'LinkedVerifiablePresentation', `${origin()}${paths.selfDescription}`],
      ['agreements', SERVICE, `${origin()}${paths.agreements}`],
    ],
    products,
    agreements,
    specialise({ dids, checkStatus }) {
      const demandEv = settings.evPolicy === 'demand'
      judging = {
        dids,
        checkStatus,
        request,
        findChain: createFindChain({ request, now }),
        anchors,
        demandEv,
        demandUnrevoked,
        olderTypes: settings.olderTypes,
        now,
      }
      return createSpecialist({
        ...judging,
        db,
        trustedIssuers: settings.trustedIssuers,
        ruleSet: settings.ruleSet,
        keepFor: settings.peerTime,
        events,
        published: async () =>
          (await listCredentials(db))
            .filter(({ type, source }) => source !== 'peer' && claimTypes.has(type))
            .map(({ jwt }) => jwt),
      })
    },
    peers: page => listPeers(db, page),
    selfDescriptionUrl: () => `${origin()}${paths.selfDescription}`,
    async level() {
      const label = await findCredential(db, credentialUrl(endpoints(), names.label))
      const subject = label && payloadOf(label.jwt).credentialSubject
      const holds = label !== undefined && (label.validUntil === null || label.validUntil > now())
      return holds && isJsonObject(subject) ? readLabel(subject)?.level : undefined
    },
    certificateUntil,
    credentials: () => listCredentials(db),
    catalogue: async () => catalogue?.state(),
    compliance: settings.compliance,
    troubles: () => listTroubles(db),
    validate: validation.validate,
    refresh: async () => void (await upkeep()),
    start: () =>
      db.transaction(async tx => {
        await jobs.ask(tx, { kind: UPKEEP, key: did, queue: UPKEEP })
        await products.lookAtAll(tx)
        await agreements.lookAtAll(tx)
      }),
    async close() {
      clearing?.close()
      catalogue?.close()
      lists.close()
      await validation.close()
    },
  }
}

/** The key is the operator's, or one that we make. Former ones are shown as long as what they have signed may be valid. */
async function openRing(keys: Keys, { key, validity, algorithm }: Config['gaiaX']): Promise<Keyring> {
  if (key !== undefined) await keys.adopt('gaia-x', key)
  return keys.ring('gaia-x', { lifetime: validity, algorithm })
}

async function openChain(ring: Keyring, { gaiaX, participant }: Config, db: Database, now: () => Date) {
  const file = gaiaX.certificates ?? ''
  const certificates = readCertificateFile(file, 'gaiaX.certificates')
  const { kid, publicJwk } = ring.current()
  demandOwnChain(certificates, { publicJwk: { ...publicJwk }, host: hostOf(participant.id) }, file)
  const chain = writeCertificates(certificates)
  await putChain(db, kid, chain, now())
  return { chain, certificateUntil: endOf(certificates), kid }
}

const otherKey = (): KontorError =>
  unavailable('The certificate is for another key than the one that signs: bring the new key’s, and start again.')
