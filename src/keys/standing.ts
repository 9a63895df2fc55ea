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

/**
 * The key to sign with: of those that may, the one that began last. When none may, since the clock has been set back to before there was any, the
 * one that begins first: it is public already, and there is no other to wait for.
 */
export function currentOf<K extends Term>(keys: readonly K[], at: Date): K | undefined {
  const began = (one: K, other: K) => other.activeAt.getTime() - one.activeAt.getTime()
  const of = (standing: Standing) => keys.filter(key => standingOf(key, at) === standing).sort(began)
  return of('active')[0] ?? of('pending').at(-1)
}
