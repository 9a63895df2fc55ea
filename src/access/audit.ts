import { randomUUID } from 'node:crypto'
import type { Database } from '../db/types.ts'
import {
  appendEntries,
  type Change,
  type ChangeQuery,
  deleteEntries,
  holdOldEntries,
  listChanges,
  readEnd,
  readEntries,
} from './audit-store.ts'
import { type AuditEntry, type AuditRecord, type ChainEnd, chain } from './chain.ts'

/** A request that changes something, or shows what is more than looking. */
type Request = Pick<AuditRecord, 'actor' | 'caller' | 'method' | 'route' | 'object'>

/** How a request ended. */
export type Outcome = Pick<AuditRecord, 'object' | 'status' | 'code'>

/** What was done by way of the management API, and by whom. */
export interface Audit {
  /** Writes down that it is about to be done; resolves when no crash can undo that without undoing what follows. */
  begin(request: Request): Promise<(outcome: Outcome) => void>
  /** Writes down that somebody wanted to do what its role does not allow. */
  refuse(request: Request): void
  list(query: ChangeQuery): Promise<Change[]>
  /** The chain itself, the oldest first, from behind that place, and where it ends. */
  entries(above: number, limit: number): Promise<{ readonly items: readonly AuditEntry[]; readonly end: ChainEnd }>
  /** Resolves when all that was told is written. */
  settled(): Promise<void>
}

interface Waiting {
  readonly record: AuditRecord & { readonly at: string }
  readonly written: () => void
  readonly failed: (error: unknown) => void
}

/** Entries in one statement. */
const AT_ONCE = 500

/** So long an ending waits for company, ms: nobody waits for it, and what was begun is in the way of nothing then. */
const MOMENT = 20

/**
 * A chain of entries in the database, to which several processes add. What comes while a statement is under way goes into the next one
 * together, so that many changes at once cost few statements. `failed` hears of endings that could not be written down.
 */
export function createAudit(given: { db: Database; now: () => Date; failed: (error: unknown) => void }): Audit {
  const { db, now, failed } = given
  const waiting: Waiting[] = []
  let end: ChainEnd | undefined
  let writing: Promise<void> | undefined
  let soon: NodeJS.Timeout | undefined

  async function write(batch: readonly Waiting[]): Promise<void> {
    const records = batch.map(({ record }) => record)
    for (;;) {
      const behind: ChainEnd = end ?? (await readEnd(db))
      const entries = chain(behind, records)
      if (await appendEntries(db, behind, entries)) {
        end = entries.at(-1)
        return
      }
      end = undefined
    }
  }

  async function writeAll(): Promise<void> {
    while (waiting.length > 0) {
      const batch = waiting.splice(0, AT_ONCE)
      await write(batch).then(
        () => {
          for (const { written } of batch) written()
        },
        error => {
          // Whether it was written after all is not known.
          end = undefined
          for (const { failed } of batch) failed(error)
        },
      )
    }
    writing = undefined
  }

  function start(): void {
    clearTimeout(soon)
    soon = undefined
    if (waiting.length > 0) writing ??= writeAll()
  }

  function append(record: AuditRecord): Promise<void> {
    return new Promise((written, failed) => {
      waiting.push({ record: { ...record, at: now().toISOString() }, written, failed })
      if (record.event === 'ended') soon ??= setTimeout(start, MOMENT)
      else start()
    })
  }

  async function settled(): Promise<void> {
    start()
    await writing
  }

  return {
    async begin(told) {
      const request = { ...told, request: randomUUID() }
      await append({ ...request, event: 'began', status: null, code: null })
      return outcome => void append({ ...request, event: 'ended', ...outcome }).catch(failed)
    },
    refuse(request) {
      append({ ...request, request: randomUUID(), event: 'refused', status: 403, code: 'forbidden' }).catch(failed)
    },
    async list(query) {
      await settled()
      return listChanges(db, query)
    },
    async entries(above, limit) {
      await settled()
      return { items: await readEntries(db, above, limit), end: await readEnd(db) }
    },
    settled,
  }
}

/** A line of an archive or export: an entry, and what it is. */
export type AuditLine = AuditEntry & { readonly kind: 'audit' }

/** Entries as lines of a file. */
export const toLine = (entry: AuditEntry): AuditLine => ({ kind: 'audit', ...entry })

/** Deletes the oldest entries if they are from before a time, at most so many, and files them away before. The answer is how many they were. */
export function deleteAudit(
  db: Database,
  given: {
    before: Date
    limit: number
    archive: ((what: string, lines: readonly object[], now: Date) => Promise<void>) | undefined
    now: Date
  },
): Promise<number> {
  const { before, limit, archive, now } = given
  return db.transaction(async tx => {
    const old = await holdOldEntries(tx, before, limit)
    const last = old.at(-1)
    if (last === undefined) return 0
    await archive?.('audit', old.map(toLine), now)
    await deleteEntries(tx, last.seq)
    return old.length
  })
}
