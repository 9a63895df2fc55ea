import { constants, generateKeyPairSync, type KeyObject } from 'node:crypto'

/** The signature algorithms we know, by their JOSE names (RFC 7518 §3.1, RFC 8037 §3.1). */
export type Algorithm = 'ES256' | 'ES384' | 'PS256' | 'EdDSA'

/** All that differs between two algorithms: nobody below has to ask which one it is. */
interface Kind {
  /** Of the JWK. */
  readonly kty: 'EC' | 'RSA' | 'OKP'
  /** Of the JWK; RSA keys have none. */
  readonly crv?: 'P-256' | 'P-384' | 'Ed25519'
  /** `null` where the algorithm hashes by itself. */
  readonly digest: 'sha256' | 'sha384' | null
  /** What `node:crypto` has to be told besides: raw r||s signatures (RFC 7518 §3.4), a salt as long as the digest (§3.5). */
  readonly options: {
    readonly dsaEncoding?: 'ieee-p1363'
    readonly padding?: number
    readonly saltLength?: number
  }
  /** Signing takes milliseconds, so another thread does it. */
  readonly slow: boolean
  readonly generate: () => KeyObject
}

/** The smallest modulus of our own RSA keys, bits (BSI TR-02102-1 asks for 3000 and more). */
export const modulusLength = 3_072

const raw = { dsaEncoding: 'ieee-p1363' } as const
const pss = { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST }
const ec = (namedCurve: string) => () => generateKeyPairSync('ec', { namedCurve }).privateKey
const rsa = () => generateKeyPairSync('rsa', { modulusLength }).privateKey
const ed = () => generateKeyPairSync('ed25519').privateKey

/** The algorithms, row by row. */
// biome-ignore format: a table is read by its columns
export const kinds: Readonly<Record<Algorithm, Kind>> = {
  ES256: { kty: 'EC',  crv: 'P-256',   digest: 'sha256', options: raw, slow: false, generate: ec('P-256') },
  ES384: { kty: 'EC',  crv: 'P-384',   digest: 'sha384', options: raw, slow: true,  generate: ec('P-384') },
  PS256: { kty: 'RSA',                 digest: 'sha256', options: pss, slow: true,  generate: rsa         },
  EdDSA: { kty: 'OKP', crv: 'Ed25519', digest: null,     options: {},  slow: false, generate: ed          },
}

/** Their names, the one we prefer first. */
export const algorithms = ['ES256', 'ES384', 'PS256', 'EdDSA'] as const satisfies readonly Algorithm[]

/** The only algorithm that a key of that shape serves: a token cannot talk us into another use of it (RFC 8725 §3.1). */
export const algorithmFor = (kty: unknown, crv: unknown): Algorithm | undefined =>
  algorithms.find(name => kinds[name].kty === kty && kinds[name].crv === (kty === 'RSA' ? undefined : crv))
