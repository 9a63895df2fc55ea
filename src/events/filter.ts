import type { Told } from './store.ts'
import type { EventType } from './types.ts'

/** Which events somebody wants; whatever is left out does not matter. */
export interface Wanted {
  readonly types?: ReadonlySet<EventType> | undefined
  /** The id of what an event is about. */
  readonly subject?: string | undefined
  /** A negotiation or transfer: also what concerns the agreement that a negotiation led to. */
  readonly process?: string | undefined
}

/** Whether somebody wants an event. */
export function isWanted({ types, subject, process }: Wanted, event: Told): boolean {
  if (types && !types.has(event.type)) return false
  if (subject !== undefined && event.subject !== subject) return false
  if (process === undefined || event.subject === process) return true
  const { negotiation } = event.data as { readonly negotiation?: string }
  return negotiation === process
}
