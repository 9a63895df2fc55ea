import { createHash, randomUUID } from 'node:crypto'
import type { Database } from '../db/index.ts'
import type { GaiaXSettings } from './self-description.ts'
import { presentationPayload, type Signing } from './sign.ts'
import { listCredentials } from './store.ts'
import type { GaiaXCredential } from './types.ts'

/** How long a self-description may be relied on, ms; it is signed anew at half of that. */
const LIFE = 86_400_000

/** So many datasets are described in it; for more there is the catalogue. */
const MOST_PRODUCTS = 100

/** What is of no use to strangers. */
const private_: ReadonlySet<string> = new Set(['DataUsageAgreement'])

/** The presentation of all that we publish about ourselves. */
export interface SelfDescription {
  /** A compact JWS. */
  readonly jwt: string
  /** How long it may be kept, s. */
  readonly maxAge: number
}

/** Signs the self-description when it has changed, and at half its life: asking for it costs no signature. */
export function createSelfDescription(given: {
  db: Database
  settings: GaiaXSettings
  did: string
  now: () => Date
  signing: Signing
  url: () => string
}): () => Promise<SelfDescription> {
  const { db, settings, did, now, signing, url } = given
  let made: { key: string; jwt: string; renew: number; from: number } | undefined

  async function sign(key: string, credentials: readonly GaiaXCredential[]) {
    const from = now()
    const ends = credentials.flatMap(({ validUntil }) => (validUntil ? [validUntil.getTime()] : []))
    const until = Math.max(from.getTime() + 1_000, Math.min(from.getTime() + LIFE, ...ends))
    const jwt = await signing.presentation(
      presentationPayload({
        id: `${url()}#${randomUUID()}`,
        issuer: did,
        validFrom: from,
        validUntil: new Date(until),
        credentials: credentials.map(each => each.jwt),
      }),
    )
    made = { key, jwt, from: from.getTime(), renew: (from.getTime() + until) / 2 }
    return made
  }

  return async () => {
    const credentials = shown(await listCredentials(db, { limit: 20_000 }), settings, now())
    const key = digest([signing.kid(), ...credentials.map(({ id, version }) => `${id} ${version}`)])
    const time = now().getTime()
    const fresh = made?.key === key && made.renew > time && made.from <= time
    const { jwt, renew } = fresh && made ? made : await sign(key, credentials)
    return { jwt, maxAge: Math.min(60, Math.max(0, Math.floor((renew - time) / 1_000))) }
  }
}

const digest = (parts: readonly string[]): string => createHash('sha256').update(parts.join('\n')).digest('hex')

/** What belongs into it. What has ended does not. */
function shown(
  all: readonly GaiaXCredential[],
  { dataProducts }: GaiaXSettings,
  now: Date,
): readonly GaiaXCredential[] {
  const current = all.filter(
    ({ type, source, validUntil }) =>
      !private_.has(type) && source !== 'peer' && (validUntil === null || validUntil > now),
  )
  const products = current.filter(({ type }) => type === 'DataProduct')
  return [
    ...current.filter(({ type }) => type !== 'DataProduct'),
    ...(dataProducts === 'listed' ? products.slice(0, MOST_PRODUCTS) : []),
  ]
}
