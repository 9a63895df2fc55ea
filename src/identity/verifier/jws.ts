import { KontorError } from '../../errors.ts'
import { algorithms, decodeCompact, type JoseHeader, type VerificationKey, verifyCompact } from '../../keys/index.ts'
import { type Reason, Rejection } from '../rejection.ts'

/** Which reason it is when something signed is malformed, and when its signature does not prove what it should. */
export interface JwsReasons {
  readonly malformed: Reason
  readonly algorithm: Reason
  readonly signature: Reason
  /** A header that brings a key along, or has the type of something else. */
  readonly brings: Reason
  readonly type: Reason
  /** Values of `typ` that fit, in lower case; a header without one fits as well. */
  readonly types: readonly string[]
}

/** A compact JWS, read but not verified. */
export interface Opened {
  readonly header: JoseHeader
  readonly payload: Readonly<Record<string, unknown>>
  /** Verifies it by the key that was found out to be its sender's. Throws a `Rejection`. */
  verify(key: VerificationKey): void
}

/** Ways of a token to say by which key it wants to be verified: whoever names the key could name any. */
const unwanted = ['jwk', 'jku', 'x5c', 'x5u', 'x5t', 'x5t#S256'] as const

/** Reads a compact JWS of a stranger's. Throws a `Rejection` for one that no key would make good. */
export function openJws(token: string, reasons: JwsReasons): Opened {
  const { header, payload } = rejecting(() => decodeCompact(token), reasons)
  const brought = unwanted.find(name => name in header)
  if (brought !== undefined) throw new Rejection(reasons.brings, `The header has ${brought}.`)
  const type = header.typ?.toLowerCase().replace(/^application\//, '')
  if (type !== undefined && !reasons.types.includes(type))
    throw new Rejection(reasons.type, `The typ in the header is not ${reasons.types.join(' or ')}.`)
  if (/jwt/i.test(String(header.cty))) throw new Rejection(reasons.type, 'There is another token in the token.')
  return { header, payload, verify: key => void rejecting(() => verifyCompact(token, key, algorithms), reasons) }
}

/** What the room of keys refuses, as a rejection. */
function rejecting<T>(work: () => T, { malformed, algorithm, signature }: JwsReasons): T {
  try {
    return work()
  } catch (error) {
    if (!(error instanceof KontorError)) throw error
    const [blamed] = error.faults.map(({ path }) => path)
    const reason = blamed === 'alg' ? algorithm : blamed === 'signature' ? signature : malformed
    throw new Rejection(reason, error.message, error)
  }
}

/** Demands that something is for us, and for nobody else: each of several could use it with the others. */
export function demandAudience(aud: unknown, audience: string, reason: Reason): void {
  const audiences = [aud].flat()
  if (audiences.length !== 1 || audiences[0] !== audience)
    throw new Rejection(reason, 'The audience is somebody else than us, or not us alone.')
}

/** How far a sender's clock may be from ours, s: below a minute, as the conformance kit demands. */
export const leeway = 30

/** A NumericDate (RFC 7519 §2). */
export const isTime = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value)
