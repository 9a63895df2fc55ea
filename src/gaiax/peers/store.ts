import type { Queryable } from '../../db/index.ts'

/** What we know of another participant's label. */
export interface Peer {
  readonly did: string
  /** SC, L1, L2 or L3; null: none that counts. */
  readonly level: string | null
  /** Who has given it. */
  readonly issuer: string | null
  readonly rulesVersion: string | null
  readonly validUntil: Date | null
  /** Why something of it does not count. */
  readonly problem: string | null
  readonly checkedAt: Date
}

/** Writes down what was found out about a participant. */
export async function putPeer(db: Queryable, peer: Peer): Promise<void> {
  const { did, level, issuer, rulesVersion, validUntil, problem, checkedAt } = peer
  await db.query(
    `insert into gaiax_peer (did, level, issuer, rules_version, valid_until, problem, checked_at)
     values ($1, $2, $3, $4, $5, left($6, 1000), $7)
     on conflict (did) do update set level = excluded.level, issuer = excluded.issuer, rules_version = excluded.rules_version,
       valid_until = excluded.valid_until, problem = excluded.problem, checked_at = excluded.checked_at`,
    [did, level, issuer, rulesVersion, validUntil, problem, checkedAt],
  )
}

/** The participants whose labels were looked at, those seen last first. */
export const listPeers = (db: Queryable, { limit, offset }: { limit: number; offset: number }): Promise<Peer[]> =>
  db.query<Peer>(
    `select did, level, issuer, rules_version as "rulesVersion", valid_until as "validUntil", problem, checked_at as "checkedAt"
     from gaiax_peer order by checked_at desc, did limit $1 offset $2`,
    [limit, offset],
  )
