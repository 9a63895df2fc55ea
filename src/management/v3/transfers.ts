import { invalid, wrongState } from '../../errors.ts'
import type { JsonObject } from '../../jsonld/index.ts'
import type { ProcessField } from '../../process/index.ts'
import type { DataAddress } from '../../signaling/index.ts'
import { isPush, type Transfer } from '../../transfer/index.ts'
import type { Given } from '../given.ts'
import { withTrouble } from '../pending.ts'
import { fromDataAddress, readAddress, showAddress, toDataAddress } from './address.ts'
import { type Handler, idResponse } from './answer.ts'
import { readCallbacks, writeCallbacks } from './callbacks.ts'
import { objectNotFound } from './errors.ts'
import { type Node, nodes, refused, text, texts } from './node.ts'
import { readPeerAddress } from './peer.ts'
import { type Fields, processFields, toProcessQuery } from './process-query.ts'
import { readQuery } from './query.ts'
import { namedTransfers, transferState } from './states.ts'
import type { Version } from './version.ts'
import { EDC } from './words.ts'

// biome-ignore format: a table is read by its columns
const fields: Fields<ProcessField> = {
  ...processFields,
  state:                  { field: 'standing', among: namedTransfers() },
  contractId:             { field: 'agreementId'                       },
  contractAgreementId:    { field: 'agreementId'                       },
  transferType:           { field: 'format'                            },
  'dataDestination.type': { field: 'destinationType'                   },
}

/** Transfer processes, as EDC's `transferprocesses`. */
export function transferHandlers(
  given: Pick<Given, 'jsonLd' | 'negotiations' | 'transfers' | 'secrets' | 'pendingOf' | 'discover' | 'checkAddress'>,
  version: Version,
) {
  const { answer } = version
  const { jsonLd, negotiations, transfers } = given

  async function find(id: string): Promise<Transfer> {
    const transfer = await transfers.find(id)
    if (!transfer) throw objectNotFound('TransferProcess', id)
    return transfer
  }

  async function readDestination(body: Node): Promise<DataAddress | undefined> {
    const [destination] = nodes(body, 'dataDestination')
    return destination && toDataAddress(await readAddress(jsonLd, destination, 'dataDestination'))
  }

  /** With what is in the way of a message under way, if something is. */
  const writeAll = async (found: readonly Transfer[]) =>
    (await withTrouble(found, given.pendingOf)).map(shown => answer(write(shown, version)))

  const create: Handler = async ({ body, actor }) => {
    const { contractId: agreementId, transferType: format } = texts(body, 'contractId', 'transferType')
    const address = await readPeerAddress(body, given)
    const agreement = await negotiations.agreement(agreementId, 'consumer')
    if (!agreement) throw invalid(`Contract agreement with id ${agreementId} not found`)
    const { counterparty } = agreement
    if (![undefined, counterparty].includes(text(body, 'counterPartyId')))
      throw refused({ path: `${EDC}counterPartyId`, message: 'counterPartyId must be the provider of the agreement' })
    // Older clients of the EDC name a destination for pull, too, which says nothing.
    const dataAddress = isPush(format) ? await readDestination(body) : undefined
    const callbacks = await readCallbacks(body, given)
    const beginning = { counterparty, address, agreementId, format, callbacks, ...(dataAddress && { dataAddress }) }
    return answer(idResponse(await transfers.request(beginning, actor)))
  }

  const get: Handler = async ({ id }) => {
    const [shown] = await writeAll([await find(id)])
    return shown
  }

  const state: Handler = async ({ id }) => answer({ '@type': 'TransferState', state: transferState(await find(id)) })

  const terminate: Handler = async ({ id, body, actor }) => {
    const { reason } = texts(body, 'reason')
    await find(id)
    await transfers.terminate(id, reason, actor)
    return undefined
  }

  const suspend: Handler = async ({ id, body, actor }) => {
    const { reason } = texts(body, 'reason')
    await find(id)
    await transfers.suspend(id, reason, actor)
    return undefined
  }

  const resume: Handler = async ({ id, actor }) => {
    await find(id)
    await transfers.resume(id, actor)
    return undefined
  }

  /** Nothing is ever provisioned here, so of a transfer that has ended nothing is left to be taken down. */
  const deprovision: Handler = async ({ id }) => {
    const { state } = await find(id)
    if (state === 'COMPLETED' || state === 'TERMINATED') return undefined
    throw wrongState(`Only a transfer that has ended can be deprovisioned; this one is ${state ?? 'INITIAL'}.`)
  }

  const list: Handler = async ({ body }) => {
    const found = await transfers.list(toProcessQuery(readQuery(body), fields))
    return writeAll(found)
  }

  return { create, get, state, terminate, suspend, resume, deprovision, list }
}

function write(transfer: Transfer, version: Version): JsonObject {
  const { id, role, peerPid, data, error, updatedAt } = transfer
  const { agreementId, datasetId, format, destination } = data
  return {
    '@id': id,
    '@type': 'TransferProcess',
    state: transferState(transfer),
    stateTimestamp: updatedAt.getTime(),
    type: role.toUpperCase(),
    callbackAddresses: writeCallbacks(data.callbacks, version),
    ...(peerPid !== null && { correlationId: peerPid }),
    ...(error !== null && { errorDetail: error }),
    assetId: datasetId,
    contractId: agreementId,
    transferType: format,
    ...(destination && { dataDestination: showAddress(fromDataAddress(destination)) }),
  }
}
