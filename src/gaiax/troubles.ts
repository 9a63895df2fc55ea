import type { Queryable, Transaction } from '../db/index.ts'
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

/** Writes down that something goes wrong, and tells it unless it went wrong in this way before. */
export async function beginTrouble(
  tx: Transaction,
  { about, task, state }: Place & { readonly state: State },
  { fact, now }: { readonly fact: Fact; readonly now: Date },
): Promise<void> {
  const changed = await tx.query(
    `insert into gaiax_trouble (about, task, state, since) values ($1, $2, $3, $4)
     on conflict (about, task) do update set state = excluded.state, since = excluded.since
     where gaiax_trouble.state <> excluded.state returning about`,
    [about, task, state, now],
  )
  if (changed.length > 0) await appendFacts(tx, [fact], now)
}

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

/** What an event tells of a task, where there is nothing to tell of a credential. */
export const untold = (task: Task): FactData<'gaia-x.failed'> => ({
  task,
  type: null,
  issuer: null,
  level: null,
  validUntil: null,
  reason: null,
})
