import type { PolicyDefinition } from '../../catalog/index.ts'
import type { Given } from '../given.ts'
import { answer } from './answer.ts'
import { object } from './node.ts'
import { readPolicy } from './read-policy.ts'
import type { Kind } from './shelf.ts'
import { writePolicy } from './write-policy.ts'

/** Policies that publications refer to, as EDC's policy definitions. */
export const policyDefinitionKind = ({
  jsonLd,
  catalog,
}: Pick<Given, 'jsonLd' | 'catalog'>): Kind<PolicyDefinition> => ({
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
