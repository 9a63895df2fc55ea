import { answerTo, type Reason, Rejection } from './rejection.ts'

/** Hears why somebody was turned down: the whole reason, which the one outside is not told. */
export type OnRejected = (rejected: { door: string; reason: Reason; detail: string }) => void

/** Runs what may reject a peer; a rejection is told to us in full, and thrown on as the error that the peer may see. */
export type Door = <T>(work: () => Promise<T>) => Promise<T>

/** Details name what a stranger sent, such as an issuer: a longer one fills the log; characters. */
const longest = 1_000

/** A door has a name in the log, such as `dsp` or `credential-service`. */
export function createDoor(door: string, onRejected: OnRejected): Door {
  return async work => {
    try {
      return await work()
    } catch (error) {
      if (!(error instanceof Rejection)) throw error
      onRejected({ door, reason: error.code, detail: error.message.slice(0, longest) })
      throw answerTo(error)
    }
  }
}
