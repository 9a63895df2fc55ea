import { setTimeout as sleep } from 'node:timers/promises'
import { get } from '../api.ts'
import type { Participant } from '../participant.ts'
import type { Stage } from '../stage.ts'
import { duration } from './words.ts'

/** A negotiation or transfer, as the management API shows it. */
export interface Standing {
  readonly id: string
  readonly state: string | null
  /** The other side's id of it. */
  readonly peerPid: string | null
  readonly error: string | null
  readonly agreementId: string | null
}

/** Something that happened to it. */
interface Moment {
  readonly at: string
  readonly event: string
  readonly state: string | null
}

const PATIENCE = 30_000

/** Asks for a negotiation or transfer (`/v1/negotiations/…`) until it has reached one of the states. Throws if it does not. */
export async function reach<S extends Standing>(
  who: Participant,
  path: string,
  ...states: readonly string[]
): Promise<S> {
  const deadline = performance.now() + PATIENCE
  for (;;) {
    const standing = await get<S>(who, path)
    if (states.includes(standing.state ?? '')) return standing
    if (performance.now() > deadline || standing.state === 'TERMINATED')
      throw new Error(
        `${who.name} expected ${states.join(' or ')} at ${path}, but it is ${standing.state}${standing.error ? `: ${standing.error}` : ''}`,
      )
    await sleep(15)
  }
}

/** Tells state by state how it went, with the time since its beginning, and a sentence for each state; gives their number. */
export async function tellHistory(
  stage: Stage,
  who: Participant,
  path: string,
  sentences: Readonly<Record<string, string>>,
): Promise<number> {
  const { items } = await get<{ items: readonly Moment[] }>(who, `${path}/history`)
  const began = Date.parse(items[0]?.at ?? '')
  const states = items.flatMap(({ at, state }) => (state === null ? [] : [{ at, state }]))
  for (const { at, state } of states) {
    const style = state === 'TERMINATED' ? 'red' : 'green'
    stage.fact(state, sentences[state] ?? '', { right: duration(Date.parse(at) - began), style })
  }
  return states.length
}
