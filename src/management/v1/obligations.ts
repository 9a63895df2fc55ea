import type { Obligation } from '../../negotiation/index.ts'
import type { Given } from '../given.ts'
import { type Endpoint, implement } from './endpoint.ts'
import { pageOf } from './list.ts'
import { obligationOperations } from './operations/obligations.ts'
import type { FulfilmentInput } from './shapes.ts'

/** What agreements demand to be done, and the word that it was done, or was not. */
export function obligationEndpoints({ negotiations }: Pick<Given, 'negotiations'>): Endpoint[] {
  const { obligations } = negotiations

  const statement = ({ at, evidence }: FulfilmentInput) => ({ evidence, ...(at && { at: new Date(at) }) })

  // biome-ignore format: a table is read by its columns
  return implement(obligationOperations, {
    listObligations:  call => pageOf(call.input, obligations.list, show),
    getObligation:    async ({ id }) => show(await obligations.get(id)),
    fulfilObligation: async ({ id, input, actor }) => show(await obligations.fulfil(id, statement(input), actor)),
    breachObligation: async ({ id, input, actor }) => show(await obligations.breach(id, statement(input), actor)),
  })
}

function show({ agreementId, ...obligation }: Obligation) {
  return { ...obligation, agreement: agreementId }
}
