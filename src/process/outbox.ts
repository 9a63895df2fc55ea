import type { Database } from '../db/types.ts'
import { claimDue, finish, postpone, release } from './outbox-store.ts'
import type { Replica } from './replica.ts'
import type { Kind, Woken } from './store.ts'
import type { Process } from './types.ts'

/** Work in a lane of a process, in hand. */
export interface Task {
  readonly kind: Kind
  readonly process: Process
  readonly lane: string
  readonly payload: unknown
  /** How often it was tried before. */
  readonly attempt: number
  /** When it was asked for. */
  readonly since: Date
  readonly wakes: number
}

/** Does the work of a lane. Whatever it throws means "again, later"; `NotYet` means "again, at once". */
export type Lane = (task: Task) => Promise<void>

/** The counterparty does not expect this message yet: it has not stored its own last step. Worth a few quick repetitions. */
export class NotYet extends Error {}

/** Waits between the quick repetitions, ms: 3 s in all. After them a refusal is believed. */
const QUICK = [10, 20, 50, 100, 200, 400, 800, 1_420] as const

/** What the outbox tells of. */
export interface OutboxEvents {
  /** Work failed, or (without a task) finding it did; `again` ms until the next attempt. */
  failed(failure: { task?: Task; error: unknown; again: number }): void
}

/** Work of one counterparty at a time, so that a dead one delays nobody else. */
const PER_COUNTERPARTY = 24
/** Work held in memory for one counterparty; more stays in the database until it is due. */
const HELD = 500
const CLAIM = 200
const SAFETY_NET = 2_000
const LONGEST = 300_000

/** Delay before the next attempt, ms: doubling from a quarter of a second, with jitter so that a peer that comes back is not met by all at once. */
const growing = (attempt: number): number =>
  Math.min(LONGEST, 250 * 2 ** Math.min(attempt, 20)) * (0.5 + Math.random() / 2)

/** Does the work that transactions have left behind, as soon as they are committed. */
export type Outbox = ReturnType<typeof createOutbox>

export function createOutbox(given: {
  db: Database
  replica: Replica
  now: () => Date
  events: OutboxEvents
  /** ms until the next attempt after so many; tests are less patient. */
  backoff?: (attempt: number) => number
  /** Waits between quick repetitions, ms. */
  quick?: readonly number[]
}) {
  const { db, replica, now, events, backoff = growing, quick = QUICK } = given
  const lanes = new Map<string, Lane>()
  const running = new Map<string, { done: Promise<void>; next: Task | undefined }>()
  const queues = new Map<string, { active: number; waiting: Task[] }>()
  const timers = new Set<NodeJS.Timeout>()
  const idle: (() => void)[] = []
  let stopping = false
  let started = false
  let claiming: Promise<void> | undefined
  let claimAgain = false
  let safetyNet: NodeJS.Timeout | undefined

  const keyOf = (task: { process: { id: string }; lane: string }) => `${task.lane} ${task.process.id}`

  function later(ms: number, work: () => void): void {
    if (stopping) return
    const timer = setTimeout(() => {
      timers.delete(timer)
      work()
    }, ms)
    timers.add(timer)
  }

  /** Takes a task on: behind the one that is running for its process, else behind others of its counterparty. */
  function accept(task: Task): void {
    if (stopping) return
    const current = running.get(keyOf(task))
    if (current) {
      current.next = task
      return
    }
    const { counterparty } = task.process
    const queue = queues.get(counterparty) ?? { active: 0, waiting: [] }
    queues.set(counterparty, queue)
    if (queue.active >= PER_COUNTERPARTY) queue.waiting.push(task)
    else start(task, queue)
  }

  function start(task: Task, queue: { active: number; waiting: Task[] }): void {
    const key = keyOf(task)
    queue.active++
    const entry: { done: Promise<void>; next: Task | undefined } = { done: Promise.resolve(), next: undefined }
    running.set(key, entry)
    entry.done = run(task).finally(() => {
      running.delete(key)
      queue.active--
      if (entry.next) accept(entry.next)
      const waiting = queue.waiting.shift()
      if (waiting) accept(waiting)
      else if (queue.active === 0) queues.delete(task.process.counterparty)
      if (running.size === 0) for (const tell of idle.splice(0)) tell()
    })
  }

  async function run(task: Task): Promise<void> {
    try {
      const lane = lanes.get(`${task.kind} ${task.lane}`)
      if (!lane) throw new Error(`nobody does the work of lane ${task.lane}`)
      await lane(task)
      if (task.lane !== 'send') await finish(db, task.process.id, task.lane, task.wakes)
    } catch (error) {
      await again(task, error).catch(cause => events.failed({ task, error: cause, again: SAFETY_NET }))
    }
  }

  /** Soon from memory, or later from the database: a crash loses nothing, a long wait costs nothing. Newer work comes instead. */
  async function again(task: Task, error: unknown): Promise<void> {
    if (running.get(keyOf(task))?.next) return
    const soon = error instanceof NotYet ? quick[task.attempt] : undefined
    const delay = soon ?? backoff(task.attempt)
    events.failed({ task, error, again: delay })
    const next = { ...task, attempt: task.attempt + 1 }
    if (soon !== undefined && !stopping) return later(delay, () => accept(next))
    const message = error instanceof Error ? error.message : String(error)
    await postpone(db, task.process.id, task.lane, task.wakes, new Date(now().getTime() + delay), message)
    later(delay + 1, claim)
  }

  /** Takes on what is due and in nobody's hands. One at a time; asked meanwhile, it goes round once more. */
  function claim(): void {
    if (stopping || !started) return
    if (claiming) {
      claimAgain = true
      return
    }
    claimAgain = false
    claiming = claimDue(db, replica.number, now(), CLAIM)
      .then(rows => {
        for (const row of rows) accept(row)
        if (rows.length === CLAIM) claimAgain = true
      })
      .catch(error => events.failed({ error, again: SAFETY_NET }))
      .finally(() => {
        claiming = undefined
        if (claimAgain) claim()
      })
  }

  return {
    /** So many repetitions are quick. */
    repetitions: quick.length,

    /** Says who does the work of a lane for a kind of process. */
    serve(kind: Kind, lane: string, work: Lane): void {
      lanes.set(`${kind} ${lane}`, work)
    },

    /** The replica that takes on work for a counterparty at once: this one, unless it has plenty for it already. */
    ownerFor(counterparty: string): number | null {
      if (!started || stopping) return null
      return (queues.get(counterparty)?.waiting.length ?? 0) < HELD ? replica.number : null
    },

    /** A transaction has left work behind. */
    woken(kind: Kind, process: Process, work: Woken): void {
      const { lane, wakes, due } = work
      if (work.owner === replica.number) {
        accept({ kind, process, lane, payload: null, attempt: 0, since: process.updatedAt, wakes })
      } else if (work.owner === null) {
        later(Math.max(0, due.getTime() - now().getTime()), claim)
      }
    },

    /** Waits until nothing is in hand in that lane of a process, for `patience` ms at most. */
    async settled(processId: string, lane: string, patience: number): Promise<void> {
      let timer: NodeJS.Timeout | undefined
      const enough = new Promise<'enough'>(resolve => {
        timer = setTimeout(resolve, patience, 'enough')
      })
      const key = keyOf({ process: { id: processId }, lane })
      for (let entry = running.get(key); entry; entry = running.get(key))
        if ((await Promise.race([entry.done, enough])) === 'enough') break
      clearTimeout(timer)
    },

    /** Takes up work: what earlier or other replicas have left, then whatever comes. */
    start(): void {
      started = true
      claim()
      safetyNet = setInterval(claim, SAFETY_NET)
      safetyNet.unref()
    },

    /** Resolves when nothing is due and nothing is in hand. For tests and the lab. */
    async drained(): Promise<void> {
      do {
        claim()
        await claiming
        if (running.size > 0) await new Promise<void>(resolve => idle.push(resolve))
      } while (running.size > 0 || claiming)
    },

    /** Starts nothing new, waits for what is in hand, leaves the rest to whoever comes next. */
    async stop(): Promise<void> {
      stopping = true
      clearInterval(safetyNet)
      for (const timer of timers) clearTimeout(timer)
      await claiming
      await Promise.allSettled([...running.values()].map(({ done }) => done))
      await release(db, replica.number)
    },
  }
}
