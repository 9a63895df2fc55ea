import { KontorError } from '../../errors.ts'
import type { JsonObject } from '../../jsonld/index.ts'
import type { ProcessField } from '../../process/index.ts'
import type { Transfer } from '../../transfer/index.ts'
import type { Given } from '../given.ts'
import { fromDataAddress } from './address.ts'
import type { Handler } from './answer.ts'
import { objectNotFound } from './errors.ts'
import { type Fields, toProcessQuery } from './process-query.ts'
import { readQuery } from './query.ts'
import type { Version } from './version.ts'

// biome-ignore format: a table is read by its columns
const fields: Fields<ProcessField> = {
  id:                    { field: 'id'                            },
  transferProcessId:     { field: 'id'                            },
  assetId:               { field: 'datasetId'                     },
  agreementId:           { field: 'agreementId'                   },
  contractNegotiationId: { field: 'negotiationId'                 },
  providerId:            { field: 'counterparty'                  },
  createdAt:             { field: 'edrReceivedAt', isNumber: true },
}

/** Where data can be fetched (endpoint data references), as EDC's `edrs`; each is known by its transfer's id. */
export function edrHandlers(
  { negotiations, transfers }: Pick<Given, 'negotiations' | 'transfers'>,
  { answer }: Version,
) {
  async function negotiationsOf(found: readonly Transfer[]): Promise<ReadonlyMap<string, string>> {
    const id = [...new Set(found.map(({ data }) => data.agreementId))]
    const agreements = await negotiations.agreements({ any: { id, role: ['consumer'] }, limit: id.length })
    return new Map(agreements.map(({ id, negotiationId }) => [id, negotiationId]))
  }

  const list: Handler = async ({ body }) => {
    const query = toProcessQuery(readQuery(body), fields)
    const found = await transfers.list({ ...query, role: 'consumer', state: 'STARTED', has: 'edr' })
    const negotiationOf = await negotiationsOf(found)
    return found.map(transfer => answer(write(transfer, negotiationOf.get(transfer.data.agreementId))))
  }

  /** Clients of the EDC know nothing of refreshing: what they are given is good now. */
  const get: Handler = async ({ id }) => {
    const dataAddress = await orNotFound(id, transfers.edrs.fresh(id))
    const { type, ...properties } = fromDataAddress(dataAddress)
    return answer({ '@type': 'DataAddress', type, endpointType: type, ...properties })
  }

  const remove: Handler = async ({ id }) => {
    await orNotFound(id, transfers.edrs.forget(id))
    return undefined
  }

  return { list, get, remove }
}

function write({ id, counterparty, data, createdAt }: Transfer, negotiationId: string | undefined): JsonObject {
  const { agreementId, datasetId, edr } = data
  return {
    '@id': id,
    '@type': 'EndpointDataReferenceEntry',
    providerId: counterparty,
    assetId: datasetId,
    agreementId,
    transferProcessId: id,
    createdAt: edr ? Date.parse(edr.receivedAt) : createdAt.getTime(),
    ...(negotiationId !== undefined && { contractNegotiationId: negotiationId }),
  }
}

async function orNotFound<T>(id: string, work: Promise<T>): Promise<T> {
  try {
    return await work
  } catch (error) {
    if (error instanceof KontorError && error.code === 'not-found')
      throw objectNotFound('EndpointDataReferenceEntry', id)
    throw error
  }
}
