import type { Database, Queryable } from '../db/index.ts'
import { createGrounds, type Grounds } from './grounds.ts'
import { mayGoOn, review } from './review.ts'
import {
  addBytes,
  beginUse,
  endUse,
  factsForReview,
  factsOf,
  findUsage,
  isInUse,
  lockUsage,
  type UseFacts,
  undoUse,
} from './usage.ts'

/** Says whether data of a flow may be had now: true, or the reason why not, as the consumer may be told it. */
export type MayAccess = (flowId: string) => Promise<true | string>

/** An access that was let in. */
export interface Booking {
  /** Where the policy limits bytes: asks for so many more before they leave. */
  readonly take?: (bytes: number) => Promise<true | string>
  /** It is over. One of which nothing was `had` does not count. */
  readonly end: (had: boolean) => Promise<void>
}

/** Lets one access in and counts it, or says why not. */
export type Book = (flowId: string) => Promise<Booking | string>

/** Where the control plane lets data pass (provider side). */
export interface Gate {
  /** Whether what has begun may go on, and what has not could begin. */
  readonly mayAccess: MayAccess
  readonly book: Book
}

const uncounted: Booking = { end: async () => {} }
const unknown = 'There is no agreement for this transfer.'

/**
 * Judges the agreement's policy anew at every access, since time passes. Where the policy asks for nothing that is counted, the answer
 * is computed from memory; the first one for a flow asks the database. Where it does, the counter is a row of the
 * database: accesses are let in one after the other while they hold it, so that of any number that come at once, in
 * any number of replicas, none is let in too many. `exhausted` is told of agreements under which nothing more can begin.
 */
export function createGate(given: {
  db: Database
  now: () => Date
  exhausted: (agreementId: string) => Promise<void>
}): Gate {
  const { db, now, exhausted } = given
  const groundsOf = createGrounds(db)

  function judge({ agreement, participant, format, standing }: Grounds, use?: UseFacts): true | string {
    const [user, state] = [
      { participant, format },
      { now: now(), ...standing, ...use },
    ]
    if (mayGoOn(agreement, user, state)) return true
    const found = review(agreement, user, state)
    return found.kind === 'goes-on' || found.reason
  }

  const counted = <T>({ agreement: { id } }: Grounds, work: (tx: Queryable, id: string) => Promise<T>): Promise<T> =>
    db.transaction(tx => work(tx, id))

  /** Nothing more can begin, and nothing is going on: whoever still holds the transfer should know. */
  async function tellIfExhausted(grounds: Grounds): Promise<void> {
    const { id } = grounds.agreement
    const usage = await findUsage(db, id)
    if (!isInUse(usage) && judge(grounds, factsForReview(usage, grounds.limits)) !== true) await exhausted(id)
  }

  const take = (grounds: Grounds) => (bytes: number) =>
    counted(grounds, async (tx, id) => {
      const may = judge(grounds, { ...grounds.latest, bytes: (await lockUsage(tx, id)).bytes + bytes })
      if (may === true) await addBytes(tx, id, bytes)
      return may
    })

  async function bookCounted(grounds: Grounds): Promise<Booking | string> {
    const began = now()
    const booked = await counted(grounds, async (tx, id) => {
      const before = await lockUsage(tx, id)
      const facts = factsOf(before, grounds.limits.volume ? 1 : 0)
      const may = judge(grounds, facts)
      if (may === true) await beginUse(tx, id, began)
      return { may, before, facts }
    })
    if (booked.may !== true) {
      await tellIfExhausted(grounds)
      return booked.may
    }
    grounds.latest = booked.facts
    grounds.open++
    return {
      ...(grounds.limits.volume && { take: take(grounds) }),
      async end(had) {
        grounds.open--
        const { id } = grounds.agreement
        if (had) await endUse(db, id)
        else await undoUse(db, id, began, booked.before)
        await tellIfExhausted(grounds)
      },
    }
  }

  return {
    async mayAccess(flowId) {
      const grounds = await groundsOf(flowId)
      if (!grounds) return unknown
      if (!grounds.limits.any) return judge(grounds)
      const use = grounds.open > 0 ? grounds.latest : undefined
      return judge(grounds, use ?? factsForReview(await findUsage(db, grounds.agreement.id), grounds.limits))
    },

    async book(flowId) {
      const grounds = await groundsOf(flowId)
      if (!grounds) return unknown
      if (grounds.limits.any) return bookCounted(grounds)
      const may = judge(grounds)
      return may === true ? uncounted : may
    },
  }
}
