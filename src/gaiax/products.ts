import { randomUUID } from 'node:crypto'
import type { Transaction } from '../db/index.ts'
import { KontorError } from '../errors.ts'
import { isJsonObject } from '../jsonld/index.ts'
import type { Jobs } from '../process/index.ts'
import type { SourceAddress } from '../signaling/index.ts'
import { demandValid, findCurrent, type Publishing, publish, renewalOf, withdraw } from './publish.ts'
import {
  credentialUrl,
  documentNode,
  type Endpoints,
  type GaiaXSettings,
  legalDocumentNodes,
  linkTo,
  names,
  oneOrMany,
  selfDescription,
} from './self-description.ts'
import { listAbout, nameOfProduct, urlsAbout } from './store.ts'
import { beginTrouble, endTrouble, mendTrouble, untold } from './troubles.ts'
import type { Statement } from './types.ts'
import type { Validation } from './validate.ts'
import { GX, prefixes } from './vocabulary.ts'

/** A dataset that somebody may see. */
interface PublishedDataset {
  readonly id: string
  /** By full names. */
  readonly document: Readonly<Record<string, unknown>>
  readonly source: SourceAddress
  readonly createdAt: Date
}

/** The datasets that the catalogue shows to anybody; it is the catalogue that knows. */
export interface PublishedDatasets {
  find(id: string): Promise<PublishedDataset | undefined>
  after(id: string | null, limit: number): Promise<readonly PublishedDataset[]>
  formatsOf(source: SourceAddress): readonly string[]
}

/** A change in the catalogue. */
interface Fact {
  readonly type: string
  readonly subject: string
}

/** Describes published datasets as data products. */
export interface Products {
  /** Has it looked at what has changed, once the transaction is committed. */
  look(tx: Transaction, facts: readonly Fact[]): Promise<void>
  lookAtAll(tx: Transaction): Promise<void>
  /** Where datasets are described. */
  urlsOf(ids: readonly string[]): Promise<ReadonlyMap<string, { readonly url: string; readonly type: string }>>
}

const TYPE = 'DataProduct'

/** The kinds of jobs: to look at one dataset, and at all. */
const ONE = 'gaia-x-product'
const ALL = 'gaia-x-products'

/** How often all are looked at although nothing is known to be due, ms. */
const DAY = 86_400_000

/** So many datasets are looked at between two breaths. */
const BATCH = 200

/**
 * Keeps a `gx:DataProduct` for each published dataset: a new version when what it says has changed, revoked when the dataset is no longer
 * published. Each is held against the shapes before it is signed. A change of a dataset has that one looked at, any other change of the catalogue all of them.
 */
export function createProducts(
  given: Publishing & { readonly validation: Pick<Validation, 'validate'> },
  jobs: Jobs,
  datasets: PublishedDatasets,
): Products {
  const { db, settings, validation, events } = given

  const askAll = (tx: Transaction) => jobs.ask(tx, { kind: ALL, key: ALL, queue: ALL })

  async function bring(dataset: PublishedDataset): Promise<void> {
    const claims = claimsOf(dataset, datasets.formatsOf(dataset.source), settings, given.endpoints())
    if (claims === undefined || settings.dataProducts === 'none') return remove(dataset.id)
    const statement = await statementOf(dataset.id, claims)
    if (await isSound(dataset.id, statement)) await publish(given, statement)
  }

  /** What breaks a rule is told and not signed: what was said before stays, and the other datasets are none the worse. */
  async function isSound(dataset: string, statement: Statement): Promise<boolean> {
    try {
      await demandValid(given, validation, [statement], selfDescription(settings, given.endpoints()))
      await tell('gaia-x.described', dataset, null)
      return true
    } catch (error) {
      if (!(error instanceof KontorError) || error.code !== 'invalid') throw error
      const reason = `The dataset ${dataset} is not described: ${error.faults.map(({ message }) => message).join(' ')}`
      events.gaiaX({
        what: 'failed',
        credential: credentialUrl(given.endpoints(), statement.name),
        type: TYPE,
        reason,
      })
      await tell('gaia-x.undescribed', dataset, reason)
      return false
    }
  }

  /** Once, when it becomes so: all are looked at again and again. */
  const tell = (
    type: 'gaia-x.described' | 'gaia-x.undescribed',
    dataset: string,
    reason: string | null,
  ): Promise<void> =>
    db.transaction(tx => {
      const place = { about: dataset, task: 'description' } as const
      const data = { ...untold(place.task), type: TYPE, reason }
      const told = { fact: { type, subject: dataset, data }, now: given.now() }
      return reason === null
        ? mendTrouble(tx, place, told)
        : beginTrouble(tx, { ...place, state: 'failed', reason }, told)
    })

  async function remove(id: string): Promise<void> {
    const url = (await urlsAbout(db, TYPE, [id])).get(id)
    if (url !== undefined) await withdraw(given, url)
    await endTrouble(db, { about: id, task: 'description' })
  }

  /** Its address stays, whatever becomes of the dataset, and cannot be guessed: only those learn it who may see the dataset. */
  async function statementOf(about: string, claims: Statement['claims']): Promise<Statement> {
    const name = await nameOfProduct(db, about, `data-product-${randomUUID()}`)
    return { name, type: TYPE, about, claims }
  }

  const ask = (tx: Transaction, id: string) => jobs.ask(tx, { kind: ONE, key: id, queue: ALL })

  /** When a description that holds is due; one that does not is looked at by itself, by whoever else may be at it, and as it is then. */
  async function dueOf(dataset: PublishedDataset): Promise<number> {
    const claims = claimsOf(dataset, datasets.formatsOf(dataset.source), settings, given.endpoints())
    const wanted = claims !== undefined && settings.dataProducts !== 'none'
    const current = wanted ? await findCurrent(given, await statementOf(dataset.id, claims)) : undefined
    if (current !== undefined) return renewalOf(current)?.getTime() ?? Infinity
    await db.transaction(tx => ask(tx, dataset.id))
    return Infinity
  }

  async function bringAll(): Promise<Date> {
    const due: number[] = []
    for (let after: string | null = null; ; ) {
      const batch: readonly PublishedDataset[] = await datasets.after(after, BATCH)
      for (const dataset of batch) due.push(await dueOf(dataset))
      const last = batch[BATCH - 1]
      if (last === undefined) break
      after = last.id
    }
    await removeOthers()
    return new Date(Math.min(given.now().getTime() + DAY, ...due))
  }

  async function removeOthers(): Promise<void> {
    for (let after: string | null = null; ; ) {
      const batch: readonly string[] = await listAbout(db, TYPE, after, BATCH)
      for (const id of batch) if ((await datasets.find(id)) === undefined) await db.transaction(tx => ask(tx, id))
      const last = batch[BATCH - 1]
      if (last === undefined) return
      after = last
    }
  }

  jobs.serve(ALL, bringAll)
  jobs.serve(ONE, async ({ key }) => {
    const dataset = await datasets.find(key)
    await (dataset ? bring(dataset) : remove(key))
    return undefined
  })

  return {
    async look(tx, facts) {
      for (const { type, subject } of facts) {
        if (type.startsWith('dataset.')) await ask(tx, subject)
        if (type.startsWith('publication.')) await askAll(tx)
      }
    },
    lookAtAll: askAll,
    async urlsOf(ids) {
      const urls = await urlsAbout(db, TYPE, ids)
      return new Map([...urls].map(([about, url]) => [about, { url, type: `${GX}${TYPE}` }]))
    },
  }
}

/** What is said of a dataset; undefined where the settings have no terms, without which there is no data product. */
function claimsOf(
  { id, document, createdAt }: PublishedDataset,
  formats: readonly string[],
  settings: GaiaXSettings,
  endpoints: Endpoints,
): Statement['claims'] | undefined {
  const { serviceTerms, usageTerms = serviceTerms, dataPolicy = serviceTerms } = settings
  if (!serviceTerms || !usageTerms || !dataPolicy || formats.length === 0) return undefined
  const name = textOf(document[`${prefixes.dct}title`]) ?? id
  const keywords = textsOf(document[`${prefixes.dcat}keyword`])
  return {
    'gx:digitalServiceOfferingName': name,
    'gx:digitalServiceOfferingShortDescription': textOf(document[`${prefixes.dct}description`]) ?? name,
    'gx:digitalServiceOfferingIdentifier': id,
    'gx:digitalServiceOfferingLaunchDate': createdAt.toISOString().slice(0, 10),
    'gx:digitalServiceOfferingProvider': linkTo(endpoints, names.legalPerson),
    'gx:digitalServiceOfferingTermsAndConditions': documentNode('gx:ServiceTermsAndConditions', serviceTerms),
    'gx:digitalServiceUsageTermsAndConditions': documentNode('gx:UsageTermsAndConditions', usageTerms),
    'gx:digitalServiceUsageDataPolicy': documentNode('gx:TermsAndConditions', dataPolicy),
    'gx:digitalServiceLegalDocuments': legalDocumentNodes(settings),
    ...(keywords.length > 0 && { 'gx:keyword': oneOrMany(keywords) }),
    'gx:dataProductDescription': {
      type: 'gx:DataProductDescription',
      'dcat:Dataset': `${endpoints.dsp}/catalog/datasets/${encodeURIComponent(id)}`,
      'gx:dataProductConfigurationParameters': {
        type: 'gx:DataProductConfigurationParameter',
        'gx:parameterName': 'format',
        'gx:parameterDescription': 'How the data can be had: a transfer format of the Dataspace Protocol.',
        'gx:parameterAdmissibleValues': oneOrMany([...formats].sort()),
      },
    },
  }
}

/** Texts as JSON-LD writes them, whatever their language. */
const textsOf = (value: unknown): readonly string[] =>
  [value ?? []].flat().flatMap(each => {
    const text = isJsonObject(each) ? each['@value'] : each
    return typeof text === 'string' && text !== '' ? [text] : []
  })

const textOf = (value: unknown): string | undefined => textsOf(value)[0]
