/** When a key may do what. */
export interface Term {
  readonly activeAt: Date
  /** Null: until it is told otherwise. */
  readonly retiredAt: Date | null
  /** ms */
  readonly lifetime: number
}

/** `pending`: public, not signing yet; `active`: signs; `retired`: verifies still; `expired`: nothing it signed is valid any more. */
export type Standing = 'pending' | 'active' | 'retired' | 'expired'

/** What a key may do at a moment. */
export function standingOf(term: Term, at: Date): Standing {
  const end = resolvableUntil(term)
  if (end !== null && end <= at) return 'expired'
  if (term.retiredAt !== null && term.retiredAt <= at) return 'retired'
  return term.activeAt <= at ? 'active' : 'pending'
}

/** The end of the last thing that a key can have signed; null for one that still signs. */
export const resolvableUntil = ({ retiredAt, lifetime }: Term): Date | null =>
  retiredAt && new Date(retiredAt.getTime() + lifetime)

/** Whether others may have to verify something by it. A pending key is told about before it is used: peers remember what we say. */
export const isResolvable = (term: Term, at: Date): boolean => standingOf(term, at) !== 'expired'

/** The key to sign with: of those that may, the one that began last. */
export function currentOf<K extends Term>(keys: readonly K[], at: Date): K | undefined {
  const [newest] = keys
    .filter(key => standingOf(key, at) === 'active')
    .sort((one, other) => other.activeAt.getTime() - one.activeAt.getTime())
  return newest
}
