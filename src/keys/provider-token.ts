import type { KeyObject } from 'node:crypto'
import jwt from 'jsonwebtoken'
import { KontorError, unauthenticated } from '../errors.ts'
import type { Algorithm } from './algorithms.ts'
import { readPublicKey } from './public-key.ts'

/** The algorithms by which OpenID providers may sign: those with a public key that jsonwebtoken can do. Most of them sign by RS256. */
type ProviderAlgorithm = 'RS256' | 'PS256' | 'ES256' | 'ES384'

/** What a key verifies: an elliptic one by its curve, an RSA one what its provider says, or both. */
const algorithmsOf: Readonly<Record<Algorithm, readonly ProviderAlgorithm[]>> = {
  PS256: ['RS256', 'PS256'],
  ES256: ['ES256'],
  ES384: ['ES384'],
  EdDSA: [],
}

/** A public key of an OpenID provider. */
export interface ProviderKey {
  readonly kid: string | undefined
  readonly algorithms: readonly ProviderAlgorithm[]
  readonly key: KeyObject
}

/** Claims of a token that is verified. Times are whole seconds since 1970. */
export type ProviderClaims = Readonly<Record<string, unknown>> & { readonly sub: string; readonly exp: number }

/** What a token must be, to be taken. */
export interface ProviderExpected {
  readonly issuer: string
  readonly audience: string
}

/** How far the provider's clock may be from ours, s. */
const TOLERANCE = 60

/** Types of access tokens (RFC 9068 §2.1), and what providers write that are older than that, or nothing at all. */
const types: ReadonlySet<unknown> = new Set([undefined, 'jwt', 'at+jwt', 'application/at+jwt'])

/** Of a key set (RFC 7517) those that verify signatures; others are left out, since a provider may have keys for other uses. */
export const readProviderKeys = (set: unknown): readonly ProviderKey[] =>
  keysIn(set).flatMap(jwk => {
    const read = attempt(jwk)
    return read && read.algorithms.length > 0 ? [read] : []
  })

function keysIn(set: unknown): readonly object[] {
  const keys: unknown = typeof set === 'object' && set !== null ? Reflect.get(set, 'keys') : undefined
  return Array.isArray(keys) ? keys.filter(key => typeof key === 'object' && key !== null) : []
}

function attempt(jwk: object): ProviderKey | undefined {
  const { alg, kid, ...parts }: { readonly alg?: unknown; readonly kid?: unknown } = jwk
  try {
    const { algorithm, key } = readPublicKey(parts)
    const algorithms = algorithmsOf[algorithm].filter(name => alg === undefined || name === alg)
    return { kid: typeof kid === 'string' ? kid : undefined, algorithms, key }
  } catch (error) {
    if (error instanceof KontorError) return undefined
    throw error
  }
}

/** By which of its provider's keys a token says that it is signed: undefined if it says nothing. Throws `unauthenticated` for what is no token. */
export function keyNameOf(token: string): string | undefined {
  const header = headerOf(token)
  if (header === undefined || !types.has(header.typ?.toLowerCase()) || 'crit' in header) throw refused()
  return header.kid
}

function headerOf(token: string): jwt.JwtHeader | undefined {
  try {
    return jwt.decode(token, { complete: true })?.header
  } catch {
    return undefined
  }
}

/**
 * Verifies an access token by a key of its provider's. Throws `unauthenticated` for anything else than a token of this issuer for this
 * audience, that names its subject and has begun and not ended; clocks may be a minute apart.
 */
export function verifyProviderToken(
  token: string,
  { key, algorithms }: ProviderKey,
  { issuer, audience }: ProviderExpected,
  now: Date,
): ProviderClaims {
  const clockTimestamp = Math.floor(now.getTime() / 1_000)
  const options = { algorithms: [...algorithms], issuer, audience, clockTimestamp, clockTolerance: TOLERANCE }
  let claims: unknown
  try {
    claims = jwt.verify(token, key, options)
  } catch (error) {
    if (error instanceof jwt.TokenExpiredError) throw unauthenticated('The access token has expired: get a new one.')
    throw refused()
  }
  if (!isComplete(claims)) throw refused()
  return claims
}

/** What a subject may be (OpenID Connect Core 1.0 §2): it is kept in journals, and shown. */
const subject = /^[\x20-\x7e]{1,255}$/

/** jsonwebtoken takes a token without `exp` for one that never ends. */
const isComplete = (claims: unknown): claims is ProviderClaims =>
  typeof claims === 'object' &&
  claims !== null &&
  typeof Reflect.get(claims, 'sub') === 'string' &&
  subject.test(Reflect.get(claims, 'sub')) &&
  Number.isFinite(Reflect.get(claims, 'exp'))

/** One sentence for all that can be wrong: whoever forges tokens learns nothing from it. */
const refused = () =>
  unauthenticated('The access token is not one of management.oidc.issuer for management.oidc.audience: get a new one.')
