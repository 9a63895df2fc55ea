import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

/** Bytes that all streams of this process may move between two sweeps. */
const EVERY = 16 * 1_024 * 1_024

/** The engine's own collector of young objects. It can only be had by a flag, which holds for contexts made while it is set. */
const collectYoung = (() => {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as (kind: { type: 'minor' }) => void
  setFlagsFromString('--no-expose-gc')
  return () => collect({ type: 'minor' })
})()

let moved = 0

/**
 * Tells that bytes of a body have passed, and now and then has their buffers collected. For V8 a piece of 64 KiB is a small object that
 * holds memory elsewhere: its nursery takes long to fill with them, and before it does, the memory elsewhere (two buffers a piece) has grown
 * by the 64 MiB after which V8 marks the whole heap. Collecting the nursery every 16 MiB takes well under a millisecond, and the
 * whole heap is left alone.
 */
export function sweepAfter(bytes: number): void {
  moved += bytes
  if (moved < EVERY) return
  moved = 0
  collectYoung()
}
