import jwt from 'jsonwebtoken'
import { unauthenticated } from '../errors.ts'
import type { Keyring, SigningKey } from './keyring.ts'

/** What every token of ours says, whatever else it does. Times are whole seconds since 1970. */
export interface StandardClaims {
  readonly iss: string
  readonly aud: string
  readonly sub: string
  readonly jti: string
  readonly iat: number
  readonly exp: number
}

/** Claims as verified: the standard ones are there and right, the others are as the signer put them. */
export type VerifiedClaims = StandardClaims & Readonly<Record<string, unknown>>

/** What a token must be, to be taken. */
export interface Expected {
  readonly issuer: string
  readonly audience: string
  /** The header's `typ` (RFC 8725 §3.11): a token made for one thing must not do for another. */
  readonly type: string
}

/** The one algorithm. A token that names another is refused before any key is looked at (RFC 8725 §3.1). */
const algorithm = 'ES256'

/** Signs claims as a compact JWT with the header's `typ` as given. */
export function signJwt(claims: StandardClaims & object, type: string, key: SigningKey): string {
  return jwt.sign({ ...claims }, key.privateKey, { algorithm, header: { alg: algorithm, typ: type, kid: key.kid } })
}

/**
 * Verifies a compact JWT of ours. Throws `unauthenticated` for anything else than a token that one of the keys signed, for this issuer,
 * audience and type, that names its subject and itself and has not expired. No tolerance: signer and verifier are the same connector.
 */
export async function verifyJwt(
  token: string,
  keyring: Keyring,
  expected: Expected,
  now: Date,
): Promise<VerifiedClaims> {
  const header = headerOf(token)
  if (header?.alg !== algorithm || header.typ !== expected.type || typeof header.kid !== 'string') throw refused()
  const key = await keyring.find(header.kid)
  if (key === undefined) throw refused()
  return demandClaims(verify(token, key, expected, now))
}

function headerOf(token: string): jwt.JwtHeader | undefined {
  try {
    return jwt.decode(token, { complete: true })?.header
  } catch {
    return undefined
  }
}

function verify(token: string, key: SigningKey, { issuer, audience }: Expected, now: Date): unknown {
  try {
    const clockTimestamp = Math.floor(now.getTime() / 1_000)
    return jwt.verify(token, key.publicKey, { algorithms: [algorithm], issuer, audience, clockTimestamp })
  } catch (error) {
    if (error instanceof jwt.TokenExpiredError) throw unauthenticated('The token has expired: refresh it.')
    throw refused()
  }
}

/** jsonwebtoken takes a token without `exp` for one that never ends, and one without `sub` or `jti` as it is. */
function demandClaims(claims: unknown): VerifiedClaims {
  if (!isStandard(claims)) throw refused()
  return { ...claims }
}

const isStandard = (claims: unknown): claims is StandardClaims =>
  typeof claims === 'object' &&
  claims !== null &&
  ['iss', 'aud', 'sub', 'jti'].every(name => typeof Reflect.get(claims, name) === 'string') &&
  ['iat', 'exp'].every(name => Number.isFinite(Reflect.get(claims, name)))

/** One sentence for all that can be wrong: whoever forges tokens learns nothing from it. */
const refused = () => unauthenticated('The token is not one that this connector issued: ask for a new one.')
