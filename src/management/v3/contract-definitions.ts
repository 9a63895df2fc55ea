import type { Publication } from '../../catalog/index.ts'
import type { JsonObject } from '../../jsonld/index.ts'
import type { Given } from '../given.ts'
import { answer } from './answer.ts'
import { texts } from './node.ts'
import { readCriteria, toHouse } from './query.ts'
import type { Kind } from './shelf.ts'

/** What puts datasets on offer, as EDC's contract definitions. */
export const contractDefinitionKind = ({ catalog }: Pick<Given, 'catalog'>): Kind<Publication> => ({
  type: 'ContractDefinition',
  shelf: catalog.publications,
  async read(body, id) {
    const { accessPolicyId, contractPolicyId } = texts(body, 'accessPolicyId', 'contractPolicyId')
    return { id, accessPolicyId, contractPolicyId, selector: readCriteria(body, 'assetsSelector').map(toHouse) }
  },
  write,
})

/** EDC shows a single criterion as one object. */
function write({ id, accessPolicyId, contractPolicyId, selector }: Publication): JsonObject {
  const criteria = selector.map(criterion => ({ '@type': 'Criterion', ...criterion }))
  const assetsSelector = criteria.length === 1 ? criteria[0] : criteria
  return answer({ '@id': id, '@type': 'ContractDefinition', accessPolicyId, contractPolicyId, assetsSelector })
}
