import { writeYaml } from '../../http/index.ts'
import { createBulk } from '../bulk/index.ts'
import type { Given } from '../given.ts'
import { type Endpoint, implement, TextAnswer } from './endpoint.ts'
import { bulkOperations } from './operations/bulk.ts'

/** Assets, policies and contract definitions as one document. */
export function bulkEndpoints(
  given: Pick<Given, 'catalog' | 'jsonLd' | 'dataPlane' | 'faultsOf' | 'openSource'>,
): Endpoint[] {
  const bulk = createBulk(given)

  async function exported(format: 'json' | 'yaml' = 'json') {
    const document = await bulk.document()
    if (format === 'json') return document
    return new TextAnswer('application/yaml', writeYaml(document))
  }

  return implement(bulkOperations, {
    exportCatalog: ({ input }) => exported(input.format),
    applyDocument: ({ input, query }) =>
      bulk.apply(input, { dryRun: query.dryRun === 'true', prune: query.prune === 'true' }),
  })
}
