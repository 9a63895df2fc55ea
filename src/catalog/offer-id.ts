import { isPossible } from './storable.ts'

/** Hex digits of the terms' digest in an offer id: enough to see a change, and nobody gains by a forged one. */
export const DIGITS = 16

/** The parts of an offer id. */
export interface OfferName {
  readonly publicationId: string
  readonly datasetId: string
  /** The beginning of the digest of the terms that the id was given out for. */
  readonly digest: string
}

/** An id as it stands in offer ids, where the colon divides. It needs no escaping in JSON or URLs. */
export const keyOf = (id: string): string => encodeURIComponent(id)

/** The id of an offer. It stays while the terms stay: `<publication>:<dataset>:<digest>`. */
export const offerId = ({ publicationId, datasetId, digest }: OfferName): string =>
  `${keyOf(publicationId)}:${keyOf(datasetId)}:${digest}`

/** The parts of an offer id; undefined if it is not one of ours. */
export function parseOfferId(id: string): OfferName | undefined {
  const [publicationId, datasetId, digest, ...more] = id.split(':').map(decode)
  if (!publicationId || !datasetId || !digest || more.length > 0) return undefined
  return { publicationId, datasetId, digest }
}

function decode(part: string): string | undefined {
  try {
    const id = decodeURIComponent(part)
    return isPossible(id) ? id : undefined
  } catch {
    return undefined
  }
}
