import { setTimeout as sleep } from 'node:timers/promises'
import { otherEnd } from '../failure.ts'
import type { Delivery, Moment } from '../get/shapes.ts'
import { type Api, ask } from '../management-api.ts'
import { harmless } from '../table.ts'
import type { Teller } from './screen.ts'

/** A negotiation or transfer while it goes on. */
interface Going {
  readonly id: string
  readonly state: string | null
  readonly error: string | null
  readonly waiting: { readonly whom: string } | null
  readonly sending: readonly string[]
  readonly delivery: Delivery | null
}

/** How long something is followed. */
export interface Patience {
  /** When to lose it, in ms from now. */
  readonly timeout: number
  /** Resolves when somebody has had enough. */
  readonly stopped: Promise<void>
  /** Pauses between two looks, ms: at first short, since most is done in a moment. */
  readonly pauses?: readonly number[]
}

const usualPauses = [20, 40, 80, 160, 320, 640, 1_000]

/**
 * Follows a process (`/negotiations/…`, `/transfers/…`) until it is in one of the states, and tells what happens to it. Throws `other-end` when it comes to
 * another end, when a person of ours has to decide, when it takes too long, or when somebody stops it: it goes on all the same.
 */
export async function follow<P extends Going>(
  api: Api,
  path: string,
  states: readonly string[],
  { teller, timeout, stopped, pauses = usualPauses }: Patience & { teller: Teller },
): Promise<P> {
  const kind = path.startsWith('/transfers') ? 'transfer' : 'negotiation'
  const deadline = performance.now() + timeout
  let over = false
  const stop = stopped.then(() => {
    over = true
  })
  let [told, trouble] = [0, '']
  try {
    for (let look = 0; ; look++) {
      // In this order: the history has all that has led to the state.
      const process = await ask<P>(api, path)
      const { items } = await ask<{ items: readonly Moment[] }>(api, `${path}/history`)
      const news = items.slice(told)
      if (news.length > 0) look = 0
      for (const moment of news) tell(teller, moment)
      told = items.length
      if (process.delivery?.lastError && process.delivery.lastError !== trouble) {
        trouble = process.delivery.lastError
        teller.line(harmless(`  not delivered yet: ${trouble}`))
      }
      if (states.includes(process.state ?? '')) return process
      const howOn = `See "kontor describe ${kind} ${process.id}".`
      if (['TERMINATED', 'COMPLETED'].includes(process.state ?? ''))
        throw otherEnd(`The ${kind} is ${process.state}${process.error ? `: ${process.error}` : '.'} ${howOn}`)
      if (process.waiting?.whom === 'person') throw otherEnd(`The ${kind} waits for a person of ours. ${howOn}`)
      if (over) throw otherEnd(`The ${kind} ${process.id} goes on without us. ${howOn}`)
      if (performance.now() > deadline)
        throw otherEnd(
          `The ${kind} takes longer than we wait, and goes on. ${trouble && `Last error: ${trouble} `}${howOn}`,
        )
      teller.wait(waitingFor(process))
      await Promise.race([sleep(pauses[Math.min(look, pauses.length - 1)] ?? 1_000), stop])
    }
  } finally {
    teller.end()
  }
}

const waitingFor = ({ state, sending, delivery }: Going): string =>
  sending.length > 0
    ? `sending ${sending.join(', ')}${delivery?.attempts ? `, tried ${delivery.attempts}×` : ''}`
    : `${state ?? 'INITIAL'}, waiting for the other side`

/** States as they are reached, and why a decision was taken: the rest of the history is for `describe`. */
function tell(teller: Teller, { at, state, event, actor, message, detail }: Moment): void {
  const time = at.slice(11, 19)
  const whose = event === 'acknowledged' ? 'our' : `${actor}:`
  if (state) teller.line(harmless(`  ${time}  ${state.padEnd(10)}  ${whose} ${message ?? ''}`))
  const reasons = typeof detail === 'object' && detail !== null && 'reasons' in detail ? [detail.reasons].flat() : []
  if (event === 'decided') for (const reason of reasons) teller.line(harmless(`            ${reason}`))
}
