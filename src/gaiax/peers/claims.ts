import type { TrustedIssuer } from '../../config/types.ts'
import type { Holding, VerifiedCredential } from '../../identity/index.ts'
import { isJsonObject, type JsonObject } from '../../jsonld/index.ts'
import { digestOf } from '../canonical-json.ts'
import { registrationTypes, shortType } from '../vocabulary.ts'
import { covers, type Label, readLabel } from './label.ts'
import { Refusal } from './refusal.ts'
import { statusEntries, type Verified } from './verify.ts'

/** The types whose claims policies look into. */
export const claimTypes: ReadonlySet<string> = new Set(['LegalPerson', 'LabelCredential', ...registrationTypes])

/** What a participant's credentials come to. */
export interface Claims {
  readonly holding: readonly Holding[]
  readonly label: (Label & { readonly issuer: string; readonly validUntil: Date | undefined }) | undefined
  /** What does not count, and why. */
  readonly refused: readonly Refusal[]
}

/** By which rules labels count. */
export interface LabelRules {
  readonly trustedIssuers: readonly TrustedIssuer[]
  readonly ruleSet: string
}

/**
 * What verified credentials say of `holder`. Its own word alone counts for nothing: its legal person counts when the label of a trusted
 * clearing house names that very credential by its digest, and a registration number when a trusted notary has signed it and the legal
 * person names it.
 */
export function claimsOf(holder: string, credentials: readonly Verified[], rules: LabelRules): Claims {
  const persons = ofType(credentials, 'LegalPerson').filter(({ issuer }) => issuer === holder)
  const refused: Refusal[] = []
  for (const credential of ofType(credentials, 'LabelCredential')) {
    try {
      const { label, person } = judgeLabel(credential, persons, rules)
      const numbers = numbersOf(person, credentials, rules)
      const holding = [
        holdingOf(credential, 'LabelCredential', Math.min(credential.until, person.until)),
        holdingOf(person, 'LegalPerson', Math.min(credential.until, person.until)),
        ...numbers,
      ]
      const { issuer, validUntil } = credential
      return { holding, label: { ...label, issuer, validUntil }, refused }
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
      refused.push(error)
    }
  }
  return { holding: [], label: undefined, refused }
}

function judgeLabel(credential: Verified, persons: readonly Verified[], { trustedIssuers, ruleSet }: LabelRules) {
  const { issuer } = credential
  if (!isTrusted(trustedIssuers, issuer, 'LabelCredential'))
    throw new Refusal('untrusted', `We do not trust ${issuer} for labels.`)
  const label = readLabel(credential.subjects[0] ?? {})
  if (label === undefined) throw new Refusal('malformed', 'The label says no level.')
  if (label.rulesVersion !== ruleSet)
    throw new Refusal('label-rules', `The label is by the rules ${label.rulesVersion}, not by ${ruleSet}.`)
  const person = persons.find(({ payload }) => covers(label, payload))
  if (person === undefined)
    throw new Refusal('label-foreign', 'The label was given for other credentials than those of this participant.')
  return { label, person }
}

const ofType = (credentials: readonly Verified[], type: string): readonly Verified[] =>
  credentials.filter(({ types }) => types.some(each => shortType(each) === type))

/** An issuer without types is trusted for all. */
export const isTrusted = (trusted: readonly TrustedIssuer[], issuer: string, type: string): boolean =>
  trusted.some(({ id, types }) => id === issuer && (types.length === 0 || types.some(each => shortType(each) === type)))

function numbersOf(
  person: Verified,
  credentials: readonly Verified[],
  { trustedIssuers }: LabelRules,
): readonly Holding[] {
  const links = new Set(linksIn(person.subjects[0] ?? {}))
  return registrationTypes.flatMap(type =>
    ofType(credentials, type)
      .filter(
        ({ issuer, subjects }) => isTrusted(trustedIssuers, issuer, type) && subjects.some(({ id }) => links.has(id)),
      )
      .map(credential => holdingOf(credential, type, credential.until)),
  )
}

function linksIn(person: JsonObject): readonly string[] {
  const given = Object.entries(person).find(([key]) => shortType(key) === 'registrationNumber')?.[1]
  return [given ?? []].flat().flatMap(each => {
    const id = isJsonObject(each) ? (each.id ?? each['@id']) : each
    return typeof id === 'string' ? [id] : []
  })
}

/** The name by which rechecks find whom to ask. */
export const BY = 'gaia-x'

function holdingOf(credential: Verified, type: string, until: number): Holding {
  const { id, issuer, subjects, validFrom, validUntil, payload } = credential
  const status = statusEntries(payload).flatMap(placeOf)
  const found: VerifiedCredential = {
    ...(id !== undefined && { id }),
    types: [type],
    issuer,
    subject: subjects[0] ?? {},
    validFrom: validFrom.toISOString(),
    ...(validUntil && { validUntil: validUntil.toISOString() }),
    ...(status.length > 0 && { status }),
    by: BY,
    digest: digestOf(payload),
  }
  return { credential: found, until }
}

/** It was verified, so it has these; how it is told is kept as it was. */
const placeOf = ({ statusPurpose, statusListIndex, statusListCredential }: JsonObject) =>
  typeof statusPurpose === 'string' && typeof statusListCredential === 'string'
    ? [{ purpose: statusPurpose, index: Number(statusListIndex), list: statusListCredential }]
    : []
