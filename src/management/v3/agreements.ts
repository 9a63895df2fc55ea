import type { JsonObject } from '../../jsonld/index.ts'
import type { AgreementField, AgreementRecord } from '../../negotiation/index.ts'
import type { Given } from '../given.ts'
import type { Handler } from './answer.ts'
import { objectNotFound } from './errors.ts'
import { cannotSort, type Fields, readConditions, wordOf } from './process-query.ts'
import { readQuery } from './query.ts'
import type { Version } from './version.ts'

// biome-ignore format: a table is read by its columns
const fields: Fields<AgreementField> = {
  id:                  { field: 'id'                       },
  agreementId:         { field: 'id'                       },
  assetId:             { field: 'datasetId'                },
  providerId:          { field: 'provider'                 },
  consumerId:          { field: 'consumer'                 },
  contractSigningDate: { field: 'agreedAt', isNumber: true },
  'policy.assigner':   { field: 'provider'                 },
  'policy.assignee':   { field: 'consumer'                 },
  'policy.target':     { field: 'datasetId'                },
}

/** What agreements are sorted by: any field, and when they were made under another name. Throws `invalid` for anything else. */
function readSort(sortField: string): AgreementField {
  const word = wordOf(sortField)
  if (word === 'createdAt') return 'agreedAt'
  const entry = Object.hasOwn(fields, word) ? fields[word] : undefined
  if (!entry || !('field' in entry)) throw cannotSort([...Object.keys(fields), 'createdAt'])
  return entry.field
}

/** Agreements, as EDC's `contractagreements`; `negotiation` shows a negotiation as its own resource does. */
export function agreementHandlers(
  { negotiations }: Pick<Given, 'negotiations'>,
  version: Version,
  negotiation: Handler,
) {
  async function find(id: string): Promise<AgreementRecord> {
    const record = await negotiations.agreement(id)
    if (!record) throw objectNotFound('ContractAgreement', id)
    return record
  }

  const get: Handler = async ({ id }) => writeAgreement(await find(id), version)

  const negotiationOf: Handler = async call => negotiation({ ...call, id: (await find(call.id)).negotiationId })

  const list: Handler = async ({ body }) => {
    const { offset, limit, sortField, order, criteria } = readQuery(body)
    const where = readConditions(criteria, fields)
    const sort = sortField === undefined ? undefined : readSort(sortField)
    const found = await negotiations.agreements({ offset, limit, sort, order: order ?? (sort ? 'asc' : 'desc'), where })
    return found.map(record => writeAgreement(record, version))
  }

  return { get, negotiationOf, list }
}

/** An agreement. EDC keeps an id of its own beside the shared one; here both are the shared one. */
export function writeAgreement(
  { id, datasetId, agreement, agreedAt }: AgreementRecord,
  { answer, policy }: Version,
): JsonObject {
  return answer({
    '@type': 'ContractAgreement',
    '@id': id,
    assetId: datasetId,
    agreementId: id,
    policy: policy(agreement, id),
    contractSigningDate: Math.floor(agreedAt.getTime() / 1_000),
    consumerId: agreement.assignee,
    providerId: agreement.assigner,
  })
}
