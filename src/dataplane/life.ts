import { setTimeout as sleep } from 'node:timers/promises'
import type { Database } from '../db/index.ts'
import { unavailable } from '../errors.ts'
import type { Flows } from './flows.ts'
import type { HttpSources } from './http-source.ts'
import type { Meter } from './meter.ts'
import type { Pusher } from './pusher.ts'
import type { Running } from './running.ts'
import { channel } from './store.ts'
import type { DataPlaneEvents, Timing } from './types.ts'

/** What a data plane does by itself while it lives: it hears of changes, looks around every second, and ends in order. */
export function createLife(given: {
  db: Database
  flows: Flows
  running: Running
  meter: Meter
  sources: HttpSources
  pusher: Pusher
  timing: Timing
  events: DataPlaneEvents
}) {
  const { db, flows, running, meter, sources, pusher, timing, events } = given
  let unlisten: (() => Promise<void>) | undefined
  let ticking: NodeJS.Timeout | undefined
  let looking: Promise<unknown> | undefined
  let stopped: Promise<void> | undefined

  const guarded = (work: Promise<unknown>): Promise<unknown> =>
    work.catch(error => events.unexpected({ where: 'data', error }))

  /** A flow has changed; without an id any may have. */
  function changed(flowId?: string): void {
    if (flowId === undefined) flows.forgetAll()
    else flows.forget(flowId)
    void guarded(running.check(flowId))
    if (ticking !== undefined) void guarded(pusher.look())
  }

  /** The safety net, should news be lost; and time passes without news. A slow database is not asked again before it has answered. */
  function tick(): void {
    running.cutIdle()
    meter.note(running.all())
    looking ??= Promise.all([running.check(), meter.flush(), pusher.look()].map(guarded)).finally(() => {
      looking = undefined
    })
  }

  async function end(): Promise<void> {
    clearInterval(ticking)
    await unlisten?.()
    await looking
    await Promise.all([
      pusher.stop(timing.grace),
      Promise.race([running.ended(), sleep(timing.grace, undefined, { ref: false })]),
    ])
    running.cut(unavailable('The connector is stopping: ask again for the rest.'))
    await running.ended()
    await guarded(meter.flush())
    sources.close()
  }

  return {
    changed,
    stopping: () => stopped !== undefined,
    async start(): Promise<void> {
      unlisten = await db.listen(channel, id => changed(id === '' ? undefined : id))
      ticking = setInterval(tick, timing.tick)
      ticking.unref()
      tick()
    },
    stop(): Promise<void> {
      stopped ??= end()
      return stopped
    },
  }
}
