import type { Dids } from '../dids/index.ts'
import { Rejection } from '../rejection.ts'
import { demandAudience, isTime, type JwsReasons, leeway, openJws } from './jws.ts'
import type { UseOnce } from './replay.ts'

/** A self-issued ID token that was verified. */
export interface IdToken {
  /** The sender's DID. */
  readonly issuer: string
  /** The access token that opens the sender's credential service to us, if it sent one. */
  readonly access: string | undefined
}

/** Verifies the ID token in an Authorization header, and uses it up. Throws a `Rejection`. */
export type VerifyIdToken = (authorization: string | undefined) => Promise<IdToken>

/** An ID token is for one request; one that lives longer than this, s, would have to be remembered for too long. */
const longestLife = 3_600

/** An ID token with a large access token in it has some 3,000 characters. */
const largest = 12 * 1_024

const reasons: JwsReasons = {
  malformed: 'token-malformed',
  algorithm: 'token-algorithm',
  signature: 'token-signature',
  brings: 'token-brings-key',
  type: 'token-of-other-type',
  types: ['jwt'],
}

/** Verifies self-issued ID tokens meant for `audience` (DCP 1.0, Validating Self-Issued ID Tokens). */
export function createVerifyIdToken(given: {
  audience: string
  dids: Pick<Dids, 'findKey'>
  useOnce: UseOnce
  now: () => Date
}): VerifyIdToken {
  const { audience, dids, useOnce, now } = given

  return async authorization => {
    const { header, payload, verify } = openJws(tokenIn(authorization), reasons)
    const issuer = demandIssuer(payload)
    demandAudience(payload.aud, audience, 'token-audience')
    const expires = demandTimes(payload, now())
    const { jti, token: access } = payload
    if (typeof jti !== 'string' || jti === '') throw new Rejection('token-without-jti', 'The ID token has no jti.')
    // All that costs nothing is checked by now; what follows asks others.
    verify(await dids.findKey(issuer, header.kid, 'capabilityInvocation'))
    if (!(await useOnce(issuer, jti, new Date((expires + leeway) * 1_000))))
      throw new Rejection('token-replayed', 'The jti of the ID token has been used before.')
    return { issuer, access: typeof access === 'string' && access !== '' ? access : undefined }
  }
}

function tokenIn(authorization: string | undefined): string {
  const [, token] = /^Bearer +(\S+)$/i.exec(authorization ?? '') ?? []
  if (token === undefined) throw new Rejection('token-missing', 'There is no bearer token in the Authorization header.')
  if (token.length > largest)
    throw new Rejection('token-malformed', `The ID token has more than ${largest} characters.`)
  return token
}

function demandIssuer({ iss, sub }: Readonly<Record<string, unknown>>): string {
  if (typeof iss !== 'string' || iss === '' || iss !== sub)
    throw new Rejection('token-issuer', 'The iss and sub of the ID token are not one DID.')
  return iss
}

/** Checks `exp`, `iat` and `nbf`; gives `exp`. */
function demandTimes({ exp, iat, nbf }: Readonly<Record<string, unknown>>, now: Date): number {
  const seconds = now.getTime() / 1_000
  if (!isTime(exp) || !isTime(iat) || !(nbf === undefined || isTime(nbf)))
    throw new Rejection('token-without-time', 'The ID token lacks exp or iat, or has a time that is no number.')
  if (exp + leeway <= seconds) throw new Rejection('token-expired', 'The ID token has expired.')
  if (iat - leeway > seconds || (nbf ?? iat) - leeway > seconds)
    throw new Rejection('token-not-yet-valid', 'The ID token is from the future.')
  if (exp - seconds > longestLife + leeway)
    throw new Rejection('token-lives-too-long', `The ID token lives longer than ${longestLife} s.`)
  return exp
}
