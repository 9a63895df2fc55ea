import type { Queryable } from '../../db/index.ts'
import type { SourceAddress } from '../../signaling/index.ts'

/** Which datasets of the catalogue are meant. */
export interface Visible {
  /** The access policies that let the asking participant in. */
  readonly accessPolicyIds: readonly string[]
  /** SQL/JSON path; null for all. */
  readonly matcher: string | null
}

/** A dataset on a page, and what tells whether it can be had. */
export interface Candidate {
  readonly id: string
  readonly source: SourceAddress
}

/**
 * `exists` would be a join, and before the first ANALYZE PostgreSQL joins all datasets and sorts them for a page of 50: 56 ms of 10,000
 * datasets instead of 0.2. Asked row by row in the order of the index, a page costs what it shows; so does one far behind.
 */
const visible = `($2::jsonpath is null or d.document @@ $2::jsonpath)
  and (select true from offer o where o.dataset_id = d.id and o.access_policy_id = any($1) limit 1)`

/** The next visible datasets by id, beginning after one, or at the end the direction begins at. */
export function listAfter(
  db: Queryable,
  { accessPolicyIds, matcher }: Visible,
  given: { after: string | null; descending: boolean; limit: number },
): Promise<Candidate[]> {
  const [beyond, direction] = given.descending ? ['<', 'desc'] : ['>', 'asc']
  return db.query<Candidate>(
    `select d.id, d.source from dataset d where ${visible} and ($3::text is null or d.id ${beyond} $3)
     order by d.id ${direction} limit $4`,
    [accessPolicyIds, matcher, given.after, given.limit],
  )
}

/** Visible datasets by a property, tried under two paths; those without it come last. */
export function listSorted(
  db: Queryable,
  { accessPolicyIds, matcher }: Visible,
  given: { sort: readonly [string, string]; descending: boolean; offset: number; limit: number },
): Promise<Candidate[]> {
  const direction = given.descending ? 'desc' : 'asc'
  return db.query<Candidate>(
    `select d.id, d.source from dataset d where ${visible}
     order by coalesce(jsonb_path_query_first(d.document, $5::jsonpath), jsonb_path_query_first(d.document, $6::jsonpath))
       ${direction} nulls last, d.id ${direction}
     limit $3 offset $4`,
    [accessPolicyIds, matcher, given.limit, given.offset, ...given.sort],
  )
}

/** A dataset's text for the wire, in two parts. */
export interface DatasetText {
  readonly id: string
  /** JSON of an object: the dataset without offers and distributions. */
  readonly document: string
  /** JSON of offers, without the brackets of their list. */
  readonly offers: string
}

/**
 * The text of datasets in the order of their ids given; what is not visible any more is left out. PostgreSQL writes the JSON, so that
 * a large catalogue never becomes objects here. Keys are percent-encoded, so nothing in an offer's name needs escaping.
 * PostgreSQL looks policies up in a hash table that it makes of `any($1)` once; `in (select unnest($1))` is a join anew for each dataset.
 */
export function readTexts(
  db: Queryable,
  accessPolicyIds: readonly string[],
  ids: readonly string[],
): Promise<DatasetText[]> {
  return db.query<DatasetText>(
    `select d.id, d.document::text as document, offered.offers
     from unnest($2::text[]) with ordinality as wanted (id, place)
     join dataset d on d.id = wanted.id collate "C"
     cross join lateral (
       select string_agg(
         '{"@id":"' || o.name || ':' || c.digest || '","@type":"Offer",' || substr(c.terms, 2), ',' order by o.publication_id
       ) as offers
       from offer o join policy_definition c on c.id = o.contract_policy_id
       where o.dataset_id = d.id and o.access_policy_id = any($1)
     ) as offered
     where offered.offers is not null order by wanted.place`,
    [accessPolicyIds, ids],
  )
}
