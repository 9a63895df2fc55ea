import type { Database, Queryable, Transaction } from '../db/types.ts'
import { conflict, invalid, notFound, tooMany, wrongState } from '../errors.ts'
import type { Fact } from '../events/index.ts'
import { type Beginning, beginProcess } from './beginning.ts'
import type { Incoming } from './incoming.ts'
import type { Happening } from './journal.ts'
import type { Deed, LaneWork, Rules } from './kind.ts'
import { createLine } from './line.ts'
import { listProcesses, type ProcessQuery } from './list.ts'
import type { Outbox } from './outbox.ts'
import {
  countOpen,
  findByPeer,
  findProcess,
  insertProcess,
  type Kind,
  lockProcess,
  updateProcess,
  type Woken,
} from './store.ts'
import { createTaking } from './taking.ts'
import { Turn } from './turn.ts'
import { otherRole, type Process, type Role, type Step } from './types.ts'
import { createWires, type Wire } from './wires.ts'

/** What the runner tells of: feeds logs and metrics. */
export interface ProcessEvents {
  stateChanged(change: { kind: Kind; process: string; role: Role; from: string | null; to: string; by: Role }): void
  decided(decision: { kind: Kind; process: string; by: string; opinion: string; reasons: readonly string[] }): void
  /** What others may want to hear of was committed. */
  told?(): void
}

/** When somebody who has too much open may try again, s. */
const ROOM_AFTER = 30

/** How long a peer that asks for a process waits for our message on the wire, ms: what it is told should be what it has seen. */
export const PEERS_PATIENCE = 5_000

/** What the journal notes of something that is no move, what others may want to hear of it, and which lanes have work then. */
export interface Remark {
  readonly notes?: readonly Happening[]
  readonly facts?: readonly Fact[]
  readonly lanes?: readonly (string | LaneWork)[]
}

/** What else is to be written when that has happened to a process. */
export type Follow = (kind: Kind, process: Process, facts: readonly Fact[]) => readonly Deed[]

/** Walks processes of one kind through their diagram: one message or one command is one transaction. */
export type Runner<P extends Process<string, S>, S extends Step> = ReturnType<typeof createRunner<P, S, unknown>>

export function createRunner<P extends Process<string, S>, S extends Step, World>(
  rules: Rules<P, S, World>,
  given: {
    db: Database
    outbox: Outbox
    now: () => Date
    events: ProcessEvents
    follow?: Follow | undefined
    /** How many processes a counterparty may have open with us in a role; when there are as many, it begins no more. */
    mostOpen?: number | undefined
  },
) {
  const { db, outbox, now, events, follow, mostOpen = Number.POSITIVE_INFINITY } = given
  const { kind, table } = rules
  const { take, checkedPeerPid, arrowOfOurs, acknowledgeOurs } = createTaking(rules)
  /** Turns of a process in this replica come one after the other; other replicas are held off by the row's version. */
  const inLine = createLine()
  const wires = createWires<P>()
  const fresh = (beginning: Beginning, peerPid: string | null) => beginProcess<P>(beginning, peerPid, now())

  /** A turn with the process held; `make` changes it, then all is written at once. */
  function held(id: string, make: (turn: Turn<P, S, World>, tx: Transaction) => Promise<void>): Promise<P> {
    return inLine(id, () =>
      db.transaction(async tx => {
        const process = await lockProcess<P>(tx, kind, id)
        if (!process) throw notFound(kind, id)
        const turn = new Turn<P, S, World>(rules, process, now())
        await make(turn, tx)
        if (turn.process !== process && !(await write(turn, process, { tx })))
          throw new Error(`the ${kind} ${id} has changed although it was held`)
        return turn.process
      }),
    )
  }

  /**
   * A turn that reads before it writes, and holds nothing in between: two statements, or one if the process is `known`, as long as no deed
   * needs a transaction. If somebody else was faster, or the turn cannot be made of what was read, it is made again, with the process held in
   * the end. So `make` only reads, and can be asked again.
   */
  async function light(
    id: string,
    make: (turn: Turn<P, S, World>, on: Queryable) => Promise<void>,
    known?: P,
  ): Promise<P> {
    const from = async (process: P | undefined): Promise<Turn<P, S, World> | undefined> => {
      if (!process) return undefined
      const turn = new Turn<P, S, World>(rules, process, now())
      const made = await make(turn, db).then(
        () => true,
        () => false,
      )
      return made && (turn.process === process || (await write(turn, process))) ? turn : undefined
    }
    const done = await inLine(id, async () => {
      const remembered = known ?? wires.find(id)
      const turn = await from(remembered)
      // That nothing is to be done is believed only of what stands in the database.
      if (turn && turn.process !== remembered) return turn
      return from(await findProcess<P>(db, kind, id))
    })
    return done?.process ?? held(id, make)
  }

  /** Asked before anything is done for it, and once more by the statement that writes it: many that come at the same moment all find room here. */
  async function demandRoom(beginning: Beginning): Promise<void> {
    if (mostOpen === Number.POSITIVE_INFINITY || (await countOpen(db, kind, beginning, mostOpen)) < mostOpen) return
    throw tooMany(
      `We have ${mostOpen} open ${kind}s with you, and that is the most: end some, then try again.`,
      ROOM_AFTER,
    )
  }

  /**
   * Writes what a turn has come to, with the deeds that belong to it. False, and nothing is written, if the process is not what it was `before`;
   * one that is begun if its counterparty's id is taken, or it has `most` open already.
   */
  async function write(
    turn: Turn<P, S, World>,
    before: P | undefined,
    { tx, most }: { tx?: Transaction; most?: number } = {},
  ): Promise<boolean> {
    if (before) turn.change({ version: before.version + 1 })
    const writing = turn.writing(outbox.ownerFor(turn.process.counterparty))
    const { process } = turn
    const deeds = [
      ...rules.reached(
        process,
        turn.reached.map(({ state }) => state),
      ),
      ...(follow?.(kind, process, writing.facts ?? []) ?? []),
    ]
    const beside = deeds.filter(deed => typeof deed !== 'function')
    const after = deeds.filter(deed => typeof deed === 'function')
    const whole = { ...writing, beside }
    const put = (on: Queryable) =>
      before ? updateProcess(on, process, whole) : insertProcess(on, kind, process, whole, most)
    const putAll = async (tx: Transaction): Promise<boolean> => {
      const woken = await put(tx)
      if (!woken) return false
      for (const deed of after) await deed(tx)
      tx.afterCommit(() => tell(turn, before, woken))
      return true
    }
    if (tx) return putAll(tx)
    if (after.length > 0) return db.transaction(putAll)
    const woken = await put(db)
    if (woken) db.afterwards(() => tell(turn, before, woken))
    return woken !== undefined
  }

  /** What was written is told to those who listen, and to the outbox. */
  function tell(
    { process, reached, decisions }: Turn<P, S, World>,
    before: P | undefined,
    woken: readonly Woken[],
  ): void {
    // Before the work that was left: it may put the next message on the wire.
    wires.written(process)
    for (const work of woken) outbox.woken(kind, process, work)
    let from = before?.state ?? null
    for (const { state: to, by } of reached) {
      events.stateChanged({ kind, process: process.id, role: process.role, from, to, by })
      from = to
    }
    for (const { by, opinion } of decisions) {
      const what = opinion.kind === 'move' ? opinion.step.message : opinion.kind
      events.decided({ kind, process: process.id, by, opinion: what, reasons: opinion.reasons ?? [] })
    }
    events.told?.()
  }

  /** The process as it stands once what is on the wire has been answered, if that takes less than `patience` ms. */
  async function settled(id: string, patience = 2_000): Promise<P | undefined> {
    const process = await findProcess<P>(db, kind, id)
    if (!process?.sending.length) return process
    await outbox.settled(id, 'send', patience)
    return findProcess<P>(db, kind, id)
  }

  return {
    /**
     * Begins a process at a counterparty's first message. The same message again gives the same process.
     * @throws whatever the rules have against the message; `conflict` if the counterparty used its id for something else;
     * `too-many` if it has as many open as it may.
     */
    async receiveFirst(incoming: Incoming<S>, beginning: Beginning): Promise<P> {
      const name = `${otherRole(beginning.role)}Pid` as const
      const peerPid = incoming.pids[name]
      if (peerPid === undefined)
        throw invalid(`A first message tells the sender's id of the ${kind}.`, {
          faults: [{ path: `/${name}`, message: 'is missing' }],
        })
      const begin = async (): Promise<P | undefined> => {
        const turn = new Turn<P, S, World>(rules, fresh(beginning, peerPid), now())
        // Looked up at the same time. Who has no room is told that, whatever else is wrong.
        const found = await Promise.allSettled([demandRoom(beginning), take(turn, db, incoming, peerPid)])
        for (const each of found) if (each.status === 'rejected') throw each.reason
        return (await write(turn, undefined, { most: mostOpen })) ? turn.process : undefined
      }
      const [begun] = await Promise.allSettled([begin()])
      if (begun.status === 'fulfilled' && begun.value) return begun.value
      // What was begun is not refused when it is said again, whatever may stand against it by now.
      const known = await findByPeer<P>(db, kind, beginning, peerPid)
      if (known && known.seen[0] !== incoming.content)
        throw conflict(`${JSON.stringify(peerPid)} names another ${kind} already: use a new id for a new one.`)
      if (known) return known
      if (begun.status === 'rejected') throw begun.reason
      await demandRoom(beginning)
      throw conflict('The same first message is being taken at this moment: repeat it.')
    },

    /** Takes a counterparty's message. The same message again changes nothing. */
    receive(id: string, incoming: Incoming<S>): Promise<P> {
      return light(id, async (turn, on) => {
        const { process } = turn
        const answer = wires.answered(id)
        const answered = answer !== undefined && answer.step === process.sending[0]?.id
        const known = answered ? { ...process, peerPid: process.peerPid ?? answer.peerPid } : process
        const peerPid = checkedPeerPid(known, incoming)
        if (incoming.named && process.seen.includes(incoming.key)) return
        await take(turn, on, incoming, peerPid, answered)
      })
    },

    /** Begins a process with a message of ours. It is under way when this returns; its state comes with the acknowledgement. */
    async begin(beginning: Beginning, step: S, actor: string): Promise<P> {
      const turn = new Turn<P, S, World>(rules, fresh(beginning, null), now())
      turn.note({ actor, event: 'commanded', message: step.message })
      turn.send(step)
      await write(turn, undefined)
      return turn.process
    },

    /**
     * Makes a move for somebody: an operator, a decider's delayed opinion, a data plane. What is on the wire at that moment is waited for, for a
     * moment. The journal keeps `detail`. Throws `wrong-state` if a step of ours is still under way then.
     */
    async command(
      id: string,
      actor: string,
      make: S | ((process: P, tx: Queryable) => S | Promise<S>),
      detail?: object,
    ): Promise<P> {
      await settled(id)
      return held(id, async (turn, tx) => {
        const { sending } = turn.process
        if (sending[0]) throw wrongState(`A ${sending[0].step.message} is under way: wait until it is acknowledged.`)
        const step = typeof make === 'function' ? await make(turn.process, tx) : make
        turn.note({ actor, event: 'commanded', message: step.message, ...(detail && { detail }) })
        turn.send(step)
      })
    },

    /** Ends a process, whatever is under way. The counterparty is told the reason; the journal keeps `detail` besides. */
    terminate(id: string, actor: string, reason: string, detail: object = {}): Promise<P> {
      return held(id, async turn => {
        turn.note({ actor, event: 'commanded', message: 'terminate', detail: { reason, ...detail } })
        turn.sendTermination(reason)
      })
    },

    /** The first step under way of a process is on the wire from now on. */
    onTheWire: (process: P): Wire<P> => wires.open(process),

    /** Whether the counterparty has something to do by itself once it has the first step under way, and we nothing more to say before that. */
    expectsAnswer(process: P): boolean {
      const row = arrowOfOurs(process)
      return process.sending.length === 1 && row !== undefined && row[4] !== null
    },

    /** The counterparty has acknowledged the first step under way of a process, which is given as it was when the step was sent. */
    acknowledge(sent: P, peerPid: string | null): Promise<P> {
      const acknowledged = sent.sending[0]?.id
      return light(
        sent.id,
        async (turn, on) => {
          const [first] = turn.process.sending
          if (!first || first.id !== acknowledged) return
          const row = arrowOfOurs(turn.process)
          if (!row) return turn.shift()
          const knewPeer = turn.process.peerPid !== null
          const { step } = first
          const world = await acknowledgeOurs(turn, on, { row, step, peerPid })
          if (turn.process.sending.length === 0)
            turn.decide({ task: undefined, cause: 'acknowledged', message: step.message, world })
          // Were it forgotten, the same message would go out again and be acknowledged again, as long as nothing follows from it.
          const { process } = turn
          turn.repeats = knewPeer && process.sending.length === 0 && !table.isTerminal(process.state)
        },
        sent,
      )
    },

    /** The step of ours with that id cannot be delivered: the process ends, and the counterparty is told where it can be. */
    giveUp(id: string, stepId: string, event: 'refused' | 'gave-up', reason: string): Promise<P> {
      return held(id, async turn => {
        const { sending } = turn.process
        const [first, next] = sending
        if (first?.id !== stepId) return
        turn.note({ actor: turn.process.counterparty, event, message: first.step.message, detail: { reason } })
        turn.shift()
        const wasTermination = first.step.message === rules.terminate(reason).message
        if (turn.process.peerPid === null || wasTermination) turn.end(reason)
        else if (!next) turn.sendTermination(reason)
      })
    },

    /** Makes the move that a decider wanted to make later, if nothing has happened since. */
    act(id: string, wanted: { step: S; state: string | null; visits: Process['visits'] }): Promise<P> {
      return held(id, async turn => {
        const { state, visits, sending } = turn.process
        turn.change({})
        turn.quieten('act')
        const same = state === wanted.state && state !== null && visits[state] === wanted.visits[state]
        if (same && sending.length === 0) turn.propose('later', wanted.step)
      })
    },

    /** Changes what is known about a process without a move. */
    amend(id: string, change: (data: P['data']) => P['data']): Promise<P> {
      return held(id, async turn => turn.change({ data: change(turn.process.data) }))
    },

    /**
     * Does something that is no move of the protocol, in one transaction with the process held: `make` writes what belongs to
     * it, and says what the journal notes and which lanes have work then. Nothing of either leaves the process as it is.
     */
    remark(id: string, make: (tx: Transaction, process: P) => Promise<Remark>): Promise<P> {
      return held(id, async (turn, tx) => {
        const { notes = [], facts = [], lanes = [] } = await make(tx, turn.process)
        turn.remark(notes, facts)
        for (const work of lanes) turn.plan(work)
        if (notes.length + facts.length + lanes.length > 0) turn.change({})
      })
    },

    /** Asks for work in a lane, now or later. What was planned there before gives way. */
    schedule(id: string, lane: string, due: Date = now()): Promise<P> {
      return held(id, async turn => {
        turn.wake(lane, { due })
        turn.change({})
      })
    },

    settled,

    /** The process as it stands. */
    find: (id: string): Promise<P | undefined> => findProcess<P>(db, kind, id),

    /** Processes by age, the latest first. */
    list: (query: ProcessQuery = {}): Promise<P[]> => listProcesses<P>(db, kind, query),
  }
}
