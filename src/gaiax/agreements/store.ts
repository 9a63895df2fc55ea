import type { Queryable, Transaction } from '../../db/index.ts'
import type { GaiaXCredential } from '../types.ts'
import { AGREEMENT } from './subject.ts'

/** How it went with bringing our signature to the other side. */
export interface Delivery {
  readonly state: 'delivered' | 'not-offered' | 'refused' | 'given-up'
  /** What the other side said, or why it was not asked. */
  readonly reason: string | null
  readonly at: Date
}

/** Writes down how it went. */
export async function putDelivery(
  db: Queryable,
  subject: string,
  peer: string,
  { state, reason, at }: Delivery,
): Promise<void> {
  await db.query(
    `insert into gaiax_delivery (subject, peer, state, reason, at) values ($1, $2, $3, left($4, 1000), $5)
     on conflict (subject) do update set peer = excluded.peer, state = excluded.state, reason = excluded.reason, at = excluded.at`,
    [subject, peer, state, reason, at],
  )
}

/** How it went; undefined while it is still to be done. */
export async function findDelivery(db: Queryable, subject: string): Promise<Delivery | undefined> {
  const [row] = await db.query<Delivery>('select state, reason, at from gaiax_delivery where subject = $1', [subject])
  return row
}

/** It is to be done again. */
export async function forgetDelivery(tx: Transaction, subject: string): Promise<void> {
  await tx.query('delete from gaiax_delivery where subject = $1', [subject])
}

/** The latest version of each side's signature under an agreement, also when it has ended. */
export const listSignatures = (db: Queryable, subject: string): Promise<GaiaXCredential[]> =>
  db.query<GaiaXCredential>(
    `select distinct on (id) id, version, type, subject, about, jwt, content, kid, valid_from as "validFrom",
       valid_until as "validUntil", state, source, null as status, created_at as "createdAt"
     from gaiax_credential where subject = $1 and type = '${AGREEMENT}' order by id, version desc`,
    [subject],
  )

/** The agreements under which our signature is by another key than this one. */
export async function listOtherKeys(db: Queryable, kid: string): Promise<string[]> {
  const rows = await db.query<{ about: string }>(
    `select distinct about from gaiax_credential
     where type = '${AGREEMENT}' and state = 'active' and source = 'own' and kid <> $1 and about is not null`,
    [kid],
  )
  return rows.map(({ about }) => about)
}
