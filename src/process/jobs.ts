import type { Database, Transaction } from '../db/types.ts'
import { forgetFuture, watchClock } from './clock.ts'
import {
  claimJobs,
  deleteJob,
  type Errand,
  endJob,
  insertJob,
  type Job,
  postponeJob,
  releaseJobs,
} from './job-store.ts'
import { growing, wishOf } from './pauses.ts'
import type { Replica } from './replica.ts'

/**
 * Does a kind of job. What it throws means "again, later", with growing pauses and for ever: how long something is tried is its own
 * decision, by `attempts` and `since`. A date means "done; do it again then", nothing means "done for good".
 */
export type Work = (job: Job) => Promise<Date | undefined>

/** What the jobs tell of. */
export interface JobEvents {
  /** A job failed, or (without one) finding them did; `again` ms until the next attempt. */
  jobFailed(failure: { job?: Job; error: unknown; again: number }): void
}

/** At work at a time: in all, and of one queue. */
const MOST = 50
const MOST_OF_A_QUEUE = 4
/** How often the database is asked for work of which nobody has told us, ms. */
const SAFETY_NET = 2_000

/** Durable work beside the processes: asked for in a transaction, done after its commit by one of the replicas. */
export type Jobs = ReturnType<typeof createJobs>

/** The jobs of one replica. Nothing is done before `start`. */
export function createJobs(given: {
  db: Database
  replica: Pick<Replica, 'number'>
  now: () => Date
  events: JobEvents
  /** ms until the next attempt after so many failures. */
  backoff?: (attempts: number) => number
}) {
  const { db, replica, now, events, backoff = growing } = given
  const works = new Map<string, Work>()
  const inHand = new Map<string, { job: Job; end: Promise<void> }>()
  const timers = new Set<NodeJS.Timeout>()
  let state: 'new' | 'started' | 'stopping' = 'new'
  let claiming: Promise<void> | undefined
  let claimAgain = false
  let safetyNet: NodeJS.Timeout | undefined
  const wasSetBack = watchClock(now)
  let looking: Promise<void> | undefined

  async function run(job: Job): Promise<void> {
    try {
      const again = await works.get(job.kind)?.(job)
      await endJob(db, job, again, now())
    } catch (error) {
      const pause = Math.max(backoff(job.attempts), wishOf(error))
      events.jobFailed({ job, error, again: pause })
      const sentence = error instanceof Error ? error.message : String(error)
      await postponeJob(db, job, new Date(now().getTime() + pause), sentence)
      claimIn(pause + 1)
    }
  }

  function take(job: Job): void {
    const name = nameOf(job)
    const end = run(job)
      // The row is still ours, and not in hand: it is found again.
      .catch(error => events.jobFailed({ job, error, again: SAFETY_NET }))
      .finally(() => {
        inHand.delete(name)
        claim()
      })
    inHand.set(name, { job, end })
  }

  function full(): string[] {
    const counts = new Map<string, number>()
    for (const { job } of inHand.values()) counts.set(job.queue, (counts.get(job.queue) ?? 0) + 1)
    return [...counts].filter(([, count]) => count >= MOST_OF_A_QUEUE).map(([queue]) => queue)
  }

  /** Asks for work after some ms; what is further away than the safety net, that will find. */
  function claimIn(ms: number): void {
    if (state !== 'started' || ms > SAFETY_NET) return
    const timer = setTimeout(() => {
      timers.delete(timer)
      claim()
    }, ms)
    timers.add(timer)
  }

  /** Takes on what is due and in nobody's hands. One at a time; asked meanwhile, it goes round once more. */
  function claim(): void {
    const limit = MOST - inHand.size
    if (state !== 'started' || works.size === 0 || limit <= 0) return
    if (claiming) {
      claimAgain = true
      return
    }
    claimAgain = false
    const query = { replica: replica.number, now: now(), limit, kinds: [...works.keys()], full: full() }
    claiming = claimJobs(db, { ...query, inHand: [...inHand.keys()], ofAQueue: MOST_OF_A_QUEUE })
      .then(jobs => {
        for (const job of jobs) take(job)
      })
      .catch(error => events.jobFailed({ error, again: SAFETY_NET }))
      .finally(() => {
        claiming = undefined
        if (claimAgain) claim()
      })
  }

  /** At a start nobody knows what the clock did meanwhile. */
  async function look(anew = false): Promise<void> {
    try {
      if (wasSetBack() || anew) await forgetFuture(db, 'job', now())
    } catch (error) {
      events.jobFailed({ error, again: SAFETY_NET })
    }
    claim()
  }

  async function idle(): Promise<void> {
    await looking
    while (claiming || inHand.size > 0) await Promise.all([claiming, ...[...inHand.values()].map(({ end }) => end)])
  }

  return {
    /** Says who does a kind of job; before `start`. */
    serve(kind: string, work: Work): void {
      works.set(kind, work)
    },

    /** Asks for something to be done once the transaction is committed, or later if it says when. */
    async ask(tx: Transaction, errand: Errand): Promise<void> {
      const at = now()
      const due = errand.due ?? at
      await insertJob(tx, { ...errand, due }, at)
      tx.afterCommit(() => claimIn(Math.max(0, due.getTime() - now().getTime())))
    },

    /** Takes back what has not begun. */
    withdraw: (tx: Transaction, kind: string, key: string): Promise<void> => deleteJob(tx, kind, key),

    /** Takes up work: what earlier or other replicas have left, then whatever comes. */
    start(): void {
      state = 'started'
      looking = look(true)
      safetyNet = setInterval(() => {
        looking = look()
      }, SAFETY_NET)
      safetyNet.unref()
    },

    /** Resolves when nothing is due and nothing is in hand. For tests and the lab. */
    async drained(): Promise<void> {
      do {
        await idle()
        await look()
        await claiming
      } while (claiming || inHand.size > 0)
    },

    /** Starts nothing new, waits for what is at work, leaves the rest to whoever comes next. */
    async stop(): Promise<void> {
      state = 'stopping'
      clearInterval(safetyNet)
      for (const timer of timers) clearTimeout(timer)
      await idle()
      await releaseJobs(db, replica.number)
    },
  }
}

const nameOf = ({ kind, key }: Job): string => `${kind} ${key}`
