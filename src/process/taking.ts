import type { Queryable } from '../db/types.ts'
import { invalid, notFound, wrongState } from '../errors.ts'
import type { Incoming } from './incoming.ts'
import type { Rules } from './kind.ts'
import type { Row } from './table.ts'
import type { Turn } from './turn.ts'
import { otherRole, type Process, type Step } from './types.ts'

/** How a counterparty's message is taken in a turn. Knows the diagram and the rules; time and database are the runner's. */
export function createTaking<P extends Process<string, S>, S extends Step, World>(rules: Rules<P, S, World>) {
  const { kind, table } = rules
  const ends = rules.terminate('').message
  type Arrow = Row<string, string, string>

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

  /** A message in its turn: find its arrow, directly or behind a step of ours, walk, ask what next. */
  async function take(
    turn: Turn<P, S, World>,
    on: Queryable,
    incoming: Incoming<S>,
    peerPid: string,
    /** Our first step under way was acknowledged before this message came. */
    answered = false,
  ): Promise<void> {
    const { step, counterparty, digest } = incoming
    const by = otherRole(turn.process.role)
    const before = answered ? arrowOfOurs(turn.process) : undefined
    if (before) await acknowledgeImplied(turn, on, before, peerPid)
    const direct = crossingLost(turn.process, step) ? undefined : table.arrow(turn.process.state, step.message, by)
    const ours = direct ? undefined : arrowOfOurs(turn.process)
    const row = direct ?? (ours && table.arrow(ours[3], step.message, by))
    if (!row) return refuse(turn.process, incoming)
    if (ours) await acknowledgeImplied(turn, on, ours, peerPid)
    const world = await rules.lookUp(on, turn.process, step, row[4], incoming.claims)
    turn.change({ peerPid })
    turn.storesLate = incoming.storesLate ?? false
    const isFirst = turn.process.state === null
    turn.remember(isFirst ? incoming.content : incoming.key)
    if (incoming.storesLate && !isFirst) turn.remember(incoming.content)
    turn.walk(row, step, by, world)
    turn.note({ actor: counterparty, event: 'received', message: step.message, state: row[3], digest })
    turn.decide({ task: row[4] ?? undefined, cause: 'received', message: step.message, world })
  }

  /** The arrow along which our first step under way will go. */
  function arrowOfOurs({ sending, state, role }: P): Arrow | undefined {
    const [first] = sending
    return first && table.arrow(state, first.step.message, role)
  }

  /** The first step of ours under way is acknowledged: goes along its arrow. What was looked up for it. */
  async function acknowledgeOurs(
    turn: Turn<P, S, World>,
    on: Queryable,
    { row, step, peerPid }: { row: Arrow; step: S; peerPid: string | null },
  ): Promise<World> {
    const { role, counterparty, peerPid: known } = turn.process
    if (known === null) turn.change({ peerPid })
    turn.note({ actor: counterparty, event: 'acknowledged', message: step.message, state: row[3] })
    turn.shift()
    const world = await rules.lookUp(on, turn.process, step, null, {})
    turn.walk(row, step, role, world)
    return world
  }

  /** That is told by a message of the counterparty, so the work of sending is overtaken. */
  async function acknowledgeImplied(
    turn: Turn<P, S, World>,
    on: Queryable,
    row: Arrow,
    peerPid: string,
  ): Promise<void> {
    const [first] = turn.process.sending
    if (!first) return
    turn.overtaken = true
    await acknowledgeOurs(turn, on, { row, step: first.step, peerPid })
  }

  /** A message that does not fit is an error, but for what we have heard, or done ourselves, before. */
  function refuse(process: P, { step: { message }, key, content, storesLate }: Incoming<S>): void {
    const { role, state, seen } = process
    const agreed = state === 'TERMINATED' && message === ends
    if (agreed || seen.includes(key) || (storesLate && seen.includes(content))) return
    throw wrongState(`A ${otherRole(role)} cannot ${message} a ${kind} that is ${state ?? 'INITIAL'}.`)
  }

  /**
   * Two messages that cross on the wire must end in the same state on both sides: a termination beats everything, and
   * otherwise the provider's message counts. Whoever loses sees its own step overtaken by the one it receives. And a
   * process that we have begun is not begun by the counterparty, even if its message could begin one: it is an answer.
   */
  function crossingLost({ role, state, sending }: P, { message }: S): boolean {
    if (sending.length === 0 || message === ends) return false
    return role === 'provider' || state === null || sending.some(({ step }) => step.message === ends)
  }

  return { take, checkedPeerPid, arrowOfOurs, acknowledgeOurs }
}
