import type { Queryable } from '../../db/index.ts'
import type { Policy } from '../../policy/index.ts'
import type { SourceAddress } from '../../signaling/index.ts'

/** Makes the offers of a dataset what the publications' selectors say. */
export async function matchDataset(tx: Queryable, datasetId: string): Promise<void> {
  await tx.query(
    `with wanted as (
       select p.id, p.access_policy_id, p.contract_policy_id, p.key || ':' || d.key as name
       from dataset d join publication p on d.document @@ p.matcher where d.id = $1
     ), gone as (
       delete from offer where dataset_id = $1 and publication_id not in (select id from wanted)
     )
     insert into offer (dataset_id, publication_id, access_policy_id, contract_policy_id, name)
     select $1, id, access_policy_id, contract_policy_id, name from wanted
     on conflict (dataset_id, publication_id) do nothing`,
    [datasetId],
  )
}

/**
 * Makes the offers of a publication what its selector says. If `datasetIds` is given, no other dataset can fit, and only
 * these are asked: of thousands of publications that name one dataset each, none then reads them all.
 */
export async function matchPublication(
  tx: Queryable,
  id: string,
  datasetIds: readonly string[] | undefined,
): Promise<void> {
  const narrowed = datasetIds === undefined ? '' : 'and d.id = any($2)'
  await tx.query(
    `with wanted as (
       select d.id, p.access_policy_id, p.contract_policy_id, p.key || ':' || d.key as name
       from publication p join dataset d on d.document @@ p.matcher ${narrowed} where p.id = $1
     ), gone as (
       delete from offer where publication_id = $1 and dataset_id not in (select id from wanted)
     )
     insert into offer (dataset_id, publication_id, access_policy_id, contract_policy_id, name)
     select id, $1, access_policy_id, contract_policy_id, name from wanted
     on conflict (dataset_id, publication_id) do update
     set access_policy_id = excluded.access_policy_id, contract_policy_id = excluded.contract_policy_id`,
    datasetIds === undefined ? [id] : [id, datasetIds],
  )
}

/** What stands behind an offer. */
export interface StandingOffer {
  readonly source: SourceAddress
  /** JSON of what it says. */
  readonly terms: string
  readonly digest: string
  /** Who may see it. */
  readonly accessPolicy: Policy
  /** What else would be accepted. */
  readonly bounds: Policy | null
}

/** The offer of a dataset by a publication, as it stands now. */
export async function findStandingOffer(
  tx: Queryable,
  publicationId: string,
  datasetId: string,
): Promise<StandingOffer | undefined> {
  const [row] = await tx.query<StandingOffer>(
    `select d.source, c.terms, c.digest, a.policy as "accessPolicy", b.policy as bounds
     from offer o
     join dataset d on d.id = o.dataset_id
     join policy_definition c on c.id = o.contract_policy_id
     join policy_definition a on a.id = o.access_policy_id
     join publication p on p.id = o.publication_id
     left join policy_definition b on b.id = p.bounds_policy_id
     where o.dataset_id = $1 and o.publication_id = $2`,
    [datasetId, publicationId],
  )
  return row
}

/** The publications of a dataset, with the policies that judge who may see it and who may have it. */
export function listOffersOf(
  db: Queryable,
  datasetId: string,
): Promise<{ publicationId: string; access: Policy; contract: Policy }[]> {
  return db.query(
    `select o.publication_id as "publicationId", a.policy as access, c.policy as contract
     from offer o join policy_definition a on a.id = o.access_policy_id join policy_definition c on c.id = o.contract_policy_id
     where o.dataset_id = $1 order by o.publication_id`,
    [datasetId],
  )
}

/** A dataset that somebody may see, as it is described to them. */
export interface PublishedDataset {
  readonly id: string
  /** By full names, with `@id` and `@type`. */
  readonly document: Readonly<Record<string, unknown>>
  readonly source: SourceAddress
  readonly createdAt: Date
}

const published = `select d.id, d.document, d.source, d.created_at as "createdAt" from dataset d
  where exists (
    select from offer o join policy_definition a on a.id = o.access_policy_id join policy_definition c on c.id = o.contract_policy_id
    where o.dataset_id = d.id
  )`

/** A dataset, if it is published to anybody. */
export async function findPublished(db: Queryable, id: string): Promise<PublishedDataset | undefined> {
  const [row] = await db.query<PublishedDataset>(`${published} and d.id = $1`, [id])
  return row
}

/** The published datasets after one, by id. */
export const listPublished = (db: Queryable, after: string | null, limit: number): Promise<PublishedDataset[]> =>
  db.query<PublishedDataset>(`${published} and ($1::text is null or d.id > $1) order by d.id limit $2`, [after, limit])
