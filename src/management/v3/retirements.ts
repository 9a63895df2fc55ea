import { KontorError } from '../../errors.ts'
import type { JsonObject } from '../../jsonld/index.ts'
import type { AgreementField, AgreementRecord } from '../../negotiation/index.ts'
import type { Given } from '../given.ts'
import type { Handler } from './answer.ts'
import { objectNotFound } from './errors.ts'
import { texts } from './node.ts'
import { cannotSort, type Fields, readConditions, wordOf } from './process-query.ts'
import { readQuery } from './query.ts'
import type { Version } from './version.ts'

// biome-ignore format: a table is read by its columns
const fields: Fields<AgreementField> = {
  id:                      { field: 'id'                        },
  agreementId:             { field: 'id'                        },
  reason:                  { field: 'retiredReason'             },
  agreementRetirementDate: { field: 'retiredAt', isNumber: true },
}

/** Agreements that were ended before their time, as EDC's `contractagreements/retirements`. */
export function retirementHandlers({ negotiations }: Pick<Given, 'negotiations'>, { answer }: Version) {
  const create: Handler = async ({ body, actor }) => {
    const { agreementId, reason } = texts(body, 'agreementId', 'reason')
    await orNotFound('ContractAgreement', agreementId, negotiations.retire(agreementId, reason, undefined, actor))
    return undefined
  }

  /** By age of the agreements, the only order there is. */
  const list: Handler = async ({ body }) => {
    const { offset, limit, sortField, order, criteria } = readQuery(body)
    if (sortField !== undefined && wordOf(sortField) !== 'createdAt') throw cannotSort(['createdAt'])
    const where = readConditions(criteria, fields)
    const found = await negotiations.agreements({ offset, limit, order: order ?? 'asc', where, retired: true })
    return found.map(record => answer(write(record)))
  }

  const remove: Handler = async ({ id, actor }) => {
    await orNotFound('AgreementsRetirementEntry', id, negotiations.reinstate(id, undefined, actor))
    return undefined
  }

  return { create, list, remove }
}

function write({ id, retiredAt, retiredReason }: AgreementRecord): JsonObject {
  return {
    '@type': 'AgreementsRetirementEntry',
    agreementId: id,
    reason: retiredReason,
    agreementRetirementDate: Math.floor((retiredAt?.getTime() ?? 0) / 1_000),
  }
}

async function orNotFound(type: string, id: string, work: Promise<unknown>): Promise<void> {
  try {
    await work
  } catch (error) {
    if (error instanceof KontorError && error.code === 'not-found') throw objectNotFound(type, id)
    throw error
  }
}
