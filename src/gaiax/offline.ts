import { randomUUID } from 'node:crypto'
import type { Signer } from '../keys/index.ts'
import { paths } from './routes.ts'
import { credentialUrl, type GaiaXSettings, selfDescription, subjectOf } from './self-description.ts'
import { createSigning, credentialPayload, presentationPayload } from './sign.ts'
import { demandFlawless, type Validation } from './validate.ts'

/** A self-description that nobody has published yet. */
export interface OfflineDescription {
  /** The presentation, a compact JWS; undefined where there was nothing to sign with. */
  readonly jwt: string | undefined
  readonly credentials: readonly { readonly id: string; readonly type: string; readonly validUntil: Date }[]
}

/** How long the presentation may be relied on, ms; as that of a running connector. */
const LIFE = 86_400_000

/**
 * What a connector with these settings would say of itself, held against the shapes and signed: so that it can be looked at, and shown to
 * others' validators, before there is a database. It has no statuses, and registration numbers
 * stand in it as we state them.
 * Throws `invalid`, with a fault for each thing that is wrong.
 */
export async function describeOffline(given: {
  settings: GaiaXSettings
  did: string
  /** Where the connector will be reached. */
  origin: string
  dspUrl: string
  signer: Signer | undefined
  validation: Pick<Validation, 'validate'>
  now: Date
}): Promise<OfflineDescription> {
  const { settings, did, origin, signer, validation, now } = given
  const endpoints = { credentials: `${origin}${paths.credentials}`, dsp: given.dspUrl }
  const validFrom = new Date(Math.floor(now.getTime() / 1_000) * 1_000)
  const validUntil = new Date(validFrom.getTime() + settings.validity)
  // Nobody has attested a number yet: they stand there as we state them.
  const drafts = selfDescription({ ...settings, notary: undefined }, endpoints).map(({ name, type, claims }) => {
    const id = credentialUrl(endpoints, name)
    const envelope = { id, type, issuer: did, context: settings.context, validFrom, validUntil }
    return { id, type, payload: credentialPayload(envelope, claims, subjectOf(id)) }
  })
  const payloads = drafts.map(({ payload }) => payload)
  demandFlawless(await validation.validate(payloads))

  const shown = drafts.map(({ id, type }) => ({ id, type, validUntil }))
  if (signer === undefined) return { jwt: undefined, credentials: shown }
  const signing = createSigning({ did, current: () => signer })
  const jwt = await signing.presentation(
    presentationPayload({
      id: `${origin}${paths.selfDescription}#${randomUUID()}`,
      issuer: did,
      validFrom,
      validUntil: new Date(validFrom.getTime() + Math.min(LIFE, settings.validity)),
      credentials: await Promise.all(payloads.map(signing.credential)),
    }),
  )
  return { jwt, credentials: shown }
}
