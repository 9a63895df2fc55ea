import type { Queryable } from '../../db/index.ts'

/** A credential that is to be brought. */
export interface Due {
  readonly id: string
  readonly version: number
  readonly type: string
  readonly subject: string
  readonly jwt: string
}

/** What belongs into a catalogue: our own credentials of these types. */
export interface Selection {
  readonly catalogue: string
  readonly types: readonly string[]
}

/**
 * Credentials that a catalogue does not have as they are now, by their ids; of those it has refused, the ones that it was last asked to take
 * before `retry`.
 */
export const findDue = (
  db: Queryable,
  { catalogue, types }: Selection,
  { after, now, retry, limit }: { after: string; now: Date; retry: Date; limit: number },
): Promise<readonly Due[]> =>
  db.query<Due & object>(
    `select c.id, c.version, c.type, c.subject, c.jwt from gaiax_credential c
     left join gaiax_catalogued k on k.catalogue = $1 and k.credential = c.id
     where c.state = 'active' and c.source = 'own' and c.type = any($2) and c.id > $3 and (c.valid_until is null or c.valid_until > $4)
       and (k.version is distinct from c.version or k.state = 'begun' or (k.state = 'refused' and k.at <= $5))
     order by c.id limit $6`,
    [catalogue, types, after, now, retry, limit],
  )

/** What a catalogue may have, and shall not have any more. */
export const findSuperfluous = (
  db: Queryable,
  { catalogue, types }: Selection,
  limit: number,
): Promise<readonly { readonly id: string; readonly subject: string }[]> =>
  db.query<{ id: string; subject: string }>(
    `select k.credential as id, k.subject from gaiax_catalogued k
     where k.catalogue = $1 and not exists (
       select 1 from gaiax_credential c where c.id = k.credential and c.state = 'active' and c.source = 'own' and c.type = any($2))
     order by k.credential limit $3`,
    [catalogue, types, limit],
  )

/** What became of bringing a credential. `begun` is written before: then nothing is forgotten there, whatever happens in between. */
export async function putCatalogued(
  db: Queryable,
  catalogue: string,
  { id, version, subject }: Pick<Due, 'id' | 'version' | 'subject'>,
  { state, reason = null, at }: { state: 'begun' | 'there' | 'refused'; reason?: string | null; at: Date },
): Promise<void> {
  await db.query(
    `insert into gaiax_catalogued (catalogue, credential, subject, version, state, reason, at) values ($1, $2, $3, $4, $5, $6, $7)
     on conflict (catalogue, credential) do update set subject = excluded.subject, version = excluded.version, state = excluded.state,
       reason = excluded.reason, at = excluded.at`,
    [catalogue, id, subject, version, state, reason, at],
  )
}

export async function removeCatalogued(db: Queryable, catalogue: string, credential: string): Promise<void> {
  await db.query('delete from gaiax_catalogued where catalogue = $1 and credential = $2', [catalogue, credential])
}

/** How many a catalogue has as they are now, how many wait, and what it has refused. */
export async function readCatalogued(
  db: Queryable,
  { catalogue, types }: Selection,
): Promise<{ there: number; waiting: number; refused: readonly { credential: string; reason: string }[] }> {
  const [counts] = await db.query<{ there: number; waiting: number }>(
    `select count(*) filter (where k.state = 'there' and k.version = c.version)::int as there,
       count(*) filter (where k.version is distinct from c.version or k.state = 'begun')::int as waiting
     from gaiax_credential c left join gaiax_catalogued k on k.catalogue = $1 and k.credential = c.id
     where c.state = 'active' and c.source = 'own' and c.type = any($2)`,
    [catalogue, types],
  )
  const refused = await db.query<{ credential: string; reason: string }>(
    `select credential, coalesce(reason, '') as reason from gaiax_catalogued where catalogue = $1 and state = 'refused'
     order by credential limit 100`,
    [catalogue],
  )
  return { there: counts?.there ?? 0, waiting: counts?.waiting ?? 0, refused }
}
