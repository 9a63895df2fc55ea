import type { PolicyDefinition } from '../../catalog/index.ts'
import type { Given } from '../given.ts'
import { object } from './node.ts'
import { readPolicy } from './read-policy.ts'
import type { Kind } from './shelf.ts'
import type { Version } from './version.ts'

/** Policies that publications refer to, as EDC's policy definitions. */
export const policyDefinitionKind = (
  { jsonLd, catalog }: Pick<Given, 'jsonLd' | 'catalog'>,
  { answer, policy: writePolicy }: Version,
): Kind<PolicyDefinition> => ({
  type: 'PolicyDefinition',
  shelf: catalog.policies,
  read: async (body, id) => ({ id, policy: await readPolicy(jsonLd, object(body, 'policy')) }),
  write: ({ id, policy, createdAt }) =>
    answer({
      '@id': id,
      '@type': 'PolicyDefinition',
      createdAt: createdAt.getTime(),
      policy: writePolicy(policy, id),
    }),
})
