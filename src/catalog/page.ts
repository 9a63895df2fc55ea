import type { Database } from '../db/index.ts'
import type { Counterparty } from '../dsp/index.ts'
import { admittingPolicies } from './access.ts'
import { type Chosen, choosePage } from './choose.ts'
import { fromToken, type Place, toToken } from './continuation.ts'
import { readFilter } from './filter.ts'
import { isPossible } from './storable.ts'
import { findSource } from './store/datasets.ts'
import { listNestedCatalogs } from './store/nested-catalogs.ts'
import { readTexts } from './store/pages.ts'
import type { DescriptionsOf, FormatsOf } from './types.ts'
import { alone, catalogHead, datasetText, distributionText, type Provider } from './wire.ts'

/** A page of the catalogue as one participant sees it. */
export interface CatalogPage {
  /** JSON of the catalogue, in pieces that are made while they are read. */
  readonly pieces: AsyncIterable<string>
  /** How many datasets are on it. */
  readonly size: number
  /** Where the pages beside it are found; undefined if there are none. */
  readonly next: string | undefined
  readonly previous: string | undefined
}

/** What is asked for: the message's filter, and the token of a `Link` of ours if that was followed. */
export interface PageRequest {
  readonly filter?: readonly unknown[] | undefined
  readonly continuationToken?: string | undefined
}

/** What a page is made of. */
export interface PageSource {
  readonly db: Database
  readonly provider: () => Provider
  readonly formatsOf: FormatsOf
  readonly now: () => Date
  readonly descriptionsOf?: DescriptionsOf | undefined
}

/** So many datasets are read and written at once. */
const BATCH = 500

/** A page of what a participant may see. Throws `invalid` for filters and tokens that are not supported. */
export async function readPage(source: PageSource, asker: Counterparty, request: PageRequest): Promise<CatalogPage> {
  const { db, now, formatsOf } = source
  const { filter, continuationToken } = request
  const question = readFilter(filter)
  const place = continuationToken === undefined ? undefined : fromToken(continuationToken, filter)
  const accessPolicyIds = await admittingPolicies(db, asker, now())
  const { chosen, next, previous } = await choosePage(db, { accessPolicyIds, question, place, formatsOf })
  const first = place === undefined && question.offset === 0 && question.matcher === null
  const head = catalogHead(source.provider(), first ? await listNestedCatalogs(db) : [])
  const linkTo = (beside: Place | undefined) => beside && toToken(beside, filter)
  return {
    pieces: writePage(head, writeDatasets(source, accessPolicyIds, chosen)),
    size: chosen.length,
    next: linkTo(next),
    previous: linkTo(previous),
  }
}

/** JSON of one dataset as a participant sees it; undefined if it sees none. */
export async function readDataset(source: PageSource, asker: Counterparty, id: string): Promise<string | undefined> {
  const { db, formatsOf, now } = source
  const dataset = isPossible(id) ? await findSource(db, id) : undefined
  const formats = dataset ? formatsOf(dataset) : []
  if (formats.length === 0) return undefined
  const [text] = await readTexts(db, await admittingPolicies(db, asker, now()), [id])
  const description = (await source.descriptionsOf?.([id]))?.get(id)
  return text && alone(datasetText(text, distributionText(source.provider(), formats), description))
}

async function* writePage(head: string, datasets: AsyncIterable<string>): AsyncGenerator<string> {
  let before = `${head},"dataset":[`
  let after = head
  for await (const batch of datasets) {
    yield before + batch
    before = ','
    after = ']'
  }
  yield `${after}}`
}

/** JSON of datasets, batch by batch, with commas between. A batch of which nothing is left is passed over. */
async function* writeDatasets(
  { db, provider, descriptionsOf }: PageSource,
  accessPolicyIds: readonly string[],
  chosen: readonly Chosen[],
): AsyncGenerator<string> {
  const distributions = new Map<string, string>()
  const distributionOf = (formats: readonly string[]): string => {
    const key = formats.join(' ')
    const text = distributions.get(key) ?? distributionText(provider(), formats)
    distributions.set(key, text)
    return text
  }
  for (let at = 0; at < chosen.length; at += BATCH) {
    const batch = chosen.slice(at, at + BATCH)
    const formats = new Map(batch.map(dataset => [dataset.id, dataset.formats]))
    const texts = await readTexts(db, accessPolicyIds, [...formats.keys()])
    const described = await descriptionsOf?.(texts.map(({ id }) => id))
    const written = texts.map(text =>
      datasetText(text, distributionOf(formats.get(text.id) ?? []), described?.get(text.id)),
    )
    if (written.length > 0) yield written.join(',')
  }
}
