import type { Database } from '../db/index.ts'
import { KontorError } from '../errors.ts'
import type { FlowListener } from '../signaling/index.ts'
import { notPermitted } from './admission.ts'
import type { OpenFlow } from './flows.ts'
import type { Deliver } from './http-push.ts'
import type { Meter } from './meter.ts'
import { publicError } from './problem.ts'
import { type DueFlow, findDueFlow, postpone, settle } from './push-store.ts'
import type { Running } from './running.ts'
import { endFlow } from './store.ts'
import type { Book, DataPlaneEvents, Timing } from './types.ts'

/** What the work on a due flow needs. */
export interface PushTools {
  readonly db: Database
  readonly deliver: Deliver
  readonly openFlow: OpenFlow
  readonly listener: FlowListener
  readonly book: Book
  readonly running: Running
  readonly meter: Meter
  readonly timing: Timing
  readonly now: () => Date
  readonly events: DataPlaneEvents
}

/** The reason for a cut that says nothing about the delivery: it stays due, and whoever comes next begins it anew. */
export const interrupted = (): KontorError =>
  new KontorError('interrupted', 503, 'The push was interrupted here: it begins anew, here or elsewhere.')

/** Does what is due for a flow that is in our hand: deliver its data, or tell the control plane how that has ended. */
export function createPushWork(tools: PushTools): (flowId: string) => Promise<void> {
  const { db, deliver, openFlow, listener, book, running, meter, timing, now, events } = tools

  async function push(flow: DueFlow): Promise<void> {
    const reason = await attempt(flow)
    if (reason === undefined) await end(flow, 'completed', null)
    else await failed(flow, reason)
  }

  /** Delivers once; gives the reason why it did not work. */
  async function attempt(flow: DueFlow): Promise<KontorError | undefined> {
    const begun = performance.now()
    const access = running.open(flow.id, flow.generation)
    const report = (status: number, broken?: string) => {
      const event = { flow: flow.id, format: flow.format, status, bytes: access.bytes, ms: performance.now() - begun }
      events.dataServed(broken === undefined ? event : { ...event, broken })
    }
    let end = async (_had: boolean) => {}
    try {
      const booking = await book(flow.id)
      if (typeof booking === 'string') throw notPermitted(booking)
      end = booking.end
      access.take = booking.take
      report(await deliver(await openFlow(flow), access))
      return undefined
    } catch (error) {
      const cause = access.cutBy ?? error
      const reason = publicError(cause, 'The data could not be delivered.')
      if (reason !== cause) events.unexpected({ where: 'data', error, process: flow.id })
      report(reason.status, reason.message)
      return reason
    } finally {
      running.close(access)
      meter.ended(access)
      await end(access.bytes > 0).catch(error => events.unexpected({ where: 'data', error, process: flow.id }))
    }
  }

  async function failed(flow: DueFlow, reason: KontorError): Promise<void> {
    if (reason.code === 'interrupted') return
    const wait = isFinal(reason) ? undefined : timing.pushAgain[flow.attempts]
    if (wait === undefined) await end(flow, 'terminated', reason.message)
    else await postpone(db, flow, after(wait))
  }

  /** The end is kept before it is told: a restart in between tells it again, and does not deliver again. */
  async function end(flow: DueFlow, state: 'completed' | 'terminated', reason: string | null): Promise<void> {
    const ended = await endFlow(db, flow.id, { state, reason, due: now(), generation: flow.generation }, now())
    if (ended) await tell({ ...flow, state, reason, attempts: 0 })
  }

  async function tell(flow: DueFlow): Promise<void> {
    try {
      if (flow.state === 'completed') await listener.completed(flow.id)
      else await listener.failed(flow.id, flow.reason ?? 'The data could not be delivered.')
      await settle(db, flow.id)
    } catch (error) {
      events.unexpected({ where: 'data', error, process: flow.id })
      await postpone(db, flow, after(timing.pushAgain[flow.attempts] ?? timing.pushAgain.at(-1) ?? timing.tick))
    }
  }

  const after = (ms: number) => new Date(now().getTime() + ms)

  return async flowId => {
    const flow = await findDueFlow(db, flowId, now())
    if (flow === undefined) return
    await (flow.state === 'started' ? push(flow) : tell(flow))
  }
}

/** Neither side will think otherwise of the same request; permission may come again. */
const isFinal = ({ code, status }: KontorError): boolean => status < 500 && code !== 'not-permitted'
