import { post } from '../api.ts'
import type { Participant } from '../participant.ts'
import type { Stage } from '../stage.ts'
import { duration, size, type Terms } from './words.ts'

/** A dataset in a catalogue, as far as the story looks at it. */
export interface Listed {
  readonly '@id': string
  readonly hasPolicy: readonly (Terms & { readonly '@id': string })[]
  readonly [property: string]: unknown
}

/** A participant's catalogue, in the protocol's words. */
export interface Catalog {
  readonly participantId: string
  readonly service: readonly { readonly endpointURL: string }[]
  readonly dataset: readonly Listed[]
}

/** How a catalogue is asked for. */
export const catalogRequest = (provider: Participant) => ({
  '@context': { '@vocab': 'https://w3id.org/edc/v0.0.1/ns/' },
  counterPartyId: provider.id,
  counterPartyAddress: provider.urls.protocol,
  protocol: 'dataspace-protocol-http:2025-1',
})

/** Fetches a catalogue and tells what is in it. */
export async function browse(stage: Stage, consumer: Participant, provider: Participant): Promise<Catalog> {
  stage.chapter(`${consumer.name} fetches the catalogue of ${provider.name}`)
  const began = performance.now()
  const catalog = await post<Catalog>(consumer, '/v3/catalog/request', catalogRequest(provider))
  stage.fact('catalogue', `${catalog.dataset.length} datasets`, {
    right: duration(performance.now() - began),
    style: 'green',
  })
  for (const dataset of catalog.dataset) {
    stage.fact('', String(dataset['http://purl.org/dc/terms/title']), {
      right: size(Number(dataset['http://www.w3.org/ns/dcat#byteSize'])),
    })
    stage.aside(String(dataset['http://purl.org/dc/terms/rights']))
  }
  return catalog
}
