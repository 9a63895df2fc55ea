import type { Database } from '../db/index.ts'
import { joinUrl, type Send } from '../dsp/index.ts'
import { invalid, KontorError, notFound, wrongState } from '../errors.ts'
import type { Reveal, Safe } from '../keys/index.ts'
import { CHANGED, findAgreement, type Negotiations } from '../negotiation/index.ts'
import type { Policy } from '../policy/index.ts'
import {
  type Callback,
  createRunner,
  type DeliveryEvents,
  type Follow,
  type Incoming,
  newProcessId,
  type Outbox,
  PEERS_PATIENCE,
  type ProcessEvents,
  type ProcessQuery,
  serveProcesses,
} from '../process/index.ts'
import { createAddressSeal, type DataAddress, type DataPlane, type FlowListener } from '../signaling/index.ts'
import type { MayAccess } from './access.ts'
import { builtInDeciders } from './deciders.ts'
import { withKey } from './destination.ts'
import { createEdrs, type RefreshToken } from './edr.ts'
import { alignFlow, type Deliver, flowLane, openFlow, opensFlow } from './flows.ts'
import { createMonitor, type Recheck, WATCH } from './monitor.ts'
import { createRules, isPush } from './rules.ts'
import { type Counterparty, listCounterparties } from './store.ts'
import type { FindSource, Transfer, TransferDecider, TransferStep } from './types.ts'
import { toWire, typeOf } from './wire.ts'

/** What a consumer asks for. */
export interface TransferBeginning {
  readonly counterparty: string
  /** The provider's protocol URL, version path included. */
  readonly address: string
  readonly agreementId: string
  readonly format: string
  /** Where to push to, for push formats. */
  readonly dataAddress?: DataAddress
  /** Who wants to hear of it. */
  readonly callbacks?: readonly Callback[] | undefined
}

/** Everything that can be done with transfer processes. */
export type Transfers = ReturnType<typeof createTransfers>

export function createTransfers(given: {
  db: Database
  outbox: Outbox
  now: () => Date
  events: ProcessEvents & DeliveryEvents
  callbackAddress: () => string
  negotiations: Negotiations
  findSource: FindSource
  plane: DataPlane
  /** Asked once more when a flow is opened. */
  mayAccess: MayAccess
  recheck: Recheck
  /** Asked before the built-in ones. */
  deciders: readonly TransferDecider[]
  send: Send
  /** Throws unless a peer's address may be called. */
  checkAddress: (url: string) => void
  refreshToken: RefreshToken
  /** Gives the secrets that addresses to push to name. */
  reveal: Reveal
  /** Seals what opens data, or a place to push it to. */
  safe: Safe
  giveUpAfter: number
  follow?: Follow | undefined
  /** How many a counterparty may have open, in either role; without it as many as it likes. */
  mostOpen?: number | undefined
}) {
  const { db, outbox, now, events, callbackAddress, negotiations, findSource, plane, send, giveUpAfter, mostOpen } =
    given
  const addressSeal = createAddressSeal(given.safe)
  const deciders = [...given.deciders, ...builtInDeciders]
  const rules = createRules({ findSource, formatsOf: plane.formatsOf, deciders, settled: negotiations.settled })
  const sourceOf = (datasetId: string) => findSource(db, datasetId)
  const runner = createRunner(rules, { db, outbox, now, events, follow: given.follow, mostOpen })

  /** Whoever ended or suspended the transfer while its flow was being opened found no flow to stop: then it is stopped here. */
  async function demandCurrent(id: string, stepId: string): Promise<void> {
    const transfer = await runner.find(id)
    if (transfer?.sending[0]?.id === stepId) return
    if (transfer) await alignFlow(transfer, { sourceOf, plane })
    throw wrongState('The transfer has moved on while its flow was being opened.')
  }

  /** A provider judges the one who asks by the agreement; of the messages that follow nobody is judged anew. */
  async function policiesOf({ role, data }: Transfer, step: TransferStep): Promise<readonly Policy[]> {
    const found = step.message === 'request' ? await findAgreement(db, data.agreementId, role) : undefined
    return found ? [found.agreement] : []
  }

  /** A step that came over the wire, or is to be sent, as it is kept with its transfer. */
  function sealStep(step: TransferStep, id: string): TransferStep {
    if (!('dataAddress' in step) || step.dataAddress === undefined) return step
    return { ...step, dataAddress: addressSeal.seal(step.dataAddress, id) }
  }

  const sealed = (incoming: Incoming<TransferStep>, id: string): Incoming<TransferStep> => ({
    ...incoming,
    step: sealStep(incoming.step, id),
  })

  /** A request as the provider gets it; or the reason why it cannot be sent. */
  async function withKeyOf(step: TransferStep, id: string): Promise<TransferStep | string> {
    if (step.message !== 'request' || step.dataAddress === undefined) return step
    try {
      return { ...step, dataAddress: await withKey(await addressSeal.open(step.dataAddress, id), given.reveal) }
    } catch (error) {
      if (error instanceof KontorError && error.code === 'invalid') return error.message
      throw error
    }
  }

  const deliver: Deliver = async (process, sending) => {
    const may = !opensFlow(process, sending.step) || (await given.mayAccess(process.id))
    if (may !== true) return { kind: 'refused', final: true, reason: may }
    const opened = await openFlow(process, sending.step, { sourceOf, plane })
    if (opened.kind === 'impossible') return { kind: 'refused', final: true, reason: opened.reason }
    if (opensFlow(process, sending.step)) await demandCurrent(process.id, sending.id)
    const step = await withKeyOf(sending.step, process.id)
    if (typeof step === 'string') return { kind: 'refused', final: true, reason: step }
    const { path, body } = toWire(process, { ...sending, step }, callbackAddress(), opened.dataAddress)
    return send(process.counterparty, joinUrl(process.address, path), body, await policiesOf(process, sending.step))
  }
  serveProcesses<Transfer, TransferStep>('transfer', { outbox, runner, deliver, typeOf, giveUpAfter, now, events })
  outbox.serve('transfer', 'flow', flowLane({ find: runner.find, sourceOf, plane }))
  const monitor = createMonitor({ db, runner, recheck: given.recheck, now })
  outbox.serve('transfer', WATCH, monitor.watch)
  outbox.serve('negotiation', CHANGED, monitor.changed)

  async function get(id: string): Promise<Transfer> {
    const transfer = await runner.settled(id, PEERS_PATIENCE)
    if (!transfer) throw notFound('transfer process', id)
    return transfer
  }

  /** What a peer stops has stopped when it is told so, not a moment later. */
  async function whenFlowSettled(transfer: Transfer): Promise<Transfer> {
    await outbox.settled(transfer.id, 'flow', 1_000)
    return transfer
  }

  const command = async (id: string, actor: string, make: (transfer: Transfer) => TransferStep): Promise<Transfer> =>
    whenFlowSettled(await runner.command(id, actor, make))

  /** What a data plane tells of a flow. It tells again until this succeeds, and a flow may end before its start is acknowledged. */
  async function told(flowId: string, tell: () => Promise<unknown>): Promise<void> {
    const transfer = await runner.settled(flowId)
    if (transfer && !rules.table.isTerminal(transfer.state)) await tell()
  }

  const flowEvents: FlowListener = {
    completed: flowId => told(flowId, () => runner.command(flowId, 'data-plane', { message: 'complete' })),
    failed: (flowId, reason) => told(flowId, () => runner.terminate(flowId, 'data-plane', reason)),
  }

  return {
    /** Those we have dealt with, by id, a thousand at most, with what was attested about them when they last asked for data. */
    counterparties: (): Promise<Counterparty[]> => listCounterparties(db, 1_000),

    /** Asks a provider for data under an agreement, as consumer. Throws `invalid` if we have no such agreement with it. */
    async request(beginning: TransferBeginning, actor = 'operator'): Promise<Transfer> {
      const { counterparty, address, agreementId, format, dataAddress, callbacks } = beginning
      const agreement = await findAgreement(db, agreementId, 'consumer')
      if (agreement?.retiredAt) throw invalid(`The agreement ${JSON.stringify(agreementId)} has been retired.`)
      if (!agreement?.finalizedAt || agreement.counterparty !== counterparty)
        throw invalid(
          `We have no finalised agreement ${JSON.stringify(agreementId)} with ${counterparty} as our provider.`,
        )
      if (isPush(format) && !dataAddress)
        throw invalid(`${format} needs a data address to push to.`, {
          faults: [{ path: '/dataAddress', message: 'is missing' }],
        })
      if (dataAddress) await withKey(dataAddress, given.reveal)
      const id = newProcessId()
      const destination = dataAddress && addressSeal.seal(dataAddress, id)
      const data = {
        agreementId,
        datasetId: agreement.datasetId,
        format,
        ...(destination && { destination }),
        ...(callbacks && { callbacks }),
      }
      const step = {
        message: 'request' as const,
        agreementId,
        format,
        ...(destination && { dataAddress: destination }),
      }
      return runner.begin({ id, role: 'consumer', counterparty, address, data }, step, actor)
    },

    /** Starts a transfer that waits for somebody to start it, as provider. */
    start: (id: string, actor = 'operator') =>
      command(id, actor, ({ state }) => {
        if (state === 'STARTED') throw wrongState('The transfer is STARTED already.')
        return { message: 'start' }
      }),

    suspend: (id: string, reason: string, actor = 'operator') =>
      command(id, actor, () => ({ message: 'suspend', reason: [reason] })),

    /** Goes on with a transfer that we have suspended ourselves. */
    resume: (id: string, actor = 'operator') =>
      command(id, actor, ({ role, state, data }) => {
        if (state !== 'SUSPENDED')
          throw wrongState(`Only a SUSPENDED transfer can be resumed; this one is ${state ?? 'INITIAL'}.`)
        if (data.suspendedBy !== role)
          throw wrongState('The counterparty has suspended this transfer: only it can resume it.')
        return { message: 'start' }
      }),

    complete: (id: string, actor = 'operator') => command(id, actor, () => ({ message: 'complete' })),

    /** Ends a transfer, whatever is under way; data stops at once, even if the counterparty cannot be told. */
    terminate: async (id: string, reason: string, actor = 'operator') =>
      whenFlowSettled(await runner.terminate(id, actor, reason)),

    /** The transfer process of that id, once what is on the wire has been answered. Throws `not-found`. */
    get,

    /** The transfer process as it stands at this moment. */
    find: (id: string): Promise<Transfer | undefined> => runner.find(id),

    list: (query?: ProcessQuery): Promise<Transfer[]> => runner.list(query),

    /** A consumer's request. The same again gives the same process (DSP 2025-1: idempotent by `consumerPid`). */
    async receiveRequest(incoming: Incoming<TransferStep>, address: string): Promise<Transfer> {
      given.checkAddress(address)
      const { step, counterparty } = incoming
      const { agreementId, format } = step.message === 'request' ? step : { agreementId: '', format: '' }
      // A hasty consumer asks before its acknowledgement of our finalisation has been stored.
      const agreement = await findAgreement(db, agreementId, 'provider')
      if (agreement && !agreement.finalizedAt) await negotiations.settled(agreement.negotiationId)
      const data = { agreementId, datasetId: '', format }
      const id = newProcessId()
      return runner.receiveFirst(sealed(incoming, id), { id, role: 'provider', counterparty, address, data })
    },

    /** A peer's message in a transfer. */
    receive: async (id: string, incoming: Incoming<TransferStep>): Promise<Transfer> =>
      whenFlowSettled(await runner.receive(id, sealed(incoming, id))),

    /** What a peer may see of a transfer: only its own. Throws `not-found`. */
    async show(id: string, counterparty: string): Promise<Transfer> {
      const known = await runner.find(id)
      if (known?.counterparty !== counterparty) throw notFound('transfer process', id)
      const transfer = await get(id)
      // Before the first acknowledgement there is no state that the protocol knows.
      if (transfer.state === null) throw notFound('transfer process', id)
      return transfer
    },

    /** Reviews at once what runs under an agreement in which we have that role: something it depends on has changed. */
    review: monitor.reviewAll,

    /** What the data plane tells of flows. */
    flowEvents,

    /** Where the data of our pull transfers is fetched, as consumer. */
    edrs: createEdrs({ runner, refreshToken: given.refreshToken, addressSeal, now }),
  }
}
