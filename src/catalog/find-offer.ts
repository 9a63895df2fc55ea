import { admits } from './access.ts'
import { offerId, parseOfferId } from './offer-id.ts'
import { findStandingOffer } from './store/offers.ts'
import type { FindOffer, FormatsOf } from './types.ts'

/** Looks offers of ours up by their ids: one statement, as negotiations begin with it. */
export const createFindOffer =
  ({ formatsOf, now }: { formatsOf: FormatsOf; now: () => Date }): FindOffer =>
  async (tx, id, counterparty) => {
    const name = parseOfferId(id)
    const standing = name && (await findStandingOffer(tx, name.publicationId, name.datasetId))
    if (!standing || !admits(standing.accessPolicy, counterparty, now())) return undefined
    const formats = formatsOf(standing.source)
    if (formats.length === 0) return undefined
    const { digest } = standing
    const offer = { ...JSON.parse(standing.terms), '@id': offerId({ ...name, digest }), '@type': 'Offer' }
    const bounds = standing.bounds ?? undefined
    return { offer, datasetId: name.datasetId, bounds, formats, outdated: digest !== name.digest }
  }
