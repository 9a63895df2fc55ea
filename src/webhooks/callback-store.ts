import { json, type Queryable } from '../db/index.ts'
import type { EventType } from '../events/index.ts'
import type { Callback, Kind } from '../process/index.ts'
import { type Attempt, asParameters, notingAttempt } from './attempts.ts'

/** Something that a callback is to be told. */
export interface CallbackMessage {
  /** The order in which it is brought. */
  readonly entry: number
  /** The same at every attempt. */
  readonly id: string
  readonly processId: string
  readonly kind: Kind
  /** Which of the callbacks of its process. */
  readonly place: number
  /** What whoever asked for it calls the event. */
  readonly name: string
  /** What the house calls it, and says of it. */
  readonly type: EventType
  readonly data: object
  readonly at: Date
  readonly attempts: number
  readonly nextAttempt: Date | null
}

/** What is to be told, as it is written down. */
export type CallbackDraft = Pick<CallbackMessage, 'place' | 'name' | 'type' | 'data'>

/** How it stands with the callback of a process that has something to be told. */
export interface CallbackStanding {
  readonly processId: string
  readonly place: number
  /** How much there is to tell. */
  readonly pending: number
  /** Of the first of it. */
  readonly at: Date
  readonly attempts: number
  readonly lastError: string | null
  readonly nextAttempt: Date | null
}

/** Writes down what is to be told of a process. */
export async function insertMessages(
  tx: Queryable,
  processId: string,
  drafts: readonly CallbackDraft[],
  at: Date,
): Promise<void> {
  await tx.query(
    `insert into callback_message (process_id, at, place, name, type, data)
     select $1, $2, m.place, m.name, m.type, m.data
     from jsonb_to_recordset($3) as m (place int, name text, type text, data jsonb)`,
    [processId, at, json(drafts)],
  )
}

/** What is to be told next, and to whom. */
export async function findNext(
  db: Queryable,
  processId: string,
  place: number,
): Promise<(CallbackMessage & { readonly callback: Callback }) | undefined> {
  const [row] = await db.query<CallbackMessage & { callback: Callback }>(
    `select m.entry, m.id, m.process_id as "processId", p.kind, m.place, m.name, m.type, m.data, m.at, m.attempts,
       m.next_attempt as "nextAttempt", p.data -> 'callbacks' -> m.place as callback
     from callback_message m join process p on p.id = m.process_id
     where m.process_id = $1 and m.place = $2 order by m.entry limit 1`,
    [processId, place],
  )
  return row
}

/** It was told, or is given up. */
export async function deleteMessage(db: Queryable, entry: number, receiver: string, attempt: Attempt): Promise<void> {
  await db.query(`${notingAttempt(1)} delete from callback_message where entry = $1`, [
    entry,
    ...asParameters(receiver, attempt),
  ])
}

/** It could not be told, and is tried again then. */
export async function postponeMessage(db: Queryable, entry: number, receiver: string, attempt: Attempt): Promise<void> {
  const { error, nextAttempt } = attempt
  await db.query(
    `${notingAttempt(3)} update callback_message set attempts = attempts + 1, last_error = left($2, 1000), next_attempt = $3
     where entry = $1`,
    [entry, error, nextAttempt, ...asParameters(receiver, attempt)],
  )
}

/** What processes still have to tell. */
export function findStandings(db: Queryable, processIds: readonly string[]): Promise<CallbackStanding[]> {
  return db.query<CallbackStanding & object>(
    `select distinct on (process_id, place) process_id as "processId", place,
       (count(*) over (partition by process_id, place))::int as pending, at, attempts, last_error as "lastError",
       next_attempt as "nextAttempt"
     from callback_message where process_id = any($1) order by process_id, place, entry`,
    [processIds],
  )
}
