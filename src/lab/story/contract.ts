import { get, post } from '../api.ts'
import type { Participant } from '../participant.ts'
import type { Stage } from '../stage.ts'
import type { Catalog, Listed } from './browse.ts'
import { reach, type Standing, tellHistory } from './follow.ts'
import { inWords, type Terms } from './words.ts'

/** What a negotiation has led to. */
export interface Contract {
  readonly negotiationId: string
  readonly agreementId: string
}

/** The offer of a dataset, and where it is asked for. */
export interface Choice {
  readonly catalog: Catalog
  readonly dataset: Listed
}

/** Asks for a dataset under the offer in its catalogue; the answer is the path of the negotiation. */
export async function request(who: Participant, { catalog, dataset }: Choice): Promise<string> {
  const [offer] = dataset.hasPolicy
  const { id } = await post<Standing>(who, '/v1/negotiations', {
    counterparty: catalog.participantId,
    address: catalog.service[0]?.endpointURL,
    offer: { ...offer, target: dataset['@id'] },
  })
  return `/v1/negotiations/${id}`
}

/** Negotiates a contract, and tells of its states and terms. */
export async function contract(
  stage: Stage,
  consumer: Participant,
  provider: Participant,
  choice: Choice,
): Promise<Contract> {
  stage.chapter(`${consumer.name} chooses an offer and negotiates a contract`)
  stage.fact('offer', String(choice.dataset['http://purl.org/dc/terms/title']))
  const path = await request(consumer, choice)
  await reach(consumer, path, 'FINALIZED')
  await tellHistory(stage, consumer, path, {
    REQUESTED: `${consumer.name} asks for it on the terms of the offer`,
    AGREED: `${provider.name} agrees: the terms are its own, the policy holds`,
    VERIFIED: `${consumer.name} verifies that this is what it asked for`,
    FINALIZED: `${provider.name} finalises: the agreement counts`,
  })
  const { id, agreement } = await get<{ id: string; agreement: Terms & { '@id': string } }>(consumer, path)
  stage.fact('agreement', agreement['@id'])
  stage.aside(inWords(agreement))
  return { negotiationId: id, agreementId: agreement['@id'] }
}
