import { createHash } from 'node:crypto'

/** What happened to a process, as told to the journal. */
export interface Happening {
  /** A participant id, `operator`, `connector`, or a decider's name. */
  readonly actor: string
  readonly event: 'received' | 'sent' | 'acknowledged' | 'decided' | 'commanded' | 'refused' | 'gave-up'
  readonly message?: string
  readonly state?: string
  /** SHA-256 of the message, hex. */
  readonly digest?: string
  readonly detail?: unknown
}

/** A happening in its place in the chain. */
export interface Entry extends Happening {
  readonly seq: number
  readonly at: string
  /** SHA-256 over the previous entry's hash and this entry, hex: one changed entry breaks all that follow. */
  readonly hash: string
}

/** Where a chain ends. */
export interface ChainEnd {
  readonly journalSeq: number
  readonly journalHash: string
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')

/** The hash that an entry must have behind the given one. Fields in fixed order, so that it can be computed again from the row. */
export function hashOf(before: string, entry: Omit<Entry, 'hash'>): string {
  const { seq, at, actor, event, message, state, digest, detail } = entry
  return sha256(
    JSON.stringify([before, seq, at, actor, event, message ?? null, state ?? null, digest ?? null, canonical(detail)]),
  )
}

/** Appends happenings to a chain. */
export function chain(end: ChainEnd, happenings: readonly Happening[], at: Date): Entry[] {
  let { journalSeq: seq, journalHash: hash } = end
  return happenings.map(happening => {
    const entry = { ...happening, seq: ++seq, at: at.toISOString() }
    hash = hashOf(hash, entry)
    return { ...entry, hash }
  })
}

/** The number of the first entry that does not continue the chain, one behind the last if the end is missing; undefined if all is as it was written. */
export function brokenAt(entries: readonly Entry[], { journalSeq, journalHash }: ChainEnd): number | undefined {
  let [seq, hash] = [0, '']
  for (const entry of entries) {
    seq++
    if (entry.seq !== seq || hashOf(hash, entry) !== entry.hash) return seq
    hash = entry.hash
  }
  return seq === journalSeq && hash === journalHash ? undefined : seq + 1
}

/**
 * SHA-256, hex, of a value as JSON with sorted keys and no spaces (RFC 8785 for what occurs here). Messages are remembered by it: whoever repeats
 * one after a failure or a restart may have it from a database that keeps no order, as we do.
 */
export const digestOf = (value: unknown): string => sha256(JSON.stringify(canonical(value)))

/** JSON with sorted keys: jsonb does not keep their order, the hash must not depend on it. */
function canonical(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(canonical)
  if (typeof value !== 'object' || value === null) return value ?? null
  const sorted = Object.entries(value).filter(([, v]) => v !== undefined)
  sorted.sort(([a], [b]) => (a < b ? -1 : 1))
  return Object.fromEntries(sorted.map(([key, v]) => [key, canonical(v)]))
}
