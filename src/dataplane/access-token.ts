import { randomUUID } from 'node:crypto'
import { unauthenticated } from '../errors.ts'
import { type Keyring, signJwt, type VerifiedClaims, verifyJwt } from '../keys/index.ts'
import { Memory } from './memory.ts'

/** What an access token opens. */
export interface AccessClaims {
  readonly jti: string
  readonly flowId: string
  readonly generation: number
  /** ms since 1970. */
  readonly expiresAt: number
}

/** Issues and verifies the tokens that open flows. */
export type AccessTokens = ReturnType<typeof createAccessTokens>

/** RFC 9068 §2.1 */
const type = 'at+jwt'
const audience = 'urn:kontor:data-plane'

/**
 * Access tokens: ES256 JWTs whose subject is the flow. They name the flow's generation instead of being known one by one, so every repetition of a
 * start message may carry another, and a suspension still takes them all. `lifetime` is in ms.
 */
export function createAccessTokens(given: { keyring: Keyring; issuer: string; lifetime: number; now: () => Date }) {
  const { keyring, issuer, lifetime, now } = given
  const verified = new Memory<string, AccessClaims>(10_000)

  return {
    /** A new token, and how many seconds it lives. */
    issue(flow: { id: string; counterparty: string; generation: number }) {
      const jti = randomUUID()
      const iat = Math.floor(now().getTime() / 1_000)
      const expiresIn = Math.max(1, Math.round(lifetime / 1_000))
      const standard = { iss: issuer, aud: audience, sub: flow.id, jti, iat, exp: iat + expiresIn }
      const claims = { ...standard, client_id: flow.counterparty, generation: flow.generation }
      return { token: signJwt(claims, type, keyring.current()), jti, expiresIn }
    },

    /** What a token opens. Throws `unauthenticated`. A signature is looked at once: that is two thirds of the cost of a small answer. */
    async verify(token: string): Promise<AccessClaims> {
      const known = verified.get(token)
      const claims = known ?? claimsOf(await verifyJwt(token, keyring, { issuer, audience, type }, now()))
      if (claims.expiresAt <= now().getTime()) throw unauthenticated('The token has expired: refresh it.')
      if (known === undefined) verified.set(token, claims)
      return claims
    },
  }
}

function claimsOf({ jti, sub, exp, generation }: VerifiedClaims): AccessClaims {
  if (typeof generation !== 'number') throw unauthenticated('The token does not name a generation of its flow.')
  return { jti, flowId: sub, generation, expiresAt: exp * 1_000 }
}

/** The token in an Authorization header, with or without the scheme: clients of the EDC send it bare. Throws `unauthenticated`. */
export function demandToken(authorization: string | undefined): string {
  const [, token] = authorization?.match(/^(?:bearer +)?([\w.~+/=-]+) *$/i) ?? []
  if (token === undefined) throw unauthenticated('An access token is needed: send "Authorization: Bearer <token>".')
  return token
}
