import type { JsonObject } from '../../jsonld/index.ts'
import type { Given } from '../given.ts'
import type { Handler } from './answer.ts'
import { idOf, type Node, nodes, refused } from './node.ts'
import { readPeer } from './peer.ts'
import { readQuery, toHouse } from './query.ts'

/** Other participants' catalogues, as EDC's `catalog`: what the provider answers goes to the client as it came. */
export function catalogHandlers(given: Pick<Given, 'requestCatalog' | 'requestDataset' | 'discover'>) {
  const { requestCatalog, requestDataset, discover } = given

  const request: Handler = async ({ body }) => requestCatalog(await readPeer(body, discover), readFilter(body))

  const dataset: Handler = async ({ body }) => {
    const id = idOf(body)
    if (id === undefined) throw refused({ path: '@id', message: '@id of the dataset is missing' })
    return requestDataset(await readPeer(body, discover), id)
  }

  return { request, dataset }
}

/** The query in the protocol's filter, as EDC's connectors send and understand it. */
function readFilter(body: Node): readonly JsonObject[] | undefined {
  const [spec] = nodes(body, 'querySpec')
  if (!spec) return undefined
  const { offset, limit, sortField, order = 'asc', criteria } = readQuery(spec)
  const filterExpression = criteria.map(criterion => ({ '@type': 'Criterion', ...toHouse(criterion) }))
  return [
    {
      '@type': 'QuerySpec',
      offset,
      limit,
      sortOrder: order.toUpperCase(),
      ...(sortField !== undefined && { sortField }),
      filterExpression,
    },
  ]
}
