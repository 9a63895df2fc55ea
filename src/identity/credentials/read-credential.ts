import { invalid } from '../../errors.ts'
import { isJsonObject, type JsonObject } from '../../jsonld/index.ts'
import { decodeCompact } from '../../keys/index.ts'
import { type Profile, VC20 } from './profiles.ts'

/** What a credential says of itself; nothing of it is verified. */
export interface ReadCredential {
  readonly profile: Profile
  readonly algorithm: string
  readonly id: string | undefined
  /** Without `VerifiableCredential`. */
  readonly types: readonly string[]
  readonly issuer: string
  readonly subjects: readonly JsonObject[]
  readonly validFrom: Date | undefined
  /** The earlier of what the token and the credential in it say. */
  readonly validUntil: Date | undefined
  /** The token's payload, and the credential in it: the same in the data model 2.0. */
  readonly payload: JsonObject
  readonly credential: JsonObject
}

/** Reads a credential out of its compact JWS. Throws `invalid` for what is none of a profile we know. */
export function readCredential(jwt: string): ReadCredential {
  const { header, payload } = decode(jwt)
  const { profile, credential } = findCredential(payload)
  const { issuer, types, id } = credential
  const issuerId = isJsonObject(issuer) ? issuer.id : issuer
  const subjects = [credential.credentialSubject].flat().filter(isJsonObject)
  const names = [credential.type ?? types].flat().filter(type => typeof type === 'string')
  if (typeof issuerId !== 'string') throw malformed('/issuer', 'names no issuer')
  if (payload.iss !== undefined && payload.iss !== issuerId) throw malformed('/iss', 'names two issuers')
  if (subjects.length === 0) throw malformed('/credentialSubject', 'is about nobody')
  const [from, until] = profile === 'vc11-sl2021/jwt' ? dates11 : dates20
  return {
    profile,
    algorithm: header.alg,
    id: typeof id === 'string' ? id : undefined,
    types: names.filter(type => type !== 'VerifiableCredential'),
    issuer: issuerId,
    subjects,
    validFrom: dateOf(credential[from]) ?? dateOf(payload.nbf),
    validUntil: earlier(dateOf(credential[until]), dateOf(payload.exp)),
    payload,
    credential,
  }
}

const dates11 = ['issuanceDate', 'expirationDate'] as const
const dates20 = ['validFrom', 'validUntil'] as const

function decode(jwt: string) {
  try {
    return decodeCompact(jwt)
  } catch (cause) {
    throw invalid('The credential is no compact JWS.', { cause })
  }
}

/** Where there is a claim `vc`, that says which model it is: the credentials of the official conformance kit have no usable context. */
function findCredential(payload: JsonObject): { profile: Profile; credential: JsonObject } {
  const vc20 = [payload['@context']].flat()[0] === VC20
  if (isJsonObject(payload.vc) && !vc20) return { profile: 'vc11-sl2021/jwt', credential: payload.vc }
  if (vc20 && payload.vc === undefined) return { profile: 'vc20-bssl/jwt', credential: payload }
  throw malformed('/@context', 'is of no data model that we know, or of two')
}

/** A NumericDate, or text as ISO 8601 has it; readers of ours need no more than the instant. */
function dateOf(value: unknown): Date | undefined {
  if (value === undefined || value === null) return undefined
  const at = new Date(typeof value === 'number' ? value * 1_000 : typeof value === 'string' ? value : Number.NaN)
  if (Number.isNaN(at.getTime())) throw malformed('', 'has a date that is none')
  return at
}

const earlier = (one: Date | undefined, other: Date | undefined): Date | undefined =>
  one && other ? (one < other ? one : other) : (one ?? other)

const malformed = (path: string, why: string) =>
  invalid(`The credential ${why}.`, { faults: [{ path, message: `The credential ${why}.` }] })
