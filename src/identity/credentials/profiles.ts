import type { StatusPurpose } from './status-list.ts'

/** The profiles of DCP 1.0: a data model, a way to tell a credential's status, and a proof. */
export const profiles = ['vc11-sl2021/jwt', 'vc20-bssl/jwt'] as const

/** The alias of a profile (DCP 1.0, DCP Profile Definitions). */
export type Profile = (typeof profiles)[number]

/** What Eclipse EDC calls them, and the conformance kit of DCP with it. */
const edcNames: Readonly<Record<Profile, string>> = { 'vc11-sl2021/jwt': 'VC1_0_JWT', 'vc20-bssl/jwt': 'VC2_0_JOSE' }

/** The profile that a message means by the format of a credential, by either name; undefined for one we do not know. */
export const profileOf = (format: string): Profile | undefined =>
  profiles.find(profile => format === profile || format === edcNames[profile])

/** What a message calls the format of a credential. */
export const formatOf = (profile: Profile, names: 'dcp' | 'edc'): string =>
  names === 'edc' ? edcNames[profile] : profile

/** Whether the text is the alias of a profile we know. */
export const isProfile = (text: unknown): text is Profile => profiles.some(profile => profile === text)

/** The contexts of the two data models. */
export const VC11 = 'https://www.w3.org/2018/credentials/v1'
export const VC20 = 'https://www.w3.org/ns/credentials/v2'

/** A token before it is signed; the signer adds `alg` and `kid`. */
export interface Unsigned {
  readonly header: Readonly<Record<string, string>>
  readonly payload: Readonly<Record<string, unknown>>
}

/** Signs a token with our key for credentials and presentations, its `kid` a DID URL of ours. */
export type Sign = (token: Unsigned) => Promise<string>

/** Where the status of a credential is told. */
export interface StatusEntry {
  readonly purpose: StatusPurpose
  readonly index: number
  /** The URL of the status list credential. */
  readonly list: string
}

/** What a credential is to say. */
export interface Content {
  /** A URI. */
  readonly id: string
  /** Without `VerifiableCredential`. */
  readonly type: string
  /** A DID. */
  readonly issuer: string
  /** A DID. */
  readonly holder: string
  readonly claims: Readonly<Record<string, unknown>>
  readonly validFrom: Date
  readonly validUntil: Date
  /** The URL of a JSON Schema: of the subject in the data model 1.1, of the whole credential in 2.0. */
  readonly schema?: string | undefined
  readonly status: readonly StatusEntry[]
}

/** NumericDate of RFC 7519 §2; rounded down, since nothing may be from the future. */
export const seconds = (at: Date): number => Math.floor(at.getTime() / 1_000)

/** An XML Schema dateTime without fractions: some readers stumble over them. */
export const dateTime = (at: Date): string => at.toISOString().replace(/\.\d+Z$/, 'Z')

/** Strict readers take one status only as itself, and several only as a list. */
const oneOrMany = <T>(values: readonly T[]): T | readonly T[] => (values.length === 1 && values[0] ? values[0] : values)

const statusOf = (status: readonly StatusEntry[], type: string): object =>
  status.length === 0
    ? {}
    : {
        credentialStatus: oneOrMany(
          status.map(({ purpose, index, list }) => ({
            id: `${list}#${index}`,
            type,
            statusPurpose: purpose,
            statusListIndex: String(index),
            statusListCredential: list,
          })),
        ),
      }

const claimsOfToken = ({ id, issuer, holder, validFrom, validUntil }: Content) => ({
  iss: issuer,
  sub: holder,
  jti: id,
  iat: seconds(validFrom),
  nbf: seconds(validFrom),
  exp: seconds(validUntil),
})

/** Verifiable Credentials Data Model 1.1 §6.3.1: the credential is the claim `vc` of a JWT. */
function vc11(content: Content): Unsigned {
  const { id, type, issuer, holder, claims, validFrom, validUntil, schema, status } = content
  const statusContext = status.length > 0 ? ['https://w3id.org/vc/status-list/2021/v1'] : []
  const vc = {
    '@context': [VC11, ...statusContext],
    id,
    type: ['VerifiableCredential', type],
    issuer,
    issuanceDate: dateTime(validFrom),
    expirationDate: dateTime(validUntil),
    credentialSubject: { ...claims, id: holder },
    ...statusOf(status, 'StatusList2021Entry'),
    ...(schema !== undefined && { credentialSchema: { id: schema, type: 'JsonSchemaValidator2018' } }),
  }
  return { header: { typ: 'JWT' }, payload: { ...claimsOfToken(content), vc } }
}

/** Securing Verifiable Credentials using JOSE and COSE §3.1.1: the credential is the payload. */
function vc20(content: Content): Unsigned {
  const { id, type, issuer, holder, claims, validFrom, validUntil, schema, status } = content
  const vc = {
    '@context': [VC20],
    id,
    type: ['VerifiableCredential', type],
    issuer,
    validFrom: dateTime(validFrom),
    validUntil: dateTime(validUntil),
    credentialSubject: { ...claims, id: holder },
    ...statusOf(status, 'BitstringStatusListEntry'),
    ...(schema !== undefined && { credentialSchema: { id: schema, type: 'JsonSchema' } }),
  }
  return { header: { typ: 'vc+jwt', cty: 'vc' }, payload: { ...claimsOfToken(content), ...vc } }
}

/** What a presentation is to say. */
export interface Presented {
  /** Our DID. */
  readonly holder: string
  /** The DID of the one and only verifier it is for. */
  readonly audience: string
  readonly jti: string
  readonly from: Date
  readonly until: Date
  /** Compact JWS, all of one profile. */
  readonly credentials: readonly string[]
}

const claimsOfPresentation = ({ holder, audience, jti, from, until }: Presented) => ({
  iss: holder,
  sub: holder,
  aud: audience,
  jti,
  iat: seconds(from),
  nbf: seconds(from),
  exp: seconds(until),
})

function vp11(presented: Presented): Unsigned {
  const vp = {
    '@context': [VC11],
    type: ['VerifiablePresentation'],
    holder: presented.holder,
    verifiableCredential: presented.credentials,
  }
  return { header: { typ: 'JWT' }, payload: { ...claimsOfPresentation(presented), vp } }
}

function vp20(presented: Presented): Unsigned {
  const vp = {
    '@context': [VC20],
    type: ['VerifiablePresentation'],
    holder: presented.holder,
    verifiableCredential: presented.credentials.map(jwt => ({
      '@context': VC20,
      id: `data:application/vc+jwt,${jwt}`,
      type: 'EnvelopedVerifiableCredential',
    })),
  }
  return { header: { typ: 'vp+jwt', cty: 'vp' }, payload: { ...claimsOfPresentation(presented), ...vp } }
}

/** How each profile writes a credential. */
export const writeCredential: Readonly<Record<Profile, (content: Content) => Unsigned>> = {
  'vc11-sl2021/jwt': vc11,
  'vc20-bssl/jwt': vc20,
}

/** How each profile writes a presentation; credentials of different profiles go into different ones (DCP 1.0, Homogeneity requirement). */
export const writePresentation: Readonly<Record<Profile, (presented: Presented) => Unsigned>> = {
  'vc11-sl2021/jwt': vp11,
  'vc20-bssl/jwt': vp20,
}
