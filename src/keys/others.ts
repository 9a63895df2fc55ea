import { constants, createPublicKey, type JsonWebKey, type KeyObject, verify } from 'node:crypto'
import { type Content, open } from './compact.ts'

/** How a signature that we only ever verify is verified. */
interface Kind {
  readonly kty: 'RSA' | 'EC'
  readonly crv?: string
  readonly digest: string
  readonly options: object
}

const pss = { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST }
const raw = { dsaEncoding: 'ieee-p1363' }

/** The algorithms by which others sign what is certified (RFC 7518): no HMAC, no `none`, no keys that certificates are not for. */
// biome-ignore format: a table is read by its columns
const others: Readonly<Record<string, Kind>> = {
  PS256: { kty: 'RSA',              digest: 'sha256', options: pss },
  PS384: { kty: 'RSA',              digest: 'sha384', options: pss },
  PS512: { kty: 'RSA',              digest: 'sha512', options: pss },
  RS256: { kty: 'RSA',              digest: 'sha256', options: {}  },
  ES256: { kty: 'EC', crv: 'P-256', digest: 'sha256', options: raw },
  ES384: { kty: 'EC', crv: 'P-384', digest: 'sha384', options: raw },
}

/** RFC 7518 §3.5. */
const smallestModulus = 2_048

/** A token that somebody certified has signed, as it was read: nothing in it is to be believed before `verifies` said so. */
export interface CertifiedToken extends Content {
  /** Whether that key has signed it, by the algorithm that the token names and the key allows. */
  readonly verifies: (jwk: Readonly<Record<string, unknown>>) => boolean
}

/** Reads a token by PS256, PS384, PS512, RS256, ES256 or ES384. Throws `unauthenticated` for everything else. `mostPayload`: characters, where there may be more than usual. */
export function openCertified(token: string, { mostPayload }: { mostPayload?: number } = {}): CertifiedToken {
  const { header, payload, signed, signature } = open(token, others, mostPayload)
  const kind = others[header.alg]
  return {
    header,
    payload,
    verifies(jwk) {
      const key = kind && keyFor(kind, header.alg, jwk)
      return kind !== undefined && key !== undefined && verify(kind.digest, signed, { key, ...kind.options }, signature)
    },
  }
}

/** The key, if it is one for that algorithm. */
function keyFor({ kty, crv }: Kind, alg: string, jwk: Readonly<Record<string, unknown>>): KeyObject | undefined {
  if (jwk.kty !== kty || (crv !== undefined && jwk.crv !== crv)) return undefined
  if (jwk.alg !== undefined && jwk.alg !== alg) return undefined
  const key = certifiedKey(jwk)
  return (key?.asymmetricKeyDetails?.modulusLength ?? Infinity) >= smallestModulus ? key : undefined
}

/** The public key in a JWK; its private members, should they be there, are not looked at. Undefined for what is none. */
export function certifiedKey({ kty, crv, x, y, n, e }: Readonly<Record<string, unknown>>): KeyObject | undefined {
  const members = Object.entries({ kty, crv, x, y, n, e }).filter(([, value]) => typeof value === 'string')
  try {
    return createPublicKey({ key: Object.fromEntries(members) as JsonWebKey, format: 'jwk' })
  } catch {
    return undefined
  }
}
