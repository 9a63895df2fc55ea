import { randomUUID } from 'node:crypto'
import { wrongState } from '../errors.ts'
import type { Fact } from '../events/index.ts'
import { factsOf } from './facts.ts'
import { chain, type Happening } from './journal.ts'
import type { LaneWork, Rules } from './kind.ts'
import type { Wake, Writing } from './store.ts'
import type { Row } from './table.ts'
import type { Opinion, Process, Role, Situation, Step } from './types.ts'

/** So long a counterparty that stores its own step late has for that before we go on, ms; more than it takes an EDC that has little to do. */
const HEAD_START = 100

/** How many messages of the counterparty are remembered as taken: more than can be repeated in any order. */
const REMEMBERED = 32

/**
 * One transaction's worth of change to a process, in the making. It holds the process as it will be, what the journal
 * will say, and which work is to be done afterwards. No clock, no database, no network.
 */
export class Turn<P extends Process<string, S>, S extends Step, World> {
  readonly #rules: Rules<P, S, World>
  readonly #now: Date
  readonly #happenings: Happening[] = []
  /** Of them those that are no events by themselves. */
  readonly #aside = new Set<Happening>()
  readonly #facts: Fact[] = []
  readonly #wakes = new Map<string, Pick<Wake, 'lane' | 'due' | 'payload'>>()
  readonly #quiet = new Set<string>()
  /** States reached in this turn, oldest first. */
  readonly reached: { state: string; by: Role }[] = []
  /** What deciders said in this turn. */
  readonly decisions: { by: string; opinion: Opinion<S> }[] = []
  /** The counterparty's message has made an end of ours that is on the wire: whoever still waits for its answer need not go on. */
  overtaken = false
  /** The counterparty stores what it has just said only after our answer: what we say next comes a little later. */
  storesLate = false
  /** What is written would come about again by itself: see `Writing.repeats`. */
  repeats = false
  process: P

  constructor(rules: Rules<P, S, World>, process: P, now: Date) {
    this.#rules = rules
    this.#now = now
    this.process = process
  }

  change(changes: Partial<Process<string, S>>): void {
    this.process = { ...this.process, ...changes, updatedAt: this.#now }
  }

  note(happening: Happening): void {
    this.#happenings.push(happening)
  }

  /** Notes what is no event of the process, and tells what has happened instead. */
  remark(happenings: readonly Happening[], facts: readonly Fact[]): void {
    for (const happening of happenings) {
      this.#happenings.push(happening)
      this.#aside.add(happening)
    }
    this.#facts.push(...facts)
  }

  wake(lane: string, options: { due?: Date; payload?: unknown } = {}): void {
    const { due = this.#now, payload = null } = options
    this.#quiet.delete(lane)
    this.#wakes.set(lane, { lane, due, payload })
  }

  quieten(lane: string): void {
    this.#wakes.delete(lane)
    this.#quiet.add(lane)
  }

  /** Remembers a message of the counterparty, so that a repetition is known; the first one for ever. */
  remember(digest: string): void {
    const [first = digest, ...rest] = this.process.seen
    this.change({ seen: this.process.seen.length === 0 ? [digest] : [first, ...rest.slice(2 - REMEMBERED), digest] })
  }

  /** Goes along an arrow of the diagram: applies the step and reaches the state. */
  walk(row: Row<string, string, string>, step: S, by: Role, world: World): void {
    const [, , , state] = row
    const data = this.#rules.apply(this.process, step, by, world, this.#now)
    const { visits } = this.process
    const error = this.#rules.reasonOf(step)
    this.change({ data, state, error, visits: { ...visits, [state]: (visits[state] ?? 0) + 1 }, waiting: null })
    this.quieten('act')
    this.quieten('ask')
    this.reached.push({ state, by })
    this.#dropOvertaken()
    this.#wakeLanes(step, by)
  }

  /** Ends the process here and now, without a word to the counterparty: it knows, or cannot be told. */
  end(reason: string): void {
    const { visits } = this.process
    const state = 'TERMINATED'
    this.change({ state, error: reason, sending: [], waiting: null, visits: { ...visits, [state]: 1 } })
    for (const lane of ['send', 'act', 'ask']) this.quieten(lane)
    this.reached.push({ state, by: this.process.role })
    this.#wakeLanes(this.#rules.terminate(reason), this.process.role)
  }

  /** Puts a step of ours under way. Its state is reached when the counterparty has acknowledged it. */
  send(step: S): void {
    const { sending, role } = this.process
    const from = this.stateAfterSending()
    if (!this.#rules.table.arrow(from, step.message, role)) {
      const what = from === null ? 'before its first message is acknowledged' : `in state ${from}`
      throw wrongState(`A ${role} cannot ${step.message} ${what}.`)
    }
    const fixed = this.#rules.prepare(this.process, step, this.#now)
    this.change({ sending: [...sending, { id: `urn:uuid:${randomUUID()}`, step: fixed }], waiting: null })
    this.wake('send', this.storesLate ? { due: new Date(this.#now.getTime() + HEAD_START) } : {})
    this.#wakeLanes(fixed, role)
  }

  /** Gives up what is under way behind the first step, which may be on the wire already, and ends the process after that. */
  sendTermination(reason: string): void {
    const { sending, state } = this.process
    if (this.#rules.table.isTerminal(state)) throw wrongState(`The ${this.#rules.kind} is ${state} already.`)
    const step = this.#rules.terminate(reason)
    this.quieten('act')
    this.quieten('ask')
    this.change({ sending: sending.slice(0, 1), waiting: null })
    if (this.stateAfterSending() === null) this.end(reason)
    else this.send(step)
  }

  /** The first step of ours is done with. */
  shift(): void {
    const sending = this.process.sending.slice(1)
    this.change({ sending })
    if (sending.length === 0) this.quieten('send')
    else this.wake('send')
  }

  /** The state in which all our steps under way will leave the process. */
  stateAfterSending(): string | null {
    const { sending, role, state } = this.process as Process<string, S>
    return sending.reduce<string | null>(
      (from, { step }) => this.#rules.table.arrow(from, step.message, role)?.[3] ?? from,
      state,
    )
  }

  /** Asks the deciders, and does what the first with an opinion says. */
  decide(situation: Omit<Situation<P, World>, 'process' | 'now'>): void {
    const whole = { ...situation, process: this.process, now: this.#now }
    for (const { name, decide } of this.#rules.deciders) {
      const opinion = decide(whole)
      if (!opinion) continue
      this.decisions.push({ by: name, opinion })
      this.#follow(name, opinion)
      return
    }
  }

  #follow(by: string, opinion: Opinion<S>): void {
    const { reasons = [], report } = opinion
    const message = opinion.kind === 'move' ? opinion.step.message : opinion.kind
    this.note({ actor: by, event: 'decided', message, detail: { reasons, ...(report && { report }) } })
    if (opinion.kind === 'ask') {
      this.change({ waiting: { whom: opinion.whom, since: this.#now.toISOString(), reasons } })
      if (opinion.whom === 'webhook') this.wake('ask')
    }
    if (opinion.kind !== 'move') return
    if (!opinion.after) {
      this.propose(by, opinion.step)
      return
    }
    const due = new Date(this.#now.getTime() + opinion.after)
    this.wake('act', { due, payload: { step: opinion.step, state: this.process.state, visits: this.process.visits } })
  }

  /** A decider that wants the impossible must not cost the counterparty its message: it is noted, and nothing is done. */
  propose(by: string, step: S): void {
    if (this.#rules.table.arrow(this.stateAfterSending(), step.message, this.process.role)) this.send(step)
    else
      this.note({
        actor: by,
        event: 'refused',
        message: step.message,
        detail: { reason: 'not possible in this state' },
      })
  }

  /** Asks for work in a lane, now or later; or says that none is left there. */
  plan(work: string | LaneWork): void {
    if (typeof work === 'string') this.wake(work)
    else if (work.due) this.wake(work.lane, { due: work.due })
    else this.quieten(work.lane)
  }

  #wakeLanes(step: S, by: Role): void {
    for (const work of this.#rules.lanes(this.process, step, by)) this.plan(work)
  }

  /** A step of ours that no longer fits is of no use: the counterparty's own has overtaken it. */
  #dropOvertaken(): void {
    const { sending, state, role } = this.process as Process<string, S>
    const [first] = sending
    if (first && !this.#rules.table.arrow(state, first.step.message, role)) {
      this.overtaken = true
      this.change({ sending: [] })
      this.quieten('send')
    }
  }

  /** What is to be written, with the replica that takes on the work that is due at once. */
  writing(owner: number | null): Writing {
    const entries = chain(this.process, this.#happenings, this.#now)
    const own = entries.filter((_, index) => !this.#aside.has(this.#happenings[index] as Happening))
    const facts = [...factsOf(this.#rules.kind, this.process, own, this.reached), ...this.#facts]
    const last = entries.at(-1)
    if (last) this.change({ journalSeq: last.seq, journalHash: last.hash })
    const wakes = [...this.#wakes.values()].map(wake => ({
      ...wake,
      steal: this.overtaken && wake.lane === 'send',
      owner: wake.due > this.#now ? null : owner,
    }))
    return { entries, wakes, quiet: [...this.#quiet], facts, repeats: this.repeats }
  }
}
