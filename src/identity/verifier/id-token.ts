import { KontorError } from '../../errors.ts'
import { algorithms, decodeCompact, type JoseHeader, verifyCompact } from '../../keys/index.ts'
import type { Dids } from '../dids/index.ts'
import { type Reason, Rejection } from '../rejection.ts'
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

/** How far a sender's clock may be from ours, s: below a minute, as the conformance kit demands. */
const leeway = 30

/** An ID token is for one request; one that lives longer than this, s, would have to be remembered for too long. */
const longestLife = 3_600

/** An ID token with a large access token in it has some 3,000 characters. */
const largest = 12 * 1_024

/** Verifies self-issued ID tokens meant for `audience` (DCP 1.0, Validating Self-Issued ID Tokens). */
export function createVerifyIdToken(given: {
  audience: string
  dids: Pick<Dids, 'findKey'>
  useOnce: UseOnce
  now: () => Date
}): VerifyIdToken {
  const { audience, dids, useOnce, now } = given

  return async authorization => {
    const token = tokenIn(authorization)
    const { header, payload } = rejecting(() => decodeCompact(token))
    demandPlainHeader(header)
    const issuer = demandIssuer(payload)
    demandAudience(payload.aud, audience, 'token-audience')
    const expires = demandTimes(payload, now())
    const { jti, token: access } = payload
    if (typeof jti !== 'string' || jti === '') throw new Rejection('token-without-jti', 'The ID token has no jti.')
    // All that costs nothing is checked by now; what follows asks others.
    const key = await dids.findKey(issuer, header.kid, 'capabilityInvocation')
    rejecting(() => verifyCompact(token, key, algorithms))
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

/** Which reason it is when a token is no token, names an algorithm that does not do, or is not signed by its key. */
interface JwsReasons {
  readonly malformed: Reason
  readonly algorithm: Reason
  readonly signature: Reason
}

const ofTokens: JwsReasons = {
  malformed: 'token-malformed',
  algorithm: 'token-algorithm',
  signature: 'token-signature',
}

/** What the room of keys refuses, as a rejection. */
function rejecting<T>(work: () => T, { malformed, algorithm, signature }: JwsReasons = ofTokens): T {
  try {
    return work()
  } catch (error) {
    if (!(error instanceof KontorError)) throw error
    const [blamed] = error.faults.map(({ path }) => path)
    const reason = blamed === 'alg' ? algorithm : blamed === 'signature' ? signature : malformed
    throw new Rejection(reason, error.message, error)
  }
}

/** Ways of a token to say by which key it wants to be verified, or that there is another token in it. */
const unwanted = ['jwk', 'jku', 'x5c', 'x5u', 'x5t', 'x5t#S256'] as const

/** A key is found by `kid` in the issuer's DID document and nowhere else; nothing is nested. `types` are those of `typ` that fit. */
function demandPlainHeader(header: JoseHeader, types: readonly string[] = ['jwt']): void {
  const brought = unwanted.find(name => name in header)
  if (brought !== undefined) throw new Rejection('token-brings-key', `The token's header has ${brought}.`)
  const type = header.typ?.toLowerCase().replace(/^application\//, '')
  if (type !== undefined && !types.includes(type))
    throw new Rejection('token-of-other-type', `The token's typ is not ${types.join(' or ')}.`)
  if ('cty' in header && /jwt/i.test(String(header.cty)))
    throw new Rejection('token-of-other-type', 'The token has another token in it.')
}

function demandIssuer({ iss, sub }: Readonly<Record<string, unknown>>): string {
  if (typeof iss !== 'string' || iss === '' || iss !== sub)
    throw new Rejection('token-issuer', 'The iss and sub of the ID token are not one DID.')
  return iss
}

/** A token for several would let each of them use it with the others. */
function demandAudience(aud: unknown, audience: string, reason: Reason): void {
  const audiences = [aud].flat()
  if (audiences.length !== 1 || audiences[0] !== audience)
    throw new Rejection(reason, 'The audience is somebody else than us, or not us alone.')
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

/** A NumericDate (RFC 7519 §2). */
const isTime = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value)
