import { type CatalogPage, type Peer, toDocument } from '../catalog/index.ts'
import { badGateway, KontorError } from '../errors.ts'
import { isJsonObject, type JsonObject } from '../jsonld/index.ts'
import type { KeptDataset, KeptPage } from './store.ts'
import type { FederationOptions } from './types.ts'

/** Datasets that are asked for at once: a page that our own kind answers with an ETag. */
const PAGE = 1_000

/** What came of a look at one page of a catalogue. */
export interface Look {
  /** What is to be kept of it; undefined if nothing has changed. */
  readonly page: KeptPage | undefined
  readonly etag: string | undefined
}

/**
 * Looks at a catalogue page by page. Each is given to `keep` before the next is asked for, so that no more than one is ever in memory.
 * A page whose ETag is known, and that has not changed, costs an empty answer. Throws `bad-gateway` for a catalogue that is larger than is
 * wanted, or that never ends.
 */
export async function crawl(
  peer: Peer,
  known: { readonly etags: readonly (string | null)[]; readonly sizes: ReadonlyMap<number, number> },
  { readPage, settings }: Pick<FederationOptions, 'readPage' | 'settings'>,
  keep: (number: number, look: Look) => Promise<void>,
): Promise<number> {
  let count = 0
  let link: string | undefined
  for (let number = 0; ; number++) {
    const ifNoneMatch = known.etags[number] ?? undefined
    const filter = [filterAt(link === undefined ? count : 0)]
    const found = await readPage(peer, { filter, link, ifNoneMatch })
    const size = 'unchanged' in found ? (known.sizes.get(number) ?? 0) : (found.message.dataset ?? []).length
    count += size
    if (count > settings.mostDatasets)
      throw badGateway(
        `The catalogue of ${peer.counterparty} has more than ${settings.mostDatasets} datasets (federation.mostDatasets).`,
      )
    await keep(number, 'unchanged' in found ? { page: undefined, etag: ifNoneMatch } : lookAt(found))
    // Some page by links; the EDC knows none, and has more as long as its pages are full.
    link = found.next
    if (link === undefined && (size < PAGE || 'unchanged' in found)) return number + 1
    if (size === 0) return number + 1
  }
}

const EDC = 'https://w3id.org/edc/v0.0.1/ns/'

const filterAt = (offset: number): JsonObject => ({
  '@type': `${EDC}QuerySpec`,
  [`${EDC}offset`]: offset,
  [`${EDC}limit`]: PAGE,
  [`${EDC}sortOrder`]: 'ASC',
  [`${EDC}filterExpression`]: [],
})

function lookAt({ message, etag }: Extract<CatalogPage, { message: unknown }>): Look {
  const { dataset = [], ...header } = message
  return { page: { header, datasets: dataset.map(toKept) }, etag }
}

/** What the catalogue itself says of a dataset is not looked for. */
const notProperties: ReadonlySet<string> = new Set(['@context', '@id', '@type', 'hasPolicy', 'distribution'])

function toKept(shown: JsonObject): KeptDataset {
  const properties = Object.entries(shown).filter(([name]) => !notProperties.has(name))
  return { shown, document: documentOf(String(shown['@id']), Object.fromEntries(properties)) }
}

/** A dataset whose properties have names that nobody can look for is found by its id alone. */
function documentOf(id: string, properties: JsonObject): JsonObject {
  try {
    return toDocument(id, properties)
  } catch (error) {
    if (error instanceof KontorError && error.code === 'invalid' && isJsonObject(properties)) return toDocument(id, {})
    throw error
  }
}
