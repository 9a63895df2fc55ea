import type { Queryable } from '../db/index.ts'
import { hasDuties, type PolicyState } from '../policy/index.ts'
import { listKept, performancesOf } from './obligations/index.ts'
import type { AgreementRecord } from './store.ts'

/** What an agreement's policy is told of the agreement itself: since when it is, and which of its duties were done. */
export async function agreementState(
  db: Queryable,
  { agreement, agreedAt, negotiationId }: AgreementRecord,
): Promise<Pick<PolicyState, 'agreedAt' | 'performances'>> {
  if (!hasDuties(agreement)) return { agreedAt }
  return { agreedAt, performances: performancesOf(agreement, await listKept(db, negotiationId)) }
}
