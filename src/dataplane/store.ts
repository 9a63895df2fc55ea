import { json, type Queryable } from '../db/index.ts'
import {
  type AddressSeal,
  type DataFlow,
  isPlain,
  type SealingBatch,
  type SourceSeal,
  sealBatch,
} from '../signaling/index.ts'
import type { Flow, Standing } from './types.ts'

/** On this channel replicas tell each other the ids of flows that have changed. */
export const channel = 'data_flow'

const standing = 'id, state, reason, generation'

/** The flow, if we were ever told of it. */
export async function findFlow(db: Queryable, id: string): Promise<Flow | undefined> {
  const [flow] = await db.query<Flow>(
    `select ${standing}, counterparty, dataset_id as "datasetId", format, source, destination from data_flow where id = $1`,
    [id],
  )
  return flow
}

/** How some flows stand. */
export function findStandings(db: Queryable, ids: readonly string[]): Promise<Standing[]> {
  return db.query<Standing>(`select ${standing} from data_flow where id = any($1)`, [ids])
}

/** A flow that has just been opened; its version is 1 when nobody has heard of it before. */
export type OpenedFlow = Standing & { readonly version: number; readonly counterparty: string }

/**
 * Opens a flow, or opens it again after a suspension; one that is open stays as it is. Nothing comes back if it has ended.
 * `pushes`: there is work for ourselves.
 */
export async function openFlow(
  db: Queryable,
  flow: DataFlow,
  pushes: boolean,
  now: Date,
): Promise<OpenedFlow | undefined> {
  const { id, counterparty, agreementId, datasetId, format, source, destination } = flow
  const [opened] = await db.query<OpenedFlow>(
    `insert into data_flow as f (id, counterparty, agreement_id, dataset_id, format, source, destination, state, due, created_at, updated_at)
     values ($1, $2, $3, $4, $5, $6, $7, 'started', $8, $9, $9)
     on conflict (id) do update set state = 'started', source = excluded.source, destination = excluded.destination, reason = null,
       due = case f.state when 'started' then f.due else excluded.due end,
       attempts = case f.state when 'started' then f.attempts else 0 end,
       version = f.version + 1, updated_at = excluded.updated_at
     where f.state in ('started', 'suspended')
     returning ${standing}, version, counterparty`,
    [
      id,
      counterparty,
      agreementId,
      datasetId,
      format,
      json(source),
      destination === undefined ? null : json(destination),
      pushes ? now : null,
      now,
    ],
  )
  return opened
}

/** Suspends a flow that runs: all tokens given out so far are worthless from here on, also when it goes on. */
export async function suspendFlow(db: Queryable, id: string, reason: string, now: Date): Promise<void> {
  await db.query(
    `update data_flow set state = 'suspended', reason = $2, generation = generation + 1, due = null, version = version + 1, updated_at = $3
     where id = $1 and state = 'started'`,
    [id, reason, now],
  )
}

/**
 * Ends a flow that has not ended yet, and says whether it did. With `due` there is still something to do by ourselves: to tell of it.
 * With `generation` only if it was not suspended meanwhile.
 */
export async function endFlow(
  db: Queryable,
  id: string,
  end: { state: 'terminated' | 'completed'; reason: string | null; due?: Date; generation?: number },
  now: Date,
): Promise<boolean> {
  const rows = await db.query(
    `update data_flow set state = $2, reason = $3, due = $4, attempts = 0, version = version + 1, updated_at = $5
     where id = $1 and state in ('started', 'suspended') and generation = coalesce($6, generation)
     returning id`,
    [id, end.state, end.reason, end.due ?? null, now, end.generation ?? null],
  )
  return rows.length > 0
}

/** Deletes flows that have ended; what they have used, by their ids. */
export async function deleteFlows(
  db: Queryable,
  ids: readonly string[],
): Promise<ReadonlyMap<string, { readonly used: Omit<Usage, 'id'> }>> {
  const rows = await db.query<Usage & object>(
    `delete from data_flow where id = any($1) and state in ('terminated', 'completed') returning id, bytes, requests`,
    [ids],
  )
  return new Map(rows.map(({ id, ...used }) => [id, { used }]))
}

/** Tells all replicas, after the commit, that a flow has changed. */
export async function announce(db: Queryable, id: string): Promise<void> {
  await db.query('select pg_notify($1, $2)', [channel, id])
}

/** What has left towards the consumer since it was last written down. */
export interface Usage {
  readonly id: string
  readonly bytes: number
  readonly requests: number
}

/** Adds to what flows have used so far. Held in the order of their ids: replicas that count the same flows do not wait for each other in a circle. */
export async function addUsage(db: Queryable, usages: readonly Usage[], now: Date): Promise<void> {
  await db.query(
    `with held as (select id from data_flow where id = any($1) order by id for no key update)
     update data_flow f set bytes = f.bytes + u.bytes, requests = f.requests + u.requests, accessed_at = $4
     from held join unnest($1::text[], $2::bigint[], $3::bigint[]) as u (id, bytes, requests) using (id) where f.id = held.id`,
    [usages.map(({ id }) => id), usages.map(({ bytes }) => bytes), usages.map(({ requests }) => requests), now],
  )
}

/** Seals addresses that lie as they came, one batch; the last id looked at, undefined when there is nothing more. */
export function sealFlows(
  tx: Queryable,
  batch: SealingBatch,
  { sourceSeal, addressSeal }: { sourceSeal: Pick<SourceSeal, 'seal'>; addressSeal: Pick<AddressSeal, 'seal'> },
): Promise<string | undefined> {
  type Row = Pick<Flow, 'id' | 'datasetId' | 'source' | 'destination'>
  const isOpen = ({ destination }: Row): boolean => destination !== null && destination['@sealed'] === undefined
  return sealBatch<Row>(tx, batch, {
    table: 'data_flow',
    columns: 'id, dataset_id as "datasetId", source, destination',
    isPlain: row => isPlain(row.source) || isOpen(row),
    async keep(row) {
      const { id, datasetId, source, destination } = row
      const kept = isOpen(row) && destination ? addressSeal.seal(destination, id) : destination
      await tx.query('update data_flow set source = $2, destination = $3 where id = $1', [
        id,
        json(sourceSeal.seal(source, datasetId)),
        kept && json(kept),
      ])
    },
  })
}
