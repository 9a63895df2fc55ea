import type { Queryable } from '../db/index.ts'
import type { Counterparty } from '../dsp/index.ts'
import { evaluate, type Policy } from '../policy/index.ts'
import { listAccessPolicies } from './store/policies.ts'

/** Whether an access policy lets a participant see what it guards. */
export const admits = (policy: Policy, participant: Counterparty, now: Date): boolean =>
  evaluate(policy, { action: 'use', participant, stage: 'catalog' }, { now }).permitted

/** The access policies that let a participant in. There are few of them, whatever the number of datasets. */
export async function admittingPolicies(
  db: Queryable,
  participant: Counterparty,
  now: Date,
): Promise<readonly string[]> {
  const policies = await listAccessPolicies(db)
  return policies.filter(({ policy }) => admits(policy, participant, now)).map(({ id }) => id)
}
