import { KontorError, notFound } from '../../errors.ts'
import type { AgreementRecord } from '../../negotiation/index.ts'
import type { ProcessQuery } from '../../process/index.ts'
import type { Given } from '../given.ts'
import { type Endpoint, implement } from './endpoint.ts'
import { pageOf } from './list.ts'
import { agreementOperations } from './operations/agreements.ts'
import { type PageInput, pagedBy } from './paged.ts'
import { because } from './shapes.ts'

/** Agreements in the house's own words: what was signed, and how it is ended before its time. */
export function agreementEndpoints(given: Pick<Given, 'negotiations' | 'evidence' | 'journalUnder'>): Endpoint[] {
  const { negotiations, evidence, journalUnder } = given

  async function find(id: string): Promise<AgreementRecord> {
    const found = await negotiations.agreement(id)
    if (!found) throw notFound('agreement', id)
    return found
  }

  async function list({ role, counterparty, limit, offset, after }: ProcessQuery) {
    const page = { ...(limit !== undefined && { limit }), ...(offset !== undefined && { offset }), after }
    const any = { ...(role && { role: [role] }), ...(counterparty && { counterparty: [counterparty] }) }
    const found = await negotiations.agreements({ ...page, any })
    return found.map(record => ({ ...record, createdAt: record.agreedAt }))
  }

  /**
   * All there is to know of an agreement. `digest` is the SHA-256 of its terms in canonical form, `policyHash` that of the whole as
   * an RDF graph (RDFC-1.0): null for one with extension properties that are not JSON-LD.
   */
  async function show(record: AgreementRecord) {
    const policyHash = await negotiations.hashOf(record).catch(unlessNotLinked)
    return { ...outline(record), digest: record.digest, policyHash, agreement: record.agreement }
  }

  /** All journals that tell of an agreement, as one. */
  async function history(id: string, page: PageInput) {
    const record = await find(id)
    return pagedBy(
      page,
      asked => journalUnder(record, asked),
      entry => entry,
    )
  }

  // biome-ignore format: a table is read by its columns
  return implement(agreementOperations, {
    listAgreements:  call => pageOf(call.input, list, outline),
    getAgreement:    async ({ id }) => show(await find(id)),
    getAgreementHistory: ({ id, input }) => history(id, input),
    getEvidence:     ({ id }) => evidence.of(id),
    retireAgreement: async ({ id, input, actor }) => show(await negotiations.retire(id, because(input), undefined, actor)),
  })
}

function unlessNotLinked(error: unknown): null {
  if (error instanceof KontorError && error.code === 'invalid') return null
  throw error
}

/** What a list tells of an agreement. */
function outline(record: AgreementRecord) {
  const { id, role, counterparty, datasetId, negotiationId, agreedAt, finalizedAt, retiredAt, retiredReason } = record
  return { id, role, counterparty, dataset: datasetId, negotiationId, agreedAt, finalizedAt, retiredAt, retiredReason }
}
