import type { Queryable } from '../db/index.ts'
import type { Counterparty } from '../dsp/index.ts'
import { evaluate, type Policy } from '../policy/index.ts'
import { listAccessPolicies, readPolicies } from './store/policies.ts'

interface Known {
  readonly id: string
  readonly version: string
  readonly policy: Policy
}

/** Access policies as they were last read: reading one, and making it ready to be judged, takes longer than judging it. */
const known = new WeakMap<Queryable, ReadonlyMap<string, Known>>()

/** The policies that say who may see something, as they stand now. */
async function accessPolicies(db: Queryable): Promise<readonly Known[]> {
  const before = known.get(db) ?? new Map<string, Known>()
  const standing = await listAccessPolicies(db)
  const stale = standing.filter(({ id, version }) => before.get(id)?.version !== version).map(({ id }) => id)
  const fresh = stale.length > 0 ? await readPolicies(db, stale) : []
  const read = new Map(fresh.map(each => [each.id, each]))
  const policies = standing.flatMap(({ id }) => (stale.includes(id) ? read.get(id) : before.get(id)) ?? [])
  known.set(db, new Map(policies.map(each => [each.id, each])))
  return policies
}

/** Whether an access policy lets a participant see what it guards. */
export const admits = (policy: Policy, participant: Counterparty, now: Date): boolean =>
  evaluate(policy, { action: 'use', participant, stage: 'catalog' }, { now }).permitted

/** The access policies that let a participant in. There are few of them, whatever the number of datasets. */
export async function admittingPolicies(
  db: Queryable,
  participant: Counterparty,
  now: Date,
): Promise<readonly string[]> {
  const policies = await accessPolicies(db)
  return policies.filter(({ policy }) => admits(policy, participant, now)).map(({ id }) => id)
}
