import { setTimeout as sleep } from 'node:timers/promises'
import { createHolds } from './holds.ts'
import { findDue } from './push-store.ts'
import { createPushWork, interrupted, type PushTools } from './push-work.ts'

/** Does what is to be done for flows without anybody asking. */
export type Pusher = ReturnType<typeof createPusher>

/** Pushes at the same time, in one replica. */
const most = 8

/**
 * Takes up what is due, as the database says: so a restart forgets nothing. Of all replicas one has a flow in hand, and another goes on
 * when that one dies; delivery then begins anew, so a receiver gets everything at least once.
 */
export function createPusher(tools: PushTools) {
  const { db, running, now, events } = tools
  const work = createPushWork(tools)
  const inHand = new Map<string, Promise<void>>()
  const holds = createHolds(db, cutAll)
  let stopping = false

  function cutAll(): void {
    for (const id of inHand.keys()) running.cut(interrupted(), id)
  }

  async function look(): Promise<void> {
    if (stopping || inHand.size >= most) return
    for (const id of await findDue(db, now(), most)) if (!stopping && inHand.size < most && !inHand.has(id)) take(id)
  }

  function take(id: string): void {
    const taken = handle(id)
      .catch(error => events.unexpected({ where: 'data', error, process: id }))
      .finally(() => inHand.delete(id))
    inHand.set(id, taken)
  }

  async function handle(id: string): Promise<void> {
    if (!(await holds.take(id))) return
    try {
      await work(id)
    } finally {
      await holds.letGo(id)
    }
  }

  return {
    /** Takes up what is due, unless there is enough in hand. */
    look,

    /** Takes nothing up any more, waits for what is in hand for so many ms, and leaves the rest to whoever comes next. */
    async stop(grace: number): Promise<void> {
      stopping = true
      const done = Promise.all(inHand.values())
      await Promise.race([done, sleep(grace, undefined, { ref: false })])
      cutAll()
      await done
      await holds.close()
    },
  }
}
