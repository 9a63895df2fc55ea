import type { Queryable } from '../db/index.ts'
import type { Role } from '../process/index.ts'

/** The ids of transfers under an agreement that have not ended, in which we have that role. */
export async function findLiveTransfers(db: Queryable, agreementId: string, role: Role): Promise<string[]> {
  const rows = await db.query<{ id: string }>(
    `select id from process where kind = 'transfer' and agreement_id = $1 and role = $2 and outcome is null`,
    [agreementId, role],
  )
  return rows.map(({ id }) => id)
}
