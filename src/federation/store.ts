import { type Database, json, type Parameter, type Queryable } from '../db/index.ts'
import type { JsonObject } from '../jsonld/index.ts'
import { conditionSql, type Searched, text } from '../process/index.ts'
import type { CatalogField, CatalogsQuery } from './types.ts'

/** A dataset of somebody else. */
export interface KeptDataset {
  readonly shown: JsonObject
  readonly document: JsonObject
}

/** A page of a catalogue: what is said of the whole, and datasets. */
export interface KeptPage {
  readonly header: JsonObject
  readonly datasets: readonly KeptDataset[]
}

/** A catalogue as it is kept, without its datasets. */
export interface KeptCatalog {
  readonly participant: string
  readonly address: string
  readonly header: JsonObject
  readonly crawledAt: Date | null
  readonly changedAt: Date | null
  readonly failures: number
  readonly error: string | null
}

/** What is known of a catalogue before it is looked at again: the ETag and the size of each page. */
export async function findPages(
  db: Queryable,
  participant: string,
): Promise<{ etags: readonly (string | null)[]; sizes: ReadonlyMap<number, number> }> {
  const [row] = await db.query<{ etags: (string | null)[] }>(
    'select etags from federated_catalog where participant = $1',
    [participant],
  )
  const sizes = await db.query<{ page: number; size: number }>(
    'select page, count(*)::int as size from federated_dataset where participant = $1 group by page',
    [participant],
  )
  return { etags: row?.etags ?? [], sizes: new Map(sizes.map(({ page, size }) => [page, size])) }
}

/** Notes that a catalogue is looked at, and where. */
export async function beginCrawl(db: Queryable, participant: string, address: string, now: Date): Promise<void> {
  await db.query(
    `insert into federated_catalog as c (participant, address, tried_at) values ($1, $2, $3)
     on conflict (participant) do update set tried_at = excluded.tried_at, address = excluded.address,
       etags = case when c.address = excluded.address then c.etags else '[]' end`,
    [participant, address, now],
  )
}

/** Puts a page in the place of what was there. The ETag is of no use any more until `endCrawl` says that all is well. */
export function keepPage(
  db: Database,
  participant: string,
  number: number,
  { header, datasets }: KeptPage,
  now: Date,
): Promise<void> {
  return db.transaction(async tx => {
    await tx.query(
      `update federated_catalog set changed_at = $2, header = case when $3 then $4::jsonb else header end, etags = '[]'
       where participant = $1`,
      [participant, now, number === 0, json(header)],
    )
    await tx.query('delete from federated_dataset where participant = $1 and page = $2', [participant, number])
    await tx.query(
      `insert into federated_dataset (participant, page, place, shown, document)
       select $1, $2, place, shown::jsonb, document::jsonb
       from unnest($3::text[], $4::text[]) with ordinality as d (shown, document, place)`,
      [participant, number, datasets.map(({ shown }) => json(shown)), datasets.map(({ document }) => json(document))],
    )
  })
}

/** All of it has been looked at: there are so many pages, with these ETags. */
export async function endCrawl(
  db: Queryable,
  participant: string,
  etags: readonly (string | undefined)[],
  now: Date,
): Promise<void> {
  await db.query(
    `with gone as (delete from federated_dataset where participant = $1 and page >= $2)
     update federated_catalog set etags = $3, crawled_at = $4, failures = 0, error = null where participant = $1`,
    [participant, etags.length, json(etags.map(etag => etag ?? null)), now],
  )
}

/** It could not be had; what is there stays. The answer is how often in a row. */
export async function failCrawl(
  db: Queryable,
  participant: string,
  address: string,
  error: string,
  now: Date,
): Promise<number> {
  const [row] = await db.query<{ failures: number }>(
    `insert into federated_catalog as c (participant, address, tried_at, failures, error) values ($1, $2, $3, 1, left($4, 2000))
     on conflict (participant) do update set tried_at = excluded.tried_at, failures = c.failures + 1, error = excluded.error
     returning failures`,
    [participant, address, now, error],
  )
  return row?.failures ?? 1
}

/** Forgets what is kept of participants: of one, or of all but some. */
export async function forget(
  db: Queryable,
  which: { readonly only: string } | { readonly but: readonly string[] },
): Promise<void> {
  if ('only' in which) await db.query('delete from federated_catalog where participant = $1', [which.only])
  else await db.query('delete from federated_catalog where participant <> all($1)', [which.but])
}

/**
 * Whom we have asked for something as a consumer, and where we last did; the first so many by id. The index has them in order: it is
 * asked for the next one, again and again.
 */
export function listProviders(db: Queryable, limit: number): Promise<{ id: string; address: string }[]> {
  return db.query(
    `with recursive party (id, place) as (
       (select counterparty, 1 from process order by counterparty limit 1)
       union all
       select (select counterparty from process where counterparty > party.id order by counterparty limit 1), place + 1
       from party where party.id is not null and place < $1
     )
     select party.id, latest.address from party cross join lateral (
       select address from process where counterparty = party.id and role = 'consumer' order by created_at desc limit 1
     ) as latest where party.id is not null order by party.id`,
    [limit],
  )
}

const searched: Readonly<Record<CatalogField, Searched>> = {
  participant: text('c.participant'),
  id: text(`c.header ->> '@id'`),
  address: text('c.address'),
}

/** Catalogues that were had at least once, by participant. */
export function listCatalogs(
  db: Queryable,
  { offset, limit, order, where, matcher }: CatalogsQuery,
): Promise<KeptCatalog[]> {
  const values: Parameter[] = []
  const place = (value: Parameter): string => `$${values.push(value)}`
  const conditions = where.map(each => conditionSql(searched[each.field], each, place))
  if (matcher !== undefined)
    conditions.push(
      `exists (select 1 from federated_dataset d where d.participant = c.participant and d.document @@ ${place(matcher)}::jsonpath)`,
    )
  return db.query<KeptCatalog & object>(
    `select participant, address, header, crawled_at as "crawledAt", changed_at as "changedAt", failures, error
     from federated_catalog c where ${['header is not null', ...conditions].join(' and ')}
     order by participant ${order === 'desc' ? 'desc' : 'asc'} limit ${place(limit)} offset ${place(offset)}`,
    values,
  )
}

/** How it stands with a catalogue that is kept, or is to be. */
export interface Standing {
  readonly participant: string
  readonly address: string | null
  /** When all of it was last known to be so. */
  readonly crawledAt: Date | null
  readonly changedAt: Date | null
  readonly triedAt: Date | null
  /** How often it could not be had, in a row. */
  readonly failures: number
  readonly error: string | null
  readonly nextCrawl: Date | null
  readonly datasets: number
}

/** How it stands with catalogues, by participant: all of them, or one. `kind` is that of the jobs that look at them. */
export function listStandings(
  db: Queryable,
  kind: string,
  { participant, limit, offset }: { readonly participant?: string; readonly limit: number; readonly offset: number },
): Promise<Standing[]> {
  return db.query<Standing & object>(
    `select coalesce(participant, key) as participant, address, crawled_at as "crawledAt", changed_at as "changedAt",
       tried_at as "triedAt", coalesce(failures, 0) as failures, coalesce(c.error, j.error) as error, due as "nextCrawl",
       (select count(*)::int from federated_dataset d where d.participant = c.participant) as datasets
     from federated_catalog c full join (select key, due, error from job where kind = $1) j on j.key = c.participant
     where $2::text is null or coalesce(participant, key) = $2
     order by 1 limit $3 offset $4`,
    [kind, participant ?? null, limit, offset],
  )
}

/** Datasets of some participants, at most so many. */
export function listDatasets(
  db: Queryable,
  participants: readonly string[],
  matcher: string | undefined,
  most: number,
): Promise<{ participant: string; shown: JsonObject }[]> {
  return db.query(
    `select participant, shown from federated_dataset
     where participant = any($1) and ($2::jsonpath is null or document @@ $2::jsonpath)
     order by participant, page, place limit $3`,
    [participants, matcher ?? null, most],
  )
}
