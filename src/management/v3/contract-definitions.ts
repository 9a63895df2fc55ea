import type { Publication } from '../../catalog/index.ts'
import type { JsonObject } from '../../jsonld/index.ts'
import type { Given } from '../given.ts'
import { answer } from './answer.ts'
import { text, texts } from './node.ts'
import { readCriteria, toHouse } from './query.ts'
import type { Kind } from './shelf.ts'

/** What puts datasets on offer, as EDC's contract definitions. */
export const contractDefinitionKind = ({ catalog }: Pick<Given, 'catalog'>): Kind<Publication> => ({
  type: 'ContractDefinition',
  shelf: catalog.publications,
  async read(body, id) {
    const { accessPolicyId, contractPolicyId } = texts(body, 'accessPolicyId', 'contractPolicyId')
    const boundsPolicyId = text(body, 'boundsPolicyId') ?? null
    const selector = readCriteria(body, 'assetsSelector').map(toHouse)
    return { id, accessPolicyId, contractPolicyId, boundsPolicyId, selector }
  },
  write,
})

/** EDC shows a single criterion as one object. */
function write({ id, accessPolicyId, contractPolicyId, boundsPolicyId, selector }: Publication): JsonObject {
  const criteria = selector.map(criterion => ({ '@type': 'Criterion', ...criterion }))
  const assetsSelector = criteria.length === 1 ? criteria[0] : criteria
  const policies = { accessPolicyId, contractPolicyId, ...(boundsPolicyId && { boundsPolicyId }) }
  return answer({ '@id': id, '@type': 'ContractDefinition', ...policies, assetsSelector })
}
