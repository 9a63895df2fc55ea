import { KontorError } from '../../errors.ts'
import { isJsonObject, type JsonObject } from '../../jsonld/index.ts'
import { type CertifiedToken, openCertified } from '../../keys/index.ts'
import { VC20 } from '../vocabulary.ts'
import { Refusal } from './refusal.ts'

/** A credential or presentation as it was read: nothing in it is verified. */
export interface Read {
  readonly token: CertifiedToken
  readonly payload: JsonObject
  readonly id: string | undefined
  readonly types: readonly string[]
  readonly issuer: string
  readonly kid: string
  readonly validFrom: Date
  readonly validUntil: Date | undefined
}

/** A credential. */
export type ReadCredential = Read & { readonly subjects: readonly (JsonObject & { readonly id: string })[] }

/** The media types in a header: as the standard has them, and as drafts of 2024 had them. */
// biome-ignore format: a table is read by its columns
const mediaTypes = {
  vc: { typ: ['vc+jwt'], cty: ['vc'], older: { typ: ['vc+ld+json+jwt', 'vc+ld+jwt'], cty: ['vc+ld', 'vc+ld+json'] } },
  vp: { typ: ['vp+jwt'], cty: ['vp'], older: { typ: ['vp+ld+json+jwt', 'vp+ld+jwt'], cty: ['vp+ld', 'vp+ld+json'] } },
} as const

/** Reads a token as Gaia-X has it (ICAM 25.11, chapter 5): five members of the header, the credential as payload. Throws a `Refusal`. */
function read(text: string, kind: keyof typeof mediaTypes, olderTypes: 'accept' | 'refuse'): Read {
  const token = open(text, kind)
  const { header, payload } = token
  const { typ, cty, older } = mediaTypes[kind]
  const allowed = (standard: readonly string[], former: readonly string[]) =>
    olderTypes === 'accept' ? [...standard, ...former] : standard
  if (!includes(allowed(typ, older.typ), header.typ)) throw new Refusal('type', `The header must have typ ${typ[0]}.`)
  if (!includes(allowed(cty, older.cty), header.cty)) throw new Refusal('type', `The header must have cty ${cty[0]}.`)
  if ('vc' in payload || 'vp' in payload) throw malformed('is wrapped in a claim, and must be the payload itself')
  if ([payload['@context']].flat()[0] !== VC20) throw malformed('does not name the context of the data model 2.0 first')
  const issuer = isJsonObject(payload.issuer) ? payload.issuer.id : payload.issuer
  if (typeof issuer !== 'string' || header.iss !== issuer)
    throw new Refusal('issuer', 'The header must have iss and kid: the issuer, and a key of it.')
  if (!header.kid?.startsWith(`${issuer}#`))
    throw new Refusal('key', 'The header must have iss and kid: the issuer, and a key of it.')
  const validFrom = dateOf(payload.validFrom)
  if (validFrom === undefined) throw malformed('has no validFrom')
  return {
    token,
    payload,
    id: typeof payload.id === 'string' ? payload.id : undefined,
    types: [payload.type].flat().filter(type => typeof type === 'string'),
    issuer,
    kid: header.kid,
    validFrom,
    validUntil: dateOf(payload.validUntil),
  }
}

const includes = (allowed: readonly string[], given: unknown): boolean => allowed.some(each => each === given)

/** A self-description of a hundred data products has some 700 kB; characters. */
const mostInPresentation = 1_024 * 1_024

function open(text: string, kind: keyof typeof mediaTypes): CertifiedToken {
  try {
    return openCertified(text, kind === 'vp' ? { mostPayload: mostInPresentation } : {})
  } catch (error) {
    if (!(error instanceof KontorError)) throw error
    const algorithm = error.faults.some(({ path }) => path === 'alg')
    throw new Refusal(algorithm ? 'algorithm' : 'malformed', error.message, error)
  }
}

/** Reads a credential. Throws a `Refusal`. */
export function readCredential(text: string, olderTypes: 'accept' | 'refuse'): ReadCredential {
  const found = read(text, 'vc', olderTypes)
  if (!found.types.includes('VerifiableCredential')) throw malformed('is no VerifiableCredential')
  const subjects = [found.payload.credentialSubject].flat().filter(isSubject)
  if (subjects.length === 0) throw malformed('is about nobody')
  if (subjects.some(({ id }) => id === found.id)) throw malformed('has the id of its subject')
  return { ...found, subjects }
}

const isSubject = (value: unknown): value is JsonObject & { readonly id: string } =>
  isJsonObject(value) && typeof value.id === 'string'

/** The standard has a comma where the text of Gaia-X shows a semicolon. */
const envelope = /^data:application\/vc(?:\+ld)?(?:\+json)?\+jwt[,;]/

/** More than anybody needs. */
const MOST = 200

/** Reads a presentation: itself, and the tokens in it. Throws a `Refusal`. */
export function readPresentation(
  text: string,
  olderTypes: 'accept' | 'refuse',
): Read & { readonly tokens: readonly string[] } {
  const found = read(text, 'vp', olderTypes)
  if (!found.types.includes('VerifiablePresentation')) throw malformed('is no VerifiablePresentation')
  const entries = [found.payload.verifiableCredential ?? []].flat()
  if (entries.length > MOST) throw malformed(`has more than ${MOST} credentials`)
  return { ...found, tokens: entries.map(tokenOf) }
}

function tokenOf(entry: unknown): string {
  const id = isJsonObject(entry) ? entry.id : entry
  if (typeof id !== 'string' || !envelope.test(id)) throw malformed('has a credential that is in no envelope')
  return id.replace(envelope, '')
}

function dateOf(value: unknown): Date | undefined {
  if (value === undefined) return undefined
  const date = new Date(typeof value === 'string' ? value : Number.NaN)
  if (Number.isNaN(date.getTime())) throw malformed('has a date that is none')
  return date
}

const malformed = (why: string): Refusal => new Refusal('malformed', `The token ${why}.`)
