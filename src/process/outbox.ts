import { setTimeout as sleep } from 'node:timers/promises'
import type { Database } from '../db/types.ts'
import type { Fact } from '../events/index.ts'
import { forgetFuture, watchClock } from './clock.ts'
import { aboutProcess } from './facts.ts'
import { createHand, type Errand, type Rest } from './hand.ts'
import { claimDue, finish, nextDue, ownerOf, postpone, release } from './outbox-store.ts'
import { growing, wishOf } from './pauses.ts'
import type { Replica } from './replica.ts'
import { findProcess, type Kind, type Woken } from './store.ts'
import { createTalk } from './talk.ts'
import type { Process } from './types.ts'

/** An errand at work, with the process as it stands. */
export type Task = Errand & { readonly process: Process }

/** Does the work of a lane. Whatever it throws means "again, later"; `NotYet` means "again, at once". */
export type Lane = (task: Task) => Promise<void>

/** The counterparty does not expect this message yet: it has not stored its own last step. Worth a few quick repetitions, and more if it is busy. */
export class NotYet extends Error {
  readonly busy: boolean
  constructor(message: string, busy: boolean) {
    super(message)
    this.busy = busy
  }
}

/** Waits between the quick repetitions, ms: 3 s in all. After them a refusal is believed. */
const QUICK = [10, 20, 50, 100, 200, 400, 800, 1_420] as const
/** Waits after those where the counterparty is busy with its process, or with its own start: 65 s in all. An EDC that was killed holds its processes for 60. */
const PATIENT = [2_000, 4_000, 8_000, 16_000, 32_000] as const

/** What the outbox tells of. */
export interface OutboxEvents {
  /** Work failed, or (without an errand) finding it did; `again` ms until the next attempt. */
  failed(failure: { errand?: Errand; error: unknown; again: number }): void
  /** What others may want to hear of was committed. */
  told?(): void
}

const CLAIM = 200
/** How often the database is asked for work of which nobody has told us, ms. */
const SAFETY_NET = 2_000
/** How long another replica's word is waited for before we look whether it still lives, ms. */
const LIFE_SIGN = 250

/** Does the work that transactions have left behind, as soon as they are committed. */
export type Outbox = ReturnType<typeof createOutbox>

/** The outbox of one replica. Nothing happens before `start`. */
export function createOutbox(given: {
  db: Database
  replica: Replica
  now: () => Date
  events: OutboxEvents
  /** ms until the next attempt after so many; tests are less patient. */
  backoff?: (attempt: number) => number
  /** Waits between quick repetitions, ms. */
  quick?: readonly number[]
  /** After so many ms a message that does not get through is given up; to be told to those who hear that it does not. */
  giveUpAfter?: number
}) {
  const { db, replica, now, events, backoff = growing, quick = QUICK, giveUpAfter } = given
  const pauses = given.quick ?? [...QUICK, ...PATIENT]
  const lanes = new Map<string, Lane>()
  const hand = createHand(run, claim)
  const talk = createTalk({ db, replica: replica.number, look: claim, settled: hand.settled })
  const timers = new Set<NodeJS.Timeout>()
  let state: 'new' | 'started' | 'stopping' = 'new'
  let claiming: Promise<void> | undefined
  let claimAgain = false
  let safetyNet: NodeJS.Timeout | undefined
  const wasSetBack = watchClock(now)
  let mended: Promise<void> | undefined

  async function run(errand: Errand): Promise<Rest> {
    let { process } = errand
    try {
      const lane = lanes.get(`${errand.kind} ${errand.lane}`)
      if (!lane) throw new Error(`nobody does the work of lane ${errand.lane}`)
      process ??= await findProcess(db, errand.kind, errand.processId)
      if (process) await lane({ ...errand, process })
      // What was sent is taken off by the transaction that books the answer.
      if (errand.lane !== 'send') await done(errand)
      return undefined
    } catch (error) {
      return again(errand, process, error).catch(cause => {
        // The row is still ours: we shall find it as lost.
        events.failed({ errand, error: cause, again: SAFETY_NET })
        return undefined
      })
    }
  }

  /** Takes the errand off; what another replica has asked for meanwhile, without being able to tell us, is looked for. */
  async function done(errand: Errand): Promise<void> {
    if (await finish(db, errand, hand.isOutdated(errand) ? null : replica.number)) claimIn(0)
  }

  /** Soon from memory, or later from the database: a crash loses nothing, a long wait costs nothing. Newer work comes instead. */
  async function again(errand: Errand, process: Process | undefined, error: unknown): Promise<Rest> {
    if (hand.isOutdated(errand)) return undefined
    const soon = error instanceof NotYet && state === 'started' ? pauses[errand.refusals] : undefined
    const pause = soon ?? Math.max(backoff(errand.attempt), wishOf(error))
    events.failed({ errand, error, again: pause })
    if (soon !== undefined)
      return { errand: { ...errand, attempt: errand.attempt + 1, refusals: errand.refusals + 1 }, pause }
    const message = error instanceof Error ? error.message : String(error)
    const at = now()
    const due = new Date(at.getTime() + pause)
    const facts = process ? [failing(errand, process, message, due)] : []
    const { newer, first } = await postpone(db, errand, { owner: replica.number, now: at, due, error: message, facts })
    claimIn(newer ? 0 : pause + 1)
    if (first) events.told?.()
    return undefined
  }

  function failing({ kind, lane, since }: Errand, process: Process, error: string, due: Date): Fact {
    const deadline =
      lane === 'send' && giveUpAfter !== undefined ? new Date(since.getTime() + giveUpAfter).toISOString() : null
    const told = { lane, error: error.slice(0, 1_000), nextAttempt: due.toISOString(), deadline }
    return { type: `${kind}.failing`, subject: process.id, data: { ...aboutProcess(process), ...told } }
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
    if (state !== 'started') return
    if (claiming) {
      claimAgain = true
      return
    }
    claimAgain = false
    claiming = claimDue(db, { replica: replica.number, now: now(), limit: CLAIM, full: hand.full() })
      .then(errands => {
        for (const errand of errands) hand.take(errand)
        if (errands.length === CLAIM) claimAgain = true
      })
      .catch(error => events.failed({ error, again: SAFETY_NET }))
      .finally(() => {
        claiming = undefined
        if (claimAgain) claim()
      })
  }

  /** This process does not do what its transactions have left behind. If the news is lost, others find it by their safety net. */
  function leaveToOthers(): void {
    talk.leave().catch(error => events.failed({ error, again: SAFETY_NET }))
  }

  /**
   * A step may be on the wire from another replica: whoever reads the process before its answer is stored sees an old state.
   * If that replica has died, before we asked or while we wait for its word, its work is taken over at once.
   */
  async function settledElsewhere(
    processId: string,
    lane: string,
    { waited, enough }: { waited: boolean; enough: AbortSignal },
  ): Promise<void> {
    while (!enough.aborted) {
      const owner = await ownerOf(db, processId, lane)
      if (!owner) return
      if (owner.number === replica.number) {
        // It has come to us since we looked, unless it was waited for and failed: then nobody waits for the next attempt.
        if (!waited) await hand.settled(processId, lane)
        return
      }
      if (owner.alive) {
        // Not `AbortSignal.timeout`: nobody but the signal made of both would hold it, which in Node 20 is not enough to keep it.
        const moment = new AbortController()
        const timer = setTimeout(() => moment.abort(), LIFE_SIGN)
        const told = talk.settledAt(owner.number, processId, lane, AbortSignal.any([enough, moment.signal]))
        if (await told.finally(() => clearTimeout(timer))) return
      } else {
        claim()
        await claimed()
        // Another replica may be at it; a data process leaves it to the others.
        await sleep(10)
      }
    }
  }

  /** What nobody has told us of is found now and then; what is due before the next time, at its moment. */
  function look(): void {
    claim()
    if (wasSetBack()) mended = mend()
    const at = now()
    nextDue(db, at, new Date(at.getTime() + SAFETY_NET)).then(
      due => due && claimIn(1 + due.getTime() - at.getTime()),
      error => events.failed({ error, again: SAFETY_NET }),
    )
  }

  /** What was put off while the clock was ahead is taken up now. */
  async function mend(): Promise<void> {
    try {
      await forgetFuture(db, 'outbox', now())
      claim()
    } catch (error) {
      events.failed({ error, again: SAFETY_NET })
    }
  }

  async function claimed(): Promise<void> {
    while (claiming) await claiming
  }

  return {
    /** So often a refusal is answered with a repetition before it is believed. */
    repetitions: (busy: boolean): number => (busy ? pauses.length : quick.length),

    /** Says who does the work of a lane for a kind of process. */
    serve(kind: Kind, lane: string, work: Lane): void {
      lanes.set(`${kind} ${lane}`, work)
    },

    /** The replica that takes on work for a counterparty at once: this one, unless it has plenty for it already. */
    ownerFor: (counterparty: string): number | null =>
      state === 'started' && hand.hasRoomFor(counterparty) ? replica.number : null,

    /** A transaction has left work behind. */
    woken(kind: Kind, process: Process, { lane, wakes, due, owner, payload }: Woken): void {
      const { id: processId, counterparty, updatedAt: since } = process
      const wait = due.getTime() - now().getTime()
      // It may be a lane's own work that asks for more of it later: then the row is ours until that is done.
      if (owner === null && state !== 'started') leaveToOthers()
      else if (wait > 0) claimIn(1 + wait)
      else if (owner === replica.number)
        hand.take({
          kind,
          lane,
          processId,
          counterparty,
          payload,
          attempt: 0,
          refusals: 0,
          since,
          wakes,
          process,
        })
      else if (owner === null) claimIn(1)
    },

    /** Waits until nothing is at work in that lane of a process, here or at another replica, for `patience` ms at most. */
    async settled(processId: string, lane: string, patience: number): Promise<void> {
      const enough = new AbortController()
      const timer = setTimeout(() => enough.abort(), patience)
      const over = new Promise<void>(resolve => {
        enough.signal.addEventListener('abort', () => resolve())
      })
      try {
        const waited = (await Promise.race([hand.settled(processId, lane), over])) ?? false
        await Promise.race([settledElsewhere(processId, lane, { waited, enough: enough.signal }), over])
      } finally {
        clearTimeout(timer)
      }
    },

    /** Takes up work: what earlier or other replicas have left, then whatever comes. Resolves when others are listened to. */
    async start(): Promise<void> {
      state = 'started'
      look()
      // What the clock did before nobody knows.
      mended = mend()
      safetyNet = setInterval(look, SAFETY_NET)
      safetyNet.unref()
      await talk.listen().catch(error => events.failed({ error, again: SAFETY_NET }))
    },

    /** Resolves when nothing is due and nothing is in hand. For tests and the lab. */
    async drained(): Promise<void> {
      do {
        await mended
        await hand.emptied()
        await claimed()
        if (wasSetBack()) await mend()
        else claim()
        await claimed()
      } while (!hand.isEmpty())
    },

    /** Starts nothing new, waits for what is at work, leaves the rest to whoever comes next. */
    async stop(): Promise<void> {
      state = 'stopping'
      clearInterval(safetyNet)
      for (const timer of timers) clearTimeout(timer)
      await mended
      await claiming
      await hand.close()
      await talk.close()
      if (await release(db, replica.number)) await talk.leave()
    },
  }
}
