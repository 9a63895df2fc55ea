import type { Database, Queryable } from '../db/index.ts'
import { invalid, wrongState } from '../errors.ts'
import type { Guard } from '../http/index.ts'
import type { Reveal } from '../keys/index.ts'
import type { AddressSeal, DataFlow, DataPlane, SourceAddress, SourceSeal } from '../signaling/index.ts'
import { pullAddress } from './address.ts'
import { readDestination } from './destination.ts'
import type { Tokens } from './refresh.ts'
import { removeRefreshTokens } from './refresh-store.ts'
import { keyOf } from './source.ts'
import { faultsOf, isKnown } from './source-faults.ts'
import { announce, endFlow, findFlow, openFlow, suspendFlow } from './store.ts'
import { noKey } from './unlock.ts'

const pull = 'HttpData-PULL'
const push = 'HttpData-PUSH'

/** What the control plane asks of us. Each call is one transaction; when it is committed, all replicas know. */
export function createPlane(given: {
  db: Database
  tokens: Tokens
  guard: Guard
  publicUrl: () => string
  /** Whether there is a directory for files. */
  files: boolean
  sourceSeal: SourceSeal
  addressSeal: AddressSeal
  reveal: Reveal
  now: () => Date
  /** Called in this process when a flow's change is committed. */
  changed: (flowId: string) => void
}): DataPlane {
  const { db, tokens, guard, publicUrl, files, sourceSeal, addressSeal, reveal, now, changed } = given

  const faults = (source: SourceAddress): readonly string[] =>
    source.type === 'File' && !files
      ? ['Files cannot be served: set data.files to the directory they lie in.']
      : faultsOf(source)

  /** A refusal now is told to the consumer as a termination with its reason, instead of a start that leads nowhere. */
  async function demandPossible({ id, datasetId, format, source: kept, destination }: DataFlow): Promise<void> {
    if (format !== pull && format !== push)
      throw invalid(`The format ${format} is not served: it must be ${pull} or ${push}.`)
    const source = await sourceSeal.open(kept, datasetId)
    const [fault] = faults(source)
    if (fault !== undefined)
      throw invalid('The source of the data is not well described: its provider must look after it.')
    const key = keyOf(source)
    if (key !== undefined && (await reveal(key.secret)) === undefined) throw invalid(noKey)
    if (format !== push) return
    guard.check(readDestination(destination ? await addressSeal.open(destination, id) : null).url)
  }

  async function start(tx: Queryable, flow: DataFlow) {
    const opened = await openFlow(tx, flow, flow.format === push, now())
    if (opened === undefined) return demandComplete(tx, flow.id)
    if (flow.format === push || opened.version > 1) await announce(tx, flow.id)
    return flow.format === push ? undefined : pullAddress(publicUrl(), await tokens.issue(tx, opened))
  }

  async function stop(flowId: string, end: (tx: Queryable) => Promise<unknown>): Promise<void> {
    await db.transaction(async tx => {
      await end(tx)
      await announce(tx, flowId)
      tx.afterCommit(() => changed(flowId))
    })
  }

  return {
    formatsOf: ({ type }) => (type === 'HttpData' || (type === 'File' && files) ? [pull, push] : []),
    knows: isKnown,
    faultsOf: faults,
    seal: sourceSeal.seal,
    unseal: sourceSeal.open,
    async start(flow) {
      await demandPossible(flow)
      return db.transaction(async tx => {
        tx.afterCommit(() => changed(flow.id))
        return start(tx, flow)
      })
    },
    suspend: (flowId, reason) => stop(flowId, tx => suspendFlow(tx, flowId, reason, now())),
    terminate: (flowId, reason) =>
      stop(flowId, async tx => {
        await endFlow(tx, flowId, { state: 'terminated', reason }, now())
        await removeRefreshTokens(tx, flowId)
      }),
  }
}

/** A push may have been delivered before its start message got through: then there is nothing more to do. */
async function demandComplete(tx: Queryable, id: string): Promise<undefined> {
  const flow = await findFlow(tx, id)
  if (flow?.state !== 'completed') throw wrongState('The transfer has ended: its data cannot be had any more.')
}
