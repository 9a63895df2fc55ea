import type { Standing } from '../../federation/index.ts'
import type { Given } from '../given.ts'
import { type Endpoint, implement } from './endpoint.ts'
import { federationOperations } from './operations/federation.ts'
import { pagedBy } from './paged.ts'

/** Participants whose catalogues are kept here, and how it stands with that. */
export const federationEndpoints = ({ federation }: Pick<Given, 'federation'>): Endpoint[] =>
  implement(federationOperations, {
    listPeers: ({ input }) => pagedBy(input, federation.standings, shown),
    getPeer: async ({ id }) => shown(await federation.standing(id)),
    crawlPeer: async ({ id }) => shown(await federation.crawl(id)),
  })

function shown({ participant, failures, error, nextCrawl, ...standing }: Standing) {
  const { address, datasets, crawledAt, changedAt, triedAt } = standing
  const trouble = { stale: failures > 0, attempts: failures, lastError: error, nextAttempt: nextCrawl }
  return { id: participant, address, datasets, crawledAt, changedAt, triedAt, ...trouble }
}
