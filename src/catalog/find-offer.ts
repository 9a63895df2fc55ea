import type { Database } from '../db/index.ts'
import type { Policy } from '../policy/index.ts'
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

/** The terms of the offer with exactly that id, as it stands now; whoever names it has seen it, since the id holds a digest of its terms. */
export const createFindTerms =
  (db: Database) =>
  async (id: string): Promise<Policy | undefined> => {
    const name = parseOfferId(id)
    const standing = name && (await findStandingOffer(db, name.publicationId, name.datasetId))
    return standing && standing.digest === name.digest ? (JSON.parse(standing.terms) as Policy) : undefined
  }
