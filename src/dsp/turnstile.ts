import { tooMany } from '../errors.ts'

/** For each that is at work so many may wait. */
const WAITING = 8

/** When somebody whose requests fill the queue may try again, s. */
const AGAIN_AFTER = 1

/** Lets requests in, so many of each participant at once. */
export type Turnstile = ReturnType<typeof createTurnstile>

/**
 * Of each participant `atOnce` requests are at work, some more wait in the order they came, and the rest is refused: so who floods
 * us waits for itself, and the database is there for the others.
 */
export function createTurnstile(atOnce: number) {
  const lanes = new Map<string, { inside: number; waiting: (() => void)[] }>()

  return {
    /**
     * Resolves when it is the participant's turn, with what gives its place back; to be called once the answer is through.
     * Throws `too-many` if too many wait already.
     */
    async enter(participantId: string): Promise<() => void> {
      const lane = lanes.get(participantId) ?? { inside: 0, waiting: [] }
      lanes.set(participantId, lane)
      if (lane.inside < atOnce) lane.inside++
      else if (lane.waiting.length < atOnce * WAITING) await new Promise<void>(next => lane.waiting.push(next))
      else throw tooMany(`We have ${atOnce} requests of yours at work, and more wait: send fewer at once.`, AGAIN_AFTER)

      return () => {
        const next = lane.waiting.shift()
        // The place is handed on, so nobody can slip in between.
        if (next) next()
        else if (--lane.inside === 0) lanes.delete(participantId)
      }
    },
  }
}
