import type { Queryable } from '../db/index.ts'
import type { Flow } from './types.ts'

/** A flow for which there is something to do by ourselves: push its data, or tell how that ended. */
export interface DueFlow extends Flow {
  /** How often it was tried in vain. */
  readonly attempts: number
}

/** Ids of flows that are due, the longest waiting first. */
export async function findDue(db: Queryable, now: Date, limit: number): Promise<string[]> {
  const rows = await db.query<{ id: string }>('select id from data_flow where due <= $1 order by due limit $2', [
    now,
    limit,
  ])
  return rows.map(({ id }) => id)
}

/** The flow, if it is still due: asked again by whoever has it in hand, as another may just have been done with it. */
export async function findDueFlow(db: Queryable, id: string, now: Date): Promise<DueFlow | undefined> {
  const [flow] = await db.query<DueFlow>(
    `select id, state, reason, generation, counterparty, dataset_id as "datasetId", format, source, destination, attempts from data_flow
     where id = $1 and due <= $2`,
    [id, now],
  )
  return flow
}

/** To be tried again then, unless the flow was suspended or has ended meanwhile. */
export async function postpone(db: Queryable, { id, state, generation }: DueFlow, due: Date): Promise<void> {
  await db.query(
    'update data_flow set due = $4, attempts = attempts + 1 where id = $1 and state = $2 and generation = $3',
    [id, state, generation, due],
  )
}

/** There is nothing left to do. */
export async function settle(db: Queryable, id: string): Promise<void> {
  await db.query(`update data_flow set due = null where id = $1 and state in ('completed', 'terminated')`, [id])
}
