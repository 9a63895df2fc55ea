import type { Database, Queryable, Transaction } from '../db/index.ts'
import { appendFacts, type Fact, type FactData } from '../events/index.ts'

/**
 * What may go wrong: having something attested and labelled, having it hold, making it known, having it in a catalogue, describing a dataset, signing what we say
 * of ourselves.
 */
export type Task = FactData<'gaia-x.failed'>['task']

/** How it goes wrong. */
type State = 'failed' | 'refused' | 'expired' | 'revoked'

/** Something that goes wrong: the URL of a credential or the id of a dataset, and what is to be done about it. */
export interface Place {
  readonly about: string
  readonly task: Task
}

/** Something that is not in order now. */
export interface Trouble extends Place {
  readonly state: State
  readonly reason: string | null
  readonly since: Date
  /** When it was tried last. */
  readonly at: Date
}

/** Writes down that something goes wrong, and tells it unless it went wrong in this way before. */
export async function beginTrouble(
  tx: Transaction,
  {
    about,
    task,
    state,
    reason = null,
  }: Pick<Trouble, 'about' | 'task' | 'state'> & { readonly reason?: string | null },
  { fact, now }: { readonly fact: Fact; readonly now: Date },
): Promise<void> {
  const changed = await tx.query(
    `with former as (select state from gaiax_trouble where about = $1 and task = $2),
       written as (
         insert into gaiax_trouble as t (about, task, state, reason, since, at) values ($1, $2, $3, $4, $5, $5)
         on conflict (about, task) do update set state = excluded.state, reason = excluded.reason, at = excluded.at,
           since = case when t.state = excluded.state then t.since else excluded.since end
         returning state)
     select written.state from written where not exists (select 1 from former where former.state = written.state)`,
    [about, task, state, reason, now],
  )
  if (changed.length > 0) await appendFacts(tx, [fact], now)
}

/** What is not in order, the oldest first. */
export const listTroubles = (db: Queryable): Promise<readonly Trouble[]> =>
  db.query<Trouble & object>(
    `select about, task, state, reason, since, coalesce(at, since) as at from gaiax_trouble order by since, about, task limit 100`,
  )

/** It is in order again; whether it was not. */
export async function endTrouble(db: Queryable, { about, task }: Place): Promise<boolean> {
  const ended = await db.query('delete from gaiax_trouble where about = $1 and task = $2 returning about', [
    about,
    task,
  ])
  return ended.length > 0
}

/** It is in order again, which is told if it was not. */
export async function mendTrouble(
  tx: Transaction,
  place: Place,
  { fact, now }: { readonly fact: Fact; readonly now: Date },
): Promise<void> {
  if (await endTrouble(tx, place)) await appendFacts(tx, [fact], now)
}

/** Writes down and tells that something does not succeed, or was refused, in a transaction of its own. */
export const reportTrouble = (
  db: Database,
  { about, task }: Place,
  { state, reason }: { readonly state: 'failed' | 'refused'; readonly reason: string },
  now: Date,
): Promise<void> => {
  const fact = { type: `gaia-x.${state}` as const, subject: about, data: { ...untold(task), reason } }
  return db.transaction(tx => beginTrouble(tx, { about, task, state, reason }, { fact, now }))
}

/** The same of its being in order again. */
export const reportMended = (db: Database, place: Place, now: Date): Promise<void> => {
  const fact = { type: 'gaia-x.mended', subject: place.about, data: untold(place.task) } as const
  return db.transaction(tx => mendTrouble(tx, place, { fact, now }))
}

/** What an event tells of a task, where there is nothing to tell of a credential. */
export const untold = (task: Task): FactData<'gaia-x.failed'> => ({
  task,
  type: null,
  issuer: null,
  level: null,
  validUntil: null,
  reason: null,
})
