import type { Queryable } from '../db/index.ts'
import type { Claims, Role } from '../process/index.ts'

/** The ids of transfers under an agreement that have not ended, in which we have that role. */
export async function findLiveTransfers(db: Queryable, agreementId: string, role: Role): Promise<string[]> {
  const rows = await db.query<{ id: string }>(
    `select id from process where kind = 'transfer' and agreement_id = $1 and role = $2 and outcome is null`,
    [agreementId, role],
  )
  return rows.map(({ id }) => id)
}

/** Somebody we have dealt with, and what was attested about them when they last asked us for data. */
export interface Counterparty {
  readonly id: string
  readonly claims: Claims
  /** When that was; null if they never have. */
  readonly seenAt: Date | null
}

/**
 * Everybody we have negotiated with or moved data for, as far as that is still kept; the first so many by id. The index has
 * them in order: it is asked for the next one, again and again, so thousands of processes with one counterparty cost a single look-up.
 */
export function listCounterparties(db: Queryable, limit: number): Promise<Counterparty[]> {
  return db.query<Counterparty & object>(
    `with recursive party (id, place) as (
       (select counterparty, 1 from process order by counterparty limit 1)
       union all
       select (select counterparty from process where counterparty > party.id order by counterparty limit 1), place + 1
       from party where party.id is not null and place < $1
     )
     select party.id, coalesce(seen.claims, '{}') as claims, seen.created_at as "seenAt"
     from party left join lateral (
       select data -> 'claims' as claims, created_at from process
       where counterparty = party.id and kind = 'transfer' and role = 'provider' and data ? 'claims'
       order by created_at desc limit 1
     ) as seen on true
     where party.id is not null order by party.id`,
    [limit],
  )
}
