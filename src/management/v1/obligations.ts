import type { Obligation } from '../../negotiation/index.ts'
import type { Given } from '../given.ts'
import { type Endpoint, endpoint } from './endpoint.ts'
import { pageOf } from './list.ts'
import { type FulfilmentInput, shapes } from './shapes.ts'

/** What agreements demand to be done, and the word that it was done, or was not. */
export function obligationEndpoints({ negotiations }: Pick<Given, 'negotiations'>): Endpoint[] {
  const { obligations } = negotiations
  const { obligationList, nothing, fulfilment } = shapes

  const statement = ({ at, evidence }: FulfilmentInput) => ({ evidence, ...(at && { at: new Date(at) }) })

  // biome-ignore format: a table is read by its columns
  return [
    endpoint('get',  '/obligations',            obligationList, call => pageOf(call.input, obligations.list, show)),
    endpoint('get',  '/obligations/:id',        nothing,        async ({ id }) => show(await obligations.get(id))),
    endpoint('post', '/obligations/:id/fulfil', fulfilment,     async ({ id, input, actor }) => show(await obligations.fulfil(id, statement(input), actor))),
    endpoint('post', '/obligations/:id/breach', fulfilment,     async ({ id, input, actor }) => show(await obligations.breach(id, statement(input), actor))),
  ]
}

function show({ agreementId, ...obligation }: Obligation) {
  return { ...obligation, agreement: agreementId }
}
