import { isAbsolute, relative } from 'node:path'
import type { Changes } from '../settings-file/change.ts'
import type { Found } from './answers.ts'
import type { Known } from './questions.ts'
import { KEPT, MADE } from './readers.ts'

/** The digest that stands for Gaia-X's terms and conditions in force. */
export const TERMS = '4bd7554097444c960292b4726c2efa1373485e8a5565d94d41195214c5e0ceb3'

/** The settings that the answers mean. What is not asked for stays as it is. */
export function settingsFrom(found: Found, known: Known, folder: string, now: Date): Changes {
  const { answers, acceptedBy } = found
  const { key, membershipIssuer, trustAnchors } = answers
  const place = (file: string | undefined) => file && placeOf(file, folder)
  return new Map<string, unknown>([
    ['participant.id', answers.did],
    ['protocol.publicUrl', answers.publicUrl],
    ['identity.mode', 'dcp'],
    ...(membershipIssuer === undefined ? [] : membership(membershipIssuer)),
    ['gaiaX.mode', answers.certificates === undefined ? 'off' : 'on'],
    ['gaiaX.legalName', answers.legalName],
    ['gaiaX.description', answers.description],
    [
      'gaiaX.legalAddress',
      address(
        known.get('gaiaX.legalAddress'),
        answers.country,
        answers.street,
        answers.postalCode,
        answers.locality,
        answers.region,
      ),
    ],
    [
      'gaiaX.headquartersAddress',
      answers.sameHeadquarters === 'no'
        ? address(
            known.get('gaiaX.headquartersAddress'),
            answers.headquartersCountry,
            answers.headquartersStreet,
            answers.headquartersPostalCode,
            answers.headquartersLocality,
            answers.headquartersRegion,
          )
        : undefined,
    ],
    ['gaiaX.registrationNumbers', numbers(found, known)],
    ...(acceptedBy === undefined
      ? []
      : [['gaiaX.consent', { by: acceptedBy, at: now.toISOString(), version: TERMS }] as const]),
    ['gaiaX.serviceName', answers.serviceName],
    ['gaiaX.serviceTerms', { url: answers.termsUrl, sha256: answers.termsSha256 }],
    ...(key === KEPT ? [] : [['gaiaX.key', key === MADE ? undefined : { file: place(key) }] as const]),
    ...(answers.algorithm === undefined ? [] : [['gaiaX.algorithm', answers.algorithm] as const]),
    ['gaiaX.certificates', place(answers.certificates)],
    ['gaiaX.trustAnchors', place(trustAnchors)],
    ['gaiaX.notary', answers.notary],
    ['gaiaX.registry', answers.registry],
    ['gaiaX.compliance', answers.compliance],
    ['gaiaX.events', answers.events],
    ...(answers.level === undefined ? [] : [['gaiaX.level', answers.level] as const]),
    ...trusted(found, known),
  ])
}

/** Whose word others must bring along; without anybody's they are known by their DIDs alone. */
function membership(issuer: string): readonly (readonly [string, unknown])[] {
  if (issuer === 'none') return [['identity.dcp.required', []]]
  return [['identity.dcp.trustedIssuers', [{ id: issuer, types: ['MembershipCredential'] }]]]
}

/** What is not asked for stays as long as the country does. */
function address(
  former: unknown,
  countryCode: string | undefined,
  streetAddress: string | undefined,
  postalCode: string | undefined,
  locality: string | undefined,
  region: string | undefined,
): object {
  const parts = Object.entries({ countryCode, streetAddress, postalCode, locality, region })
  const asked = Object.fromEntries(parts.filter(([, value]) => value !== undefined))
  const name = isRecord(former) && former.countryCode === countryCode ? former.countryName : undefined
  return { ...asked, ...(typeof name === 'string' && { countryName: name }) }
}

/** Kinds whose numbers are the same without their country. */
const stateless: readonly string[] = ['tax-id', 'euid', 'local']

/** A number that is there already stays as it is. */
function numbers({ numbers, numberCountry, answers }: Found, known: Known): readonly object[] {
  const former = [known.get('gaiaX.registrationNumbers') ?? []].flat().filter(isRecord)
  return Object.entries(numbers).map(([kind, value]) => {
    const same = former.find(each => each.kind === kind && each.value === value)
    const countryCode = kind === 'country-company-number' ? numberCountry : answers.country
    return same ?? { kind, value, ...(!stateless.includes(kind) && { countryCode }) }
  })
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** Whose labels and attestations count, where there is no registry to ask. */
function trusted({ answers, numbers }: Found, known: Known): readonly (readonly [string, unknown])[] {
  const { notaryDid, complianceDid } = answers
  const issuers = [
    ...(notaryDid === undefined ? [] : [{ id: notaryDid, types: typesOf(Object.keys(numbers)) }]),
    ...(complianceDid === undefined ? [] : [{ id: complianceDid, types: ['LabelCredential', 'ComplianceCredential'] }]),
  ]
  return issuers.length === 0 || known.has('gaiaX.trustedIssuers') ? [] : [['gaiaX.trustedIssuers', issuers]]
}

// biome-ignore format: a table is read by its columns
const types: Readonly<Record<string, string>> = {
  'vat-id': 'VatID', 'lei-code': 'LeiCode', 'eori': 'EORI', 'tax-id': 'TaxID', 'country-company-number': 'CountryCompanyNumber',
}

const typesOf = (kinds: readonly string[]): readonly string[] => kinds.flatMap(kind => types[kind] ?? [])

/** A file as the configuration names it: from its own folder where it is below that. */
function placeOf(file: string, folder: string): string {
  const path = relative(folder, file)
  return path.startsWith('..') || isAbsolute(path) ? file : `./${path}`
}
