import { localName } from '../readers.ts'
import type { Facts, PolicyCredential } from '../types.ts'
import { isObject } from '../vocabulary.ts'

/** The namespaces of Gaia-X mean the same (https://w3id.org/gaia-x/…); everybody writes another one. */
const GAIAX = /^(?:gx:|https:\/\/w3id\.org\/gaia-x\/(?:development|2511)#)/

/** A type of credentials in one spelling: `gx:VatID` and `https://w3id.org/gaia-x/development#VatID` are `VatID`. */
export const credentialType = (type: string): string => type.replace(GAIAX, '')

/** The credentials of that type which are valid now; the claims come from outside, so every shape is looked at. */
export function credentialsOf(type: string, { participant, now }: Facts): readonly PolicyCredential[] {
  const given: unknown = participant.claims.credentials
  const found: PolicyCredential[] = []
  if (!Array.isArray(given)) return found
  for (const each of given)
    if (isCredential(each) && isOfType(each, type) && isValid(each, now.getTime())) found.push(each)
  return found
}

function isCredential(value: unknown): value is PolicyCredential {
  return isObject(value) && typeof value.issuer === 'string' && isObject(value.subject) && Array.isArray(value.types)
}

const isOfType = ({ types }: PolicyCredential, type: string): boolean =>
  types.some(name => name === type || (typeof name === 'string' && credentialType(name) === type))

/** A time that cannot be read is none in which a credential is valid. */
const isValid = ({ validFrom, validUntil }: PolicyCredential, at: number): boolean =>
  (validFrom === undefined || Date.parse(validFrom) <= at) && (validUntil === undefined || at < Date.parse(validUntil))

/**
 * What stands under a path in a credential's subject: `legalAddress.countryCode` is found whatever prefix its names have there. Lists are
 * gone through; what is found is as JSON-LD writes values.
 */
export function claimsAt(subject: unknown, path: readonly string[]): readonly unknown[] {
  const found: unknown[] = []
  collect(subject, path, 0, found)
  return found
}

function collect(subject: unknown, path: readonly string[], depth: number, found: unknown[]): void {
  if (Array.isArray(subject)) for (const each of subject) collect(each, path, depth, found)
  else if (depth === path.length && subject !== undefined && subject !== null) found.push(subject)
  else if (isObject(subject))
    for (const key of Object.keys(subject))
      if (key === path[depth] || localName(key) === path[depth]) collect(subject[key], path, depth + 1, found)
}

/** `gx:legalAddress.gx:countryCode` as a path of local names. */
export const pathOf = (text: string): readonly string[] => text.split('.').map(localName)
