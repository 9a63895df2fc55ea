import { invalid, KontorError, notFound } from '../errors.ts'
import type { JsonObject } from '../jsonld/index.ts'
import type { Job } from '../process/index.ts'
import { crawl, type Look } from './crawl.ts'
import {
  beginCrawl,
  endCrawl,
  failCrawl,
  findPages,
  forget,
  type KeptCatalog,
  keepPage,
  listCatalogs,
  listDatasets,
  listProviders,
  listStandings,
  type Standing,
} from './store.ts'
import type { Federation, FederationOptions, Peer } from './types.ts'

/** Jobs: one for each catalogue, and one that looks for participants. */
const CRAWL = 'crawl'
const KNOWN = 'crawl-known'
/** Of those that we have dealt with. */
const MOST_KNOWN = 1_000
/** The first pause after a failure, ms; it doubles until it is as long as that between two good looks. */
const PAUSE = 60_000
/** Datasets in one answer. */
const MOST_SHOWN = 10_000

const EDC = 'https://w3id.org/edc/v0.0.1/ns/'

/**
 * Keeps the catalogues of other participants. Each is a durable job of its own, in a queue of its own: of all replicas one does it,
 * another goes on when that one dies, and nobody waits for a participant that does not answer.
 */
export function createFederation(options: FederationOptions): Federation {
  const { db, jobs, now, events, settings } = options
  const listed = new Map(settings.peers.map(({ id, url }) => [id, url]))
  const later = (ms: number) => new Date(now().getTime() + ms)

  /** Where a participant is to be looked for; undefined if it need not be any more. */
  const addressOf = ({ key, payload }: Job): string | undefined =>
    listed.get(key) ?? (settings.participants === 'known' && typeof payload === 'string' ? payload : undefined)

  async function lookAt(peer: Peer): Promise<{ changed: boolean; pages: number }> {
    await beginCrawl(db, peer.counterparty, peer.address, now())
    const known = await findPages(db, peer.counterparty)
    const etags: (string | undefined)[] = []
    let changed = false
    const keep = async (number: number, { page, etag }: Look) => {
      etags[number] = etag
      if (page === undefined) return
      changed = true
      await keepPage(db, peer.counterparty, number, page, now())
    }
    const pages = await crawl(peer, known, options, keep)
    await endCrawl(db, peer.counterparty, etags, now())
    return { changed, pages }
  }

  jobs.serve(CRAWL, async job => {
    const participant = job.key
    const address = addressOf(job)
    if (address === undefined) {
      await forget(db, { only: participant })
      return undefined
    }
    const began = performance.now()
    try {
      const url = await options.protocolUrl(address)
      const { changed } = await lookAt({ counterparty: participant, address: url })
      events.catalogCrawled({ participant, changed, ms: performance.now() - began })
      return later(settings.every)
    } catch (error) {
      // What nobody expected is for the jobs to tell of, and to try again.
      if (!(error instanceof KontorError)) throw error
      const failures = await failCrawl(db, participant, address, error.message, now())
      events.catalogCrawled({ participant, failures, reason: error.message, ms: performance.now() - began })
      return later(Math.min(settings.every, PAUSE * 2 ** Math.min(failures - 1, 20)))
    }
  })

  const ask = (peers: readonly { id: string; payload?: string }[]): Promise<void> =>
    db.transaction(async tx => {
      for (const { id, payload } of peers)
        await jobs.ask(tx, { kind: CRAWL, key: id, queue: id, ...(payload && { payload }) })
    })

  jobs.serve(KNOWN, async () => {
    if (settings.participants !== 'known') return undefined
    const providers = await listProviders(db, MOST_KNOWN)
    await ask(providers.filter(({ id }) => !listed.has(id)).map(({ id, address }) => ({ id, payload: address })))
    return later(settings.every)
  })

  async function standing(participant: string): Promise<Standing> {
    const [found] = await listStandings(db, CRAWL, { participant, limit: 1, offset: 0 })
    if (!found) throw notFound('catalogue of a participant', participant)
    return found
  }

  return {
    async start() {
      if (settings.participants === 'listed') await forget(db, { but: [...listed.keys()] })
      await ask([...listed.keys()].map(id => ({ id })))
      if (settings.participants === 'known')
        await db.transaction(tx => jobs.ask(tx, { kind: KNOWN, key: 'all', queue: KNOWN }))
    },

    standings: page => listStandings(db, CRAWL, page),
    standing,

    async crawl(participant) {
      const { address } = await standing(participant)
      await ask([{ id: participant, ...(!listed.has(participant) && address !== null && { payload: address }) }])
      return standing(participant)
    },

    async find(query) {
      const catalogs = await listCatalogs(db, query)
      const participants = catalogs.map(({ participant }) => participant)
      const datasets = await listDatasets(db, participants, query.matcher, MOST_SHOWN + 1)
      if (datasets.length > MOST_SHOWN)
        throw invalid(
          `These catalogues have more than ${MOST_SHOWN} datasets together: ask for fewer by limit or filterExpression.`,
        )
      const shown = new Map<string, JsonObject[]>(participants.map(participant => [participant, []]))
      for (const dataset of datasets) shown.get(dataset.participant)?.push(dataset.shown)
      return catalogs.map(catalog => show(catalog, shown.get(catalog.participant) ?? []))
    },
  }
}

/** A catalogue as its provider says it, and what is to be known of how we came by it. */
function show(
  { header, address, crawledAt, changedAt, failures, error }: KeptCatalog,
  dataset: readonly JsonObject[],
): JsonObject {
  const { '@context': context, ...rest } = header
  return {
    ...rest,
    ...(dataset.length > 0 && { dataset }),
    [`${EDC}originator`]: address,
    ...(crawledAt && { [`${EDC}crawledAt`]: crawledAt.getTime() }),
    ...(changedAt && { [`${EDC}changedAt`]: changedAt.getTime() }),
    [`${EDC}stale`]: failures > 0,
    ...(error !== null && { [`${EDC}errorDetail`]: error }),
    '@context': context,
  }
}
