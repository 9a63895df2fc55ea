import { isDuplicate } from '../db/index.ts'
import { badGateway } from '../errors.ts'
import { type Lane, NotYet, type Outbox, type Task } from './outbox.ts'
import type { Runner } from './runner.ts'
import type { Kind } from './store.ts'
import { otherRole, type Process, type Sending, type Step } from './types.ts'

/** How a peer took a message of ours. */
export type Answer =
  | { readonly kind: 'acknowledged'; readonly body: unknown }
  /** `final`: no repetition turns it; `busy`: it clashes with what the peer does at this moment, or with the state it knows. */
  | { readonly kind: 'refused'; readonly final: boolean; readonly busy?: boolean; readonly reason: string }

/** Puts a step on the wire. Throws what may mend itself. */
export type Deliver<P extends Process, S extends Step> = (process: P, sending: Sending<S>) => Promise<Answer>

/** What delivery tells of. */
export interface DeliveryEvents {
  messageSent(sent: {
    process: string
    type: string
    counterparty: string
    result: 'acknowledged' | 'refused'
    attempt: number
    ms: number
  }): void
  gaveUp(end: { process: string; type: string; reason: string }): void
}

/** What a room gives so that the steps of its processes are delivered. */
export interface Delivery<P extends Process<string, S>, S extends Step> {
  readonly outbox: Outbox
  readonly runner: Pick<Runner<P, S>, 'acknowledge' | 'act' | 'expectsAnswer' | 'find' | 'giveUp' | 'onTheWire'>
  readonly deliver: Deliver<P, S>
  /** The protocol's name of the message for a step. */
  readonly typeOf: (step: S) => string
  readonly giveUpAfter: number
  readonly now: () => Date
  readonly events: DeliveryEvents
}

/** Does the work that every kind of process has: sending its steps, and making the moves that were put off. */
export function serveProcesses<P extends Process<string, S>, S extends Step>(
  kind: Kind,
  delivery: Delivery<P, S>,
): void {
  const { outbox, runner } = delivery
  outbox.serve(kind, 'send', createSendLane(delivery))
  outbox.serve(kind, 'act', async ({ process, payload }) => {
    // Written by the turn that wanted the move.
    await runner.act(process.id, payload as Parameters<typeof runner.act>[1])
  })
}

/**
 * The work of the lane `send`: delivers the first step under way and books the answer. A refusal is believed after
 * the quick repetitions, since peers refuse what comes before they have stored their own step; silence is met with
 * patience, up to `giveUpAfter` ms.
 */
function createSendLane<P extends Process<string, S>, S extends Step>(delivery: Delivery<P, S>): Lane {
  const { outbox, runner, deliver, typeOf, giveUpAfter, now, events } = delivery

  async function giveUp(process: P, sending: Sending<S>, event: 'refused' | 'gave-up', reason: string): Promise<void> {
    await runner.giveUp(process.id, sending.id, event, reason)
    events.gaveUp({ process: process.id, type: typeOf(sending.step), reason })
  }

  /**
   * No answer that counts: the same again, unless the counterparty has answered by its own next message, it took too long,
   * or somebody has put another step behind this one, which cannot wait for a peer that does not answer.
   */
  async function unanswered({ process, since }: Task, sending: Sending<S>, error: unknown): Promise<void> {
    const fresh = await runner.find(process.id)
    if (fresh?.sending[0]?.id !== sending.id) return
    const late = now().getTime() - since.getTime() > giveUpAfter
    if (!late && fresh.sending.length === 1) throw error
    await giveUp(fresh, sending, 'gave-up', `not delivered: ${error instanceof Error ? error.message : String(error)}`)
  }

  return async task => {
    // The rows of this lane were written by the runner of this very kind.
    const process = task.process as P
    const [sending] = process.sending
    if (!sending) return
    const wire = runner.onTheWire(process)
    const begun = performance.now()
    const tell = (result: 'acknowledged' | 'refused') => {
      const { id, counterparty } = process
      events.messageSent({
        process: id,
        type: typeOf(sending.step),
        counterparty,
        result,
        attempt: task.attempt + 1,
        ms: performance.now() - begun,
      })
    }
    try {
      const answer = await deliver(process, sending)
      tell(answer.kind)
      if (answer.kind === 'acknowledged') {
        const peerPid = process.peerPid ?? peerPidIn(answer.body, `${otherRole(process.role)}Pid`)
        wire.answered({ step: sending.id, peerPid })
        const later = (await wire.followed(runner.expectsAnswer(process))) ?? process
        // Otherwise it was booked with what the counterparty has said meanwhile.
        if (later.sending[0]?.id === sending.id) await runner.acknowledge(later, peerPid).catch(usedTwice)
      } else if (answer.final || task.refusals >= outbox.repetitions(answer.busy ?? false)) {
        await giveUp(process, sending, 'refused', answer.reason)
      } else {
        throw new NotYet(answer.reason, answer.busy ?? false)
      }
    } catch (error) {
      await unanswered(task, sending, error)
    } finally {
      wire.end()
    }
  }
}

/** A peer that gives two processes one id lies about one of them. */
function usedTwice(error: unknown): never {
  if (!isDuplicate(error, 'process_peer')) throw error
  throw badGateway('The answer to the first message has an id that was given to another process before.', {
    cause: error,
  })
}

/** The peer's pid in its answer to a first message. */
function peerPidIn(answer: unknown, name: 'consumerPid' | 'providerPid'): string {
  const pid = typeof answer === 'object' && answer !== null ? (answer as Record<string, unknown>)[name] : undefined
  if (typeof pid !== 'string' || pid === '' || pid.length > 2_048)
    throw badGateway(`The answer to the first message has no usable ${name}.`)
  return pid
}
