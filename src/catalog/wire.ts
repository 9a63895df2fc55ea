import { DSP_CONTEXT } from '../dsp/index.ts'
import type { DatasetText } from './store/pages.ts'
import type { NestedCatalog } from './types.ts'

/** Who offers, and where: what every catalogue and distribution says of us. */
export interface Provider {
  readonly participantId: string
  /** Our DSP base URL, version path included. */
  readonly endpointUrl: string
}

/** JSON of a dataset's distributions, one a format. The service has the URL as its name, too: it stays while that stays. */
export function distributionText({ endpointUrl }: Provider, formats: readonly string[]): string {
  const accessService = serviceAt(endpointUrl)
  return JSON.stringify(formats.map(format => ({ '@type': 'Distribution', format, accessService })))
}

/** JSON of a dataset as it stands in a catalogue, put together from texts: nothing is parsed on the way. */
export const datasetText = (
  { document, offers }: DatasetText,
  distribution: string,
  description?: { readonly url: string; readonly type: string },
): string => `${document.slice(0, -1)}${seeAlso(description)},"hasPolicy":[${offers}],"distribution":${distribution}}`

/** The property of RDF Schema, written in full: the protocol's context has no word for it. */
const seeAlso = (description: { readonly url: string; readonly type: string } | undefined): string =>
  description === undefined
    ? ''
    : `,"http://www.w3.org/2000/01/rdf-schema#seeAlso":${JSON.stringify({ '@id': description.url, '@type': description.type })}`

/** JSON of a dataset that goes out alone. */
export const alone = (dataset: string): string => `{"@context":${JSON.stringify([DSP_CONTEXT])},${dataset.slice(1)}`

/**
 * JSON of a catalogue up to its datasets: what stands between it and `}` may be a `"dataset":[…]`. Empty lists are left
 * out, as the schemas want it.
 */
export function catalogHead({ participantId, endpointUrl }: Provider, nested: readonly NestedCatalog[]): string {
  const head = {
    '@context': [DSP_CONTEXT],
    '@id': `${endpointUrl}/catalog`,
    '@type': 'Catalog',
    participantId,
    service: [serviceAt(endpointUrl)],
    ...(nested.length > 0 && { catalog: nested.map(nestedCatalog) }),
  }
  return JSON.stringify(head).slice(0, -1)
}

const serviceAt = (endpointURL: string) => ({ '@id': endpointURL, '@type': 'DataService', endpointURL })

const nestedCatalog = ({ id, participantId, endpointUrl }: NestedCatalog) => ({
  '@id': id,
  '@type': 'Catalog',
  participantId,
  distribution: [{ '@type': 'Distribution', format: 'Catalog', accessService: endpointUrl }],
  service: [serviceAt(endpointUrl)],
})
