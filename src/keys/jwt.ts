import jwt from 'jsonwebtoken'
import { unauthenticated } from '../errors.ts'
import type { Algorithm } from './algorithms.ts'
import type { Keyring } from './keyring.ts'
import type { VerificationKey } from './public-key.ts'
import { isLocal, type Signer } from './signer.ts'

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

/** What jsonwebtoken can do. */
const supported: ReadonlySet<Algorithm> = new Set(['ES256', 'ES384', 'PS256'])
type Supported = Exclude<Algorithm, 'EdDSA'>

const isSupported = (algorithm: Algorithm): algorithm is Supported => supported.has(algorithm)

/**
 * Signs claims as a compact JWT with the header's `typ` as given, for this connector itself to verify. The key must be one of this
 * process, and not an Ed25519 one: `signCompact` does the rest.
 */
export function signJwt(claims: StandardClaims & object, type: string, signer: Signer): string {
  const { kid, algorithm } = signer
  if (!isLocal(signer) || !isSupported(algorithm)) throw new TypeError(`${algorithm} key ${kid} cannot sign here`)
  return jwt.sign({ ...claims }, signer.privateKey, { algorithm, header: { alg: algorithm, typ: type, kid } })
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
  if (header?.typ !== expected.type || typeof header.kid !== 'string') throw refused()
  const key = await keyring.find(header.kid)
  // A token that names another algorithm than its key's is refused before the key is used (RFC 8725 §3.1).
  if (key === undefined || header.alg !== key.algorithm) throw refused()
  return demandClaims(verify(token, key, expected, now))
}

function headerOf(token: string): jwt.JwtHeader | undefined {
  try {
    return jwt.decode(token, { complete: true })?.header
  } catch {
    return undefined
  }
}

function verify(token: string, { algorithm, key }: VerificationKey, expected: Expected, now: Date): unknown {
  if (!isSupported(algorithm)) throw refused()
  const { issuer, audience } = expected
  try {
    const clockTimestamp = Math.floor(now.getTime() / 1_000)
    return jwt.verify(token, key, { algorithms: [algorithm], issuer, audience, clockTimestamp })
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
