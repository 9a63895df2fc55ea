import { createHash } from 'node:crypto'

/** What is told of a request. `began` stands there before anything is done, `ended` when it is, `refused` for lack of a role. */
export interface AuditRecord {
  /** The same in all that is told of one request. */
  readonly request: string
  readonly event: 'began' | 'ended' | 'refused'
  readonly actor: string
  readonly caller: string
  readonly method: string
  readonly route: string
  readonly object: string | null
  readonly status: number | null
  readonly code: string | null
}

/** A record in its place in the chain. */
export interface AuditEntry extends AuditRecord {
  readonly seq: number
  readonly at: string
  /** The hash of the entry before; empty at the very first. */
  readonly before: string
  /** SHA-256 over all of this, hex: one changed entry breaks all that follow. */
  readonly hash: string
}

/** Where a chain ends. */
export interface ChainEnd {
  readonly seq: number
  readonly hash: string
}

/** The hash that an entry must have. Fields in fixed order, so that it can be computed again from the row. */
function hashOf({
  before,
  seq,
  at,
  request,
  event,
  actor,
  caller,
  method,
  route,
  object,
  status,
  code,
}: Omit<AuditEntry, 'hash'>): string {
  const all = [before, seq, at, request, event, actor, caller, method, route, object, status, code]
  return createHash('sha256').update(JSON.stringify(all)).digest('hex')
}

/** Appends records to a chain. */
export function chain(end: ChainEnd, records: readonly (AuditRecord & { readonly at: string })[]): AuditEntry[] {
  let { seq, hash } = end
  return records.map(record => {
    const entry = { ...record, seq: ++seq, before: hash }
    hash = hashOf(entry)
    return { ...entry, hash }
  })
}

/** Whether an entry is as it was written, and follows the one in front of it; the first of an excerpt follows nothing. */
export const isWhole = (entry: AuditEntry, previous: ChainEnd | undefined): boolean =>
  hashOf(entry) === entry.hash &&
  (previous === undefined
    ? entry.seq !== 1 || entry.before === ''
    : entry.seq === previous.seq + 1 && entry.before === previous.hash)
