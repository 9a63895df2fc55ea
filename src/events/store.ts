import { type Database, json, type Queryable, type Transaction } from '../db/index.ts'
import type { Fact } from './facts.ts'
import type { EventType } from './types.ts'

/** Something that has happened, in its place. */
export interface Told {
  readonly id: string
  readonly position: number
  readonly at: Date
  readonly type: EventType
  readonly subject: string
  readonly data: object
}

/** Writes down what happens, in the transaction in which it happens. */
export type Append = (tx: Transaction, facts: readonly Fact[], at: Date) => Promise<void>

/** The statement that writes facts, for whoever writes them together with something else: where the rows stand, as `factsAsRows` gives them. */
export const insertFacts = (rows: string): string =>
  `insert into event (at, type, subject, data) select f.at, f.type, f.subject, f.data
   from jsonb_to_recordset(${rows}) as f (at timestamptz, type text, subject text, data jsonb)`

/** Facts as the parameter of that statement. */
export const factsAsRows = (facts: readonly Fact[], at: Date): string => json(facts.map(fact => ({ ...fact, at })))

/** Writes facts by themselves. */
export const appendFacts: Append = async (tx, facts, at) => {
  if (facts.length > 0) await tx.query(insertFacts('$1'), [factsAsRows(facts, at)])
}

/** The channel on which it is told that places were given, and that somebody listens. */
export const channel = 'event'

/**
 * Gives places to what has been committed and has none: at most so many, in the order of writing, which for one subject is that in which it
 * happened. The answer is how many. Whoever does it waits for whoever does it at the same time, and sees what that one has left.
 */
export function givePlaces(db: Database, limit: number): Promise<number> {
  return db.transaction(async tx => {
    await tx.query('select last from event_tail for update')
    const [given] = await tx.query<{ count: number }>(
      `with fresh as (
         select row, row_number() over (order by entry) as place
         from (select ctid as row, entry from event where position is null order by entry limit $1) as f
       ), placed as (
         update event e set position = last + place from fresh, event_tail where e.ctid = fresh.row returning e.entry
       ), counted as (select count(*)::int as count from placed), moved as (
         update event_tail set last = last + count from counted where count > 0 returning last
       )
       select count, pg_notify('${channel}', (select last::text from moved)) from counted where count > 0`,
      [limit],
    )
    return given?.count ?? 0
  })
}

/** Whether there is something without a place. */
export async function hasFresh(db: Queryable): Promise<boolean> {
  return (await db.query('select from event where position is null limit 1')).length > 0
}

/** The last place given, and the first that is still kept: behind the last where nothing is. */
export async function bounds(db: Queryable): Promise<{ readonly first: number; readonly last: number }> {
  const [row] = await db.query<{ first: number; last: number }>(
    'select last, coalesce((select min(position) from event where position is not null), last + 1) as first from event_tail',
  )
  return row ?? { first: 1, last: 0 }
}

/** What stands behind a place, in order. */
export function readBehind(db: Queryable, after: number, limit: number): Promise<Told[]> {
  return db.query<Told & object>(
    'select id, position, at, type, subject, data from event where position > $1 order by position limit $2',
    [after, limit],
  )
}

/** Deletes what is older than that: of those with a place and of those without at most so many, the oldest first. The answer is how many. */
export async function deleteEvents(db: Queryable, before: Date, limit: number): Promise<number> {
  const oldest = (order: string, condition: string) =>
    `select row from (select ctid as row, at from event where ${condition} order by ${order} limit $2) as o where at < $1`
  const deleted = await db.query(
    `delete from event where ctid = any(array(
       ${oldest('position', 'position is not null')} union all ${oldest('entry', 'position is null')})) returning entry`,
    [before, limit],
  )
  return deleted.length
}
