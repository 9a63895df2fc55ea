import type { Database, Queryable } from '../db/types.ts'
import { conflict, notFound } from '../errors.ts'
import type { Archive } from './archive.ts'
import type { Entry } from './journal.ts'
import { asProcess, columns, entryColumns, type Kind, lockProcess, type ProcessRow } from './store.ts'
import type { Process } from './types.ts'

/** Deletes what else there is of some processes, and gives what of it belongs into the archive, by id of the process. */
export type Forget = (tx: Queryable, ids: readonly string[]) => Promise<ReadonlyMap<string, object>>

/** A line of the archive: a process that has ended, with everything that happened to it. */
export interface Filed {
  readonly kind: Kind
  readonly process: Process
  readonly journal: readonly Entry[]
}

/**
 * Deletes processes of a kind that ended before a time, with their journal, and files them away before; at most so many, the oldest
 * first. The answer is how many they were. What still has work to do stays, and so does the negotiation under whose agreement data flows.
 */
export async function deleteEnded(
  db: Database,
  given: { kind: Kind; before: Date; limit: number; archive: Archive | undefined; forget: Forget; now: Date },
): Promise<number> {
  const { kind, before, limit, archive, forget, now } = given
  return db.transaction(async tx => {
    const processes = await holdEnded(tx, kind, before, limit)
    const ids = processes.map(({ id }) => id)
    if (ids.length === 0) return 0
    const [journals, more] = [await journalsOf(tx, ids), await forget(tx, ids)]
    const filed = processes.map((process): Filed => {
      const journal = journals.get(process.id) ?? []
      return { kind, process, journal, ...more.get(process.id) }
    })
    await archive?.(`${kind}s`, filed, now)
    await tx.query('delete from process where id = any($1)', [ids])
    return ids.length
  })
}

/**
 * Deletes one process with its journal because an operator wants it gone. `check` throws what speaks against it. Throws
 * `not-found`, and `conflict` for one that still has something to tell its counterparty.
 */
export async function deleteProcess<P extends Process>(
  db: Database,
  kind: Kind,
  id: string,
  check: (process: P) => void,
): Promise<void> {
  await db.transaction(async tx => {
    const process = await lockProcess<P>(tx, kind, id)
    if (!process) throw notFound(kind, id)
    check(process)
    const deleted = await tx.query(
      'delete from process p where id = $1 and not exists (select from outbox o where o.process_id = p.id) returning id',
      [id],
    )
    if (deleted.length === 0) throw conflict(`There is work left to do for this ${kind}: try again when it is done.`)
  })
}

async function holdEnded(tx: Queryable, kind: Kind, before: Date, limit: number): Promise<Process[]> {
  const rows = await tx.query<ProcessRow>(
    `select ${columns} from process p where kind = $1 and outcome is not null and ended_at < $2
       and not exists (select from outbox o where o.process_id = p.id)
       and not exists (select from process t where t.kind = 'transfer' and p.kind = 'negotiation'
         and t.agreement_id = p.data -> 'agreement' ->> '@id' and t.outcome is null)
     order by ended_at limit $3 for update skip locked`,
    [kind, before, limit],
  )
  return rows.flatMap(row => asProcess(row) ?? [])
}

async function journalsOf(tx: Queryable, ids: readonly string[]): Promise<ReadonlyMap<string, Entry[]>> {
  const rows = await tx.query<Entry & { process_id: string }>(
    `select process_id, ${entryColumns} from journal where process_id = any($1) order by process_id, seq`,
    [ids],
  )
  const journals = new Map<string, Entry[]>()
  for (const { process_id: id, ...entry } of rows) journals.set(id, [...(journals.get(id) ?? []), entry])
  return journals
}
