import { isJsonObject, type JsonObject } from '../../jsonld/index.ts'
import { VC20 } from '../credentials/profiles.ts'
import { Rejection } from '../rejection.ts'

/** What a credential says. Nothing of it is verified. */
export interface Statements {
  readonly id: string | undefined
  readonly types: readonly string[]
  readonly issuer: string
  readonly subject: JsonObject
  /** Whom it is about: more than one if it contradicts itself. */
  readonly subjectIds: readonly string[]
  /** The latest beginning and the earliest end of all that are stated. */
  readonly validFrom: Date | undefined
  readonly validUntil: Date | undefined
  readonly status: readonly JsonObject[]
  readonly schemas: readonly JsonObject[]
  /** The credential as it is. */
  readonly credential: JsonObject
}

/**
 * Reads the credential in the payload of a token: the claim `vc` of the data model 1.1, or the payload itself in 2.0 (some put that
 * into `vc` as well). Throws a `Rejection` for one of another model, and for one that contradicts itself.
 */
export function readStatements(payload: JsonObject): Statements {
  const credential = isJsonObject(payload.vc) ? payload.vc : payload
  // Where there is a claim `vc`, that says it: the credentials of the official conformance kit have no usable context.
  const [context] = listOf(payload['@context'])
  if ((credential === payload) !== (context === VC20)) throw malformed('is of no data model that we know, or of two')
  const subject = readSubject(credential)
  const types = listOf(credential.type).filter(isText)
  if (types.length === 0) throw malformed('has no type')
  return {
    id: [credential.id, payload.jti].find(isText),
    types,
    issuer: readIssuer(credential, payload),
    subject,
    subjectIds: subjectIdsOf(subject.id, payload.sub),
    validFrom: extreme('max', [payload.nbf], [credential.issuanceDate, credential.validFrom]),
    validUntil: extreme('min', [payload.exp], [credential.expirationDate, credential.validUntil]),
    status: objectsIn(credential.credentialStatus, 'credentialStatus'),
    schemas: objectsIn(credential.credentialSchema, 'credentialSchema'),
    credential,
  }
}

const isText = (value: unknown): value is string => typeof value === 'string' && value !== ''

const isGiven = (value: unknown): boolean => value !== undefined && value !== null

/** One or several, as JSON-LD lets people write both. */
export const listOf = (value: unknown): readonly unknown[] =>
  Array.isArray(value) ? value : isGiven(value) ? [value] : []

function objectsIn(value: unknown, name: string): readonly JsonObject[] {
  const list = listOf(value)
  if (!list.every(isJsonObject)) throw malformed(`has a ${name} that is no JSON object`)
  return list.filter(isJsonObject)
}

/** The kit puts the credential's id into `sub`, and it is not alone; a DID there is a subject, and the issuer's word like the other. */
const subjectIdsOf = (id: unknown, sub: unknown): readonly string[] => {
  const told = isText(sub) && (!isText(id) || sub.startsWith('did:')) ? [sub] : []
  return [...new Set([...[id].filter(isText), ...told])]
}

/** What is said of several subjects cannot be put down to one of them. */
function readSubject({ credentialSubject }: JsonObject): JsonObject {
  const [subject, ...more] = objectsIn(credentialSubject, 'credentialSubject')
  if (subject === undefined || more.length > 0) throw malformed('is not about one subject')
  return subject
}

/** It may be named in two places, and must be the same in both. */
function readIssuer({ issuer }: JsonObject, { iss }: JsonObject): string {
  const [id, other] = new Set([isJsonObject(issuer) ? issuer.id : issuer, iss].filter(isGiven))
  if (!isText(id) || other !== undefined)
    throw new Rejection('credential-issuer', 'The credential names no issuer, or more than one.')
  return id
}

/** NumericDates of a token and dateTimes of a credential, as the one that is strictest. */
function extreme(which: 'min' | 'max', seconds: readonly unknown[], dates: readonly unknown[]): Date | undefined {
  const times = [
    ...seconds.filter(isGiven).map(value => (typeof value === 'number' ? value * 1_000 : Number.NaN)),
    ...dates.filter(isGiven).map(value => (typeof value === 'string' ? Date.parse(value) : Number.NaN)),
  ]
  if (times.length === 0) return undefined
  const date = new Date(Math[which](...times))
  if (Number.isNaN(date.getTime())) throw malformed('has a date that is none')
  return date
}

const malformed = (why: string): Rejection => new Rejection('credential-malformed', `The credential ${why}.`)
