import type { Publication } from '../../catalog/index.ts'
import type { Given } from '../given.ts'
import { text, texts } from './node.ts'
import { readCriteria, toHouse } from './query.ts'
import type { Kind } from './shelf.ts'
import type { Version } from './version.ts'

/** What puts datasets on offer, as EDC's contract definitions. */
export const contractDefinitionKind = (
  { catalog }: Pick<Given, 'catalog'>,
  { answer, few }: Version,
): Kind<Publication> => ({
  type: 'ContractDefinition',
  shelf: catalog.publications,
  async read(body, id) {
    const { accessPolicyId, contractPolicyId } = texts(body, 'accessPolicyId', 'contractPolicyId')
    const boundsPolicyId = text(body, 'boundsPolicyId') ?? null
    const selector = readCriteria(body, 'assetsSelector').map(toHouse)
    return { id, accessPolicyId, contractPolicyId, boundsPolicyId, selector }
  },
  write({ id, accessPolicyId, contractPolicyId, boundsPolicyId, selector }) {
    const assetsSelector = few(selector.map(criterion => ({ '@type': 'Criterion', ...criterion })))
    const policies = { accessPolicyId, contractPolicyId, ...(boundsPolicyId && { boundsPolicyId }) }
    return answer({ '@id': id, '@type': 'ContractDefinition', ...policies, assetsSelector })
  },
})
