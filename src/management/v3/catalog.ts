import type { JsonObject } from '../../jsonld/index.ts'
import type { Given } from '../given.ts'
import type { Handler } from './answer.ts'
import { idOf, type Node, nodes, refused } from './node.ts'
import { readPeer } from './peer.ts'
import { type Criterion, readQuery, toHouse } from './query.ts'
import { EDC } from './words.ts'

/** Other participants' catalogues, as EDC's `catalog`: what the provider answers goes to the client as it came. */
export function catalogHandlers(given: Pick<Given, 'catalogClient' | 'discover' | 'checkAddress'>) {
  const { catalogClient } = given

  const request: Handler = async ({ body }) =>
    catalogClient.requestCatalog(await readPeer(body, given), readFilter(body))

  const dataset: Handler = async ({ body }) => {
    const id = idOf(body)
    if (id === undefined) throw refused({ path: '@id', message: '@id of the dataset is missing' })
    return catalogClient.requestDataset(await readPeer(body, given), id)
  }

  return { request, dataset }
}

/** The query as the protocol's filter. Its words are written in full: the protocol's context has none for them. */
function readFilter(body: Node): readonly JsonObject[] | undefined {
  const [spec] = nodes(body, 'querySpec')
  if (!spec) return undefined
  const { offset, limit, sortField, order = 'asc', criteria } = readQuery(spec)
  return [
    inFull('QuerySpec', {
      offset,
      limit,
      sortOrder: order.toUpperCase(),
      ...(sortField !== undefined && { sortField }),
      filterExpression: criteria.map(writeCriterion),
    }),
  ]
}

const writeCriterion = (criterion: Criterion): JsonObject => inFull('Criterion', { ...toHouse(criterion) })

const inFull = (type: string, words: JsonObject): JsonObject => ({
  '@type': EDC + type,
  ...Object.fromEntries(Object.entries(words).map(([word, value]) => [EDC + word, value])),
})
