import type { Database } from '../db/types.ts'

/** What replicas say to each other about the outbox. */
type Said =
  /** There is work that is due and in nobody's hands. */
  | { readonly say: 'look' }
  /** Tell me when nothing of yours is at work in that lane of a process. */
  | {
      readonly say: 'settled?'
      readonly to: number
      readonly from: number
      readonly processId: string
      readonly lane: string
    }
  | { readonly say: 'settled'; readonly to: number; readonly processId: string; readonly lane: string }

const channel = 'outbox'

/** How the replicas of one database talk about the outbox; rarely, as a NOTIFY makes commits wait for each other. */
export type Talk = ReturnType<typeof createTalk>

/** `look` is called when there may be work, `settled` to wait for what is at work here. Nothing said is relied on: it may be lost. */
export function createTalk(given: {
  db: Database
  replica: number
  look: () => void
  settled: (processId: string, lane: string) => Promise<unknown>
}) {
  const { db, replica, look, settled } = given
  const waiting = new Set<{ readonly processId: string; readonly lane: string; readonly tell: () => void }>()
  let listening: Promise<() => Promise<void>> | undefined

  const say = async (said: Said): Promise<void> => {
    await db.query('select pg_notify($1, $2)', [channel, JSON.stringify(said)])
  }

  function hear(payload: string): void {
    // After a lost connection the payload is empty: something may have been missed.
    const said: Said = payload === '' ? { say: 'look' } : JSON.parse(payload)
    if (said.say === 'look') look()
    else if (said.to === replica) answer(said)
  }

  function answer(said: Exclude<Said, { say: 'look' }>): void {
    const { processId, lane } = said
    if (said.say === 'settled') {
      for (const one of waiting) if (one.processId === processId && one.lane === lane) one.tell()
    } else {
      const told = settled(processId, lane).then(() => say({ say: 'settled', to: said.from, processId, lane }))
      // Whoever asked has patience only for so long.
      told.catch(() => {})
    }
  }

  async function listen(): Promise<void> {
    listening ??= db.listen(channel, hear)
    try {
      await listening
    } catch (error) {
      listening = undefined
      throw error
    }
  }

  return {
    listen,

    /** Lets others look for work that this replica has left to them. */
    leave: (): Promise<void> => say({ say: 'look' }),

    /** Waits until nothing is at work in that lane of a process at another replica: true; or until `enough`, as that one may have died. */
    async settledAt(owner: number, processId: string, lane: string, enough: AbortSignal): Promise<boolean> {
      await listen()
      const { promise, resolve } = deferred()
      const one = { processId, lane, tell: () => resolve(true) }
      waiting.add(one)
      enough.addEventListener('abort', () => resolve(false), { once: true })
      try {
        await say({ say: 'settled?', to: owner, from: replica, processId, lane })
        return !enough.aborted && (await promise)
      } finally {
        waiting.delete(one)
      }
    },

    async close(): Promise<void> {
      const stop = await listening?.catch(() => undefined)
      await stop?.()
    },
  }
}

function deferred(): { promise: Promise<boolean>; resolve: (told: boolean) => void } {
  let resolve: (told: boolean) => void = () => {}
  const promise = new Promise<boolean>(done => {
    resolve = done
  })
  return { promise, resolve }
}
