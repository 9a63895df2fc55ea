import type { Database } from './db/index.ts'
import {
  countByState,
  type DeliveryEvents,
  type JobEvents,
  measureOutbox,
  type OutboxEvents,
  type ProcessEvents,
} from './process/index.ts'
import type { Events, Metrics } from './telemetry/index.ts'

/** What the process room tells of, as events; `told` hears when there is more for those who follow what happens. */
export function processEvents(events: Events, told?: () => void): ProcessEvents & DeliveryEvents & OutboxEvents {
  return {
    ...(told && { told }),
    stateChanged: ({ kind, ...change }) => events.stateChanged({ ...change, kind }),
    decided: decision => events.decided(decision),
    messageSent: sent => events.messageSent(sent),
    gaveUp: end => events.gaveUp(end),
    failed({ errand, error, again }) {
      if (!errand) return events.unexpected({ where: 'outbox', error })
      const { kind, lane, processId: process, counterparty, attempt } = errand
      events.workFailed({ kind, lane, process, counterparty, attempt: attempt + 1, again, error })
    },
  }
}

/** What the jobs tell of, as events. */
export const jobEvents = (events: Events): JobEvents => ({
  jobFailed({ job, error, again }) {
    if (!job) return events.unexpected({ where: 'jobs', error })
    const { kind, key, queue, attempts } = job
    events.jobFailed({ kind, key, queue, attempt: attempts + 1, again, error })
  },
})

/** Lets the metrics ask the database how things stand. */
export function measure(metrics: Metrics, db: Database): void {
  const samples = async (kind: 'negotiation' | 'transfer') =>
    (await countByState(db, kind)).map(({ role, state, count }) => ({ labels: { role, state }, value: count }))
  metrics.collect('kontor_negotiations', () => samples('negotiation'))
  metrics.collect('kontor_transfers', () => samples('transfer'))
  metrics.collect('kontor_outbox_depth', async () => [{ labels: {}, value: (await measureOutbox(db)).depth }])
  metrics.collect('kontor_outbox_oldest_seconds', async () => [{ labels: {}, value: (await measureOutbox(db)).oldest }])
}
