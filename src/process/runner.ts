import { randomUUID } from 'node:crypto'
import type { Database, Queryable, Transaction } from '../db/types.ts'
import { conflict, invalid, notFound, wrongState } from '../errors.ts'
import type { Incoming } from './incoming.ts'
import type { Rules } from './kind.ts'
import type { Outbox } from './outbox.ts'
import {
  findByPeer,
  findProcess,
  insertProcess,
  type Kind,
  listProcesses,
  lockProcess,
  type ProcessQuery,
  updateProcess,
} from './store.ts'
import { Turn } from './turn.ts'
import { otherRole, type Process, type Role, type Step } from './types.ts'

/** What a process is begun with. */
export interface Beginning {
  readonly role: Role
  readonly counterparty: string
  readonly address: string
  readonly data: unknown
}

/** What the runner tells of: feeds logs and metrics. */
export interface ProcessEvents {
  stateChanged(change: { kind: Kind; process: string; role: Role; from: string | null; to: string; by: Role }): void
  decided(decision: { kind: Kind; process: string; by: string; opinion: string; reasons: readonly string[] }): void
}

/** Walks processes of one kind through their diagram: one message or one command is one transaction. */
export type Runner<P extends Process<string, S>, S extends Step> = ReturnType<typeof createRunner<P, S, unknown>>

export function createRunner<P extends Process<string, S>, S extends Step, World>(
  rules: Rules<P, S, World>,
  given: { db: Database; outbox: Outbox; now: () => Date; events: ProcessEvents },
) {
  const { db, outbox, now, events } = given
  const { kind, table } = rules

  /** A turn with the process held; `make` changes it, then all is written at once. */
  async function turn(id: string, make: (turn: Turn<P, S, World>, tx: Transaction) => Promise<void>): Promise<P> {
    return db.transaction(async tx => {
      const process = await lockProcess<P>(tx, kind, id)
      if (!process) throw notFound(kind, id)
      const turn = new Turn<P, S, World>(rules, process, now())
      await make(turn, tx)
      if (turn.process !== process) await write(turn, tx, process)
      return turn.process
    })
  }

  async function write(turn: Turn<P, S, World>, tx: Transaction, before: P | undefined): Promise<boolean> {
    if (before) turn.change({ version: before.version + 1 })
    const writing = turn.writing(outbox.ownerFor(turn.process.counterparty))
    const { process } = turn
    const woken = before ? await updateProcess(tx, process, writing) : await insertProcess(tx, kind, process, writing)
    if (woken === false) return false
    if (turn.reached.length > 0)
      await rules.reached(
        tx,
        process,
        turn.reached.map(({ state }) => state),
      )
    tx.afterCommit(() => {
      let from = before?.state ?? null
      for (const { state: to, by } of turn.reached) {
        events.stateChanged({ kind, process: process.id, role: process.role, from, to, by })
        from = to
      }
      for (const { by, opinion } of turn.decisions) {
        const what = opinion.kind === 'move' ? opinion.step.message : opinion.kind
        events.decided({ kind, process: process.id, by, opinion: what, reasons: opinion.reasons ?? [] })
      }
      for (const work of woken) outbox.woken(kind, process, work)
    })
    return true
  }

  function fresh({ role, counterparty, address, data }: Beginning, peerPid: string | null): P {
    const at = now()
    const process: Process<string, S> = {
      id: `urn:uuid:${randomUUID()}`,
      role,
      state: null,
      counterparty,
      peerPid,
      address,
      data,
      sending: [],
      seen: [],
      visits: {},
      waiting: null,
      error: null,
      version: 1,
      journalSeq: 0,
      journalHash: '',
      createdAt: at,
      updatedAt: at,
    }
    return process as P
  }

  /** Our step that a counterparty's message presupposes is acknowledged by that message. */
  async function acknowledgeImplied(
    turn: Turn<P, S, World>,
    tx: Queryable,
    incoming: Incoming<S>,
    peerPid: string,
  ): Promise<void> {
    const { sending, role, state } = turn.process
    const [first] = sending
    const row = first && table.arrow(state, first.step.message, role)
    if (!first || !row || !table.arrow(row[3], incoming.step.message, otherRole(role))) return
    turn.change({ peerPid })
    turn.note({ actor: incoming.counterparty, event: 'acknowledged', message: first.step.message, state: row[3] })
    turn.overtaken = true
    turn.shift()
    turn.walk(row, first.step, role, await rules.lookUp(tx, turn.process, first.step, null, {}))
  }

  /** The sender's id of the process, in a message that is of this process and from its counterparty. */
  function checkedPeerPid({ id, role, counterparty, peerPid }: P, incoming: Incoming<S>): string {
    if (counterparty !== incoming.counterparty) throw notFound(kind, id)
    const own = `${role}Pid` as const
    const peers = `${otherRole(role)}Pid` as const
    if (incoming.pids[own] !== id)
      throw invalid(`The message is not for the ${kind} it was sent to.`, {
        faults: [{ path: `/${own}`, message: 'must be the id in the path' }],
      })
    const told = incoming.pids[peers]
    if (told === undefined || (peerPid !== null && told !== peerPid))
      throw invalid(`The message is not of the ${kind} it was sent to.`, {
        faults: [{ path: `/${peers}`, message: 'must be the id with which the process was begun' }],
      })
    return told
  }

  const runner = {
    /**
     * Begins a process at a counterparty's first message. The same message again gives the same process.
     * @throws whatever the rules have against the message; `conflict` if the counterparty used its id for something else.
     */
    async receiveFirst(incoming: Incoming<S>, beginning: Beginning): Promise<P> {
      const name = `${otherRole(beginning.role)}Pid` as const
      const peerPid = incoming.pids[name]
      if (peerPid === undefined)
        throw invalid(`A first message tells the sender's id of the ${kind}.`, {
          faults: [{ path: `/${name}`, message: 'is missing' }],
        })
      const repeated = (known: P): P => {
        if (known.seen[0] === incoming.content) return known
        throw conflict(`${JSON.stringify(peerPid)} names another ${kind} already: use a new id for a new one.`)
      }
      return db.transaction(async tx => {
        const known = await findByPeer<P>(tx, kind, beginning, peerPid)
        if (known) return repeated(known)
        const turn = new Turn<P, S, World>(rules, fresh(beginning, peerPid), now())
        await take(turn, tx, incoming, peerPid)
        if (await write(turn, tx, undefined)) return turn.process
        const winner = await findByPeer<P>(tx, kind, beginning, peerPid)
        if (winner) return repeated(winner)
        throw conflict('The same first message is being taken at this moment: repeat it.')
      })
    },

    /** Takes a counterparty's message. The same message again changes nothing. */
    receive(id: string, incoming: Incoming<S>): Promise<P> {
      return turn(id, async (turn, tx) => {
        const peerPid = checkedPeerPid(turn.process, incoming)
        if (incoming.named && turn.process.seen.includes(incoming.key)) return
        await take(turn, tx, incoming, peerPid)
      })
    },

    /** Begins a process with a message of ours. It is under way when this returns; its state comes with the acknowledgement. */
    begin(beginning: Beginning, step: S, actor: string): Promise<P> {
      return db.transaction(async tx => {
        const turn = new Turn<P, S, World>(rules, fresh(beginning, null), now())
        turn.note({ actor, event: 'commanded', message: step.message })
        turn.send(step)
        await write(turn, tx, undefined)
        return turn.process
      })
    },

    /** Makes a move for somebody: an operator, a decider's delayed opinion, a data plane. */
    command(id: string, actor: string, make: S | ((process: P, tx: Queryable) => S | Promise<S>)): Promise<P> {
      return turn(id, async (turn, tx) => {
        const { sending } = turn.process
        if (sending[0]) throw wrongState(`A ${sending[0].step.message} is under way: wait until it is acknowledged.`)
        const step = typeof make === 'function' ? await make(turn.process, tx) : make
        turn.note({ actor, event: 'commanded', message: step.message })
        turn.send(step)
      })
    },

    /** Ends a process, whatever is under way. */
    terminate(id: string, actor: string, reason: string): Promise<P> {
      return turn(id, async turn => {
        turn.note({ actor, event: 'commanded', message: 'terminate', detail: { reason } })
        turn.sendTermination(reason)
      })
    },

    /** The counterparty has acknowledged the step of ours with that id. */
    acknowledge(id: string, stepId: string, peerPid: string | null): Promise<P> {
      return turn(id, async (turn, tx) => {
        const { sending, role, state } = turn.process
        const [first] = sending
        if (first?.id !== stepId) return
        turn.shift()
        const row = table.arrow(state, first.step.message, role)
        if (!row) return
        if (turn.process.peerPid === null) turn.change({ peerPid })
        turn.note({
          actor: turn.process.counterparty,
          event: 'acknowledged',
          message: first.step.message,
          state: row[3],
        })
        const world = await rules.lookUp(tx, turn.process, first.step, null, {})
        turn.walk(row, first.step, role, world)
        if (turn.process.sending.length === 0)
          turn.decide({ task: undefined, cause: 'acknowledged', message: first.step.message, world })
      })
    },

    /** The step of ours with that id cannot be delivered: the process ends, and the counterparty is told where it can be. */
    giveUp(id: string, stepId: string, event: 'refused' | 'gave-up', reason: string): Promise<P> {
      return turn(id, async turn => {
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
      return turn(id, async turn => {
        const { state, visits, sending } = turn.process
        turn.change({})
        turn.quieten('act')
        const same = state === wanted.state && state !== null && visits[state] === wanted.visits[state]
        if (same && sending.length === 0) turn.propose('later', wanted.step)
      })
    },

    /** Changes what is known about a process without a move. */
    amend(id: string, change: (data: P['data']) => P['data']): Promise<P> {
      return turn(id, async turn => turn.change({ data: change(turn.process.data) }))
    },

    /** The process as it stands once what is on the wire has been answered, if that takes less than `patience` ms. */
    async settled(id: string, patience = 2_000): Promise<P | undefined> {
      const process = await findProcess<P>(db, kind, id)
      if (!process?.sending.length) return process
      await outbox.settled(id, 'send', patience)
      return findProcess<P>(db, kind, id)
    },

    /** The process as it stands. */
    find: (id: string): Promise<P | undefined> => findProcess<P>(db, kind, id),

    /** Processes by age, the latest first. */
    list: (query: ProcessQuery = {}): Promise<P[]> => listProcesses<P>(db, kind, query),
  }

  /** Both sides have terminated, each before it heard of the other: that is agreement, not an error. */
  const endsWhatHasEnded = ({ state }: P, { message }: S): boolean =>
    state === 'TERMINATED' && message === rules.terminate('').message

  /**
   * Two messages that cross on the wire must end in the same state on both sides: a termination beats everything, and
   * otherwise the provider's message counts. Whoever loses sees its own step overtaken by the one it receives. And a
   * process that we have begun is not begun by the counterparty, even if its message could begin one: it is an answer.
   */
  function crossingLost({ role, state, sending }: P, { message }: S): boolean {
    const ends = rules.terminate('').message
    if (sending.length === 0 || message === ends) return false
    return role === 'provider' || state === null || sending.some(({ step }) => step.message === ends)
  }

  /**
   * Whether a message can only be taken behind our own step under way: because that one began the process (there are
   * arrows from nowhere for both sides), or because the two cross and ours counts.
   */
  const needsOurs = (process: P, step: S): boolean =>
    (process.state === null && process.sending.length > 0) || crossingLost(process, step)

  /** A message in its turn: find its arrow, directly or behind a step of ours, walk, ask what next. */
  async function take(turn: Turn<P, S, World>, tx: Queryable, incoming: Incoming<S>, peerPid: string): Promise<void> {
    const { step } = incoming
    const by = otherRole(turn.process.role)
    const [first] = turn.process.sending
    const direct = needsOurs(turn.process, step) ? undefined : table.arrow(turn.process.state, step.message, by)
    const ahead = first && table.arrow(turn.process.state, first.step.message, turn.process.role)
    const row = direct ?? (ahead && table.arrow(ahead[3], step.message, by))
    if (!row) {
      if (turn.process.seen.includes(incoming.key) || endsWhatHasEnded(turn.process, step)) return
      const state = turn.process.state ?? 'INITIAL'
      throw wrongState(`A ${by} cannot ${step.message} a ${kind} that is ${state}.`)
    }
    if (!direct) await acknowledgeImplied(turn, tx, incoming, peerPid)
    const world = await rules.lookUp(tx, turn.process, step, row[4], incoming.claims)
    turn.change({ peerPid })
    turn.remember(turn.process.state === null ? incoming.content : incoming.key)
    turn.walk(row, step, by, world)
    turn.note({
      actor: incoming.counterparty,
      event: 'received',
      message: step.message,
      state: row[3],
      digest: incoming.digest,
    })
    turn.decide({ task: row[4] ?? undefined, cause: 'received', message: step.message, world })
  }

  return runner
}
