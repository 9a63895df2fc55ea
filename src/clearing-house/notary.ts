import type { Identity } from './identity.ts'
import { contextOfOurs } from './label.ts'
import { malformed, Refusal } from './refusal.ts'
import type { StatusList } from './status-list.ts'

const DAY = 86_400_000

/** How a kind of number is attested: its type, the property that holds it, and who would be asked for it outside of a lab. */
interface Register {
  readonly type: string
  readonly property: string
  readonly evidence: string
  readonly source: string
}

// biome-ignore format: a table is read by its columns
const registers: Readonly<Record<string, Register>> = {
  'vat-id':                 { type: 'gx:VatID',                property: 'gx:vatID',                evidence: 'VAT_ID',                 source: 'vies'           },
  'lei-code':               { type: 'gx:LeiCode',              property: 'schema:leiCode',          evidence: 'LEI_CODE',               source: 'gleif'          },
  'eori':                   { type: 'gx:EORI',                 property: 'gx:eori',                 evidence: 'EORI',                   source: 'eori'           },
  'tax-id':                 { type: 'gx:TaxID',                property: 'schema:taxID',            evidence: 'TAX_ID',                 source: 'opencorporates' },
  'country-company-number': { type: 'gx:CountryCompanyNumber', property: 'gx:countryCompanyNumber', evidence: 'COUNTRY_COMPANY_NUMBER', source: 'opencorporates' },
}

/** A number that the registers of this lab have, and the country of whoever has it. */
export interface KnownNumber {
  /** As in the notary's paths: `vat-id`, `lei-code`, `eori`, `tax-id`, `country-company-number`. */
  readonly kind: string
  readonly value: string
  readonly country: string
}

/** Companies that there are in every lab: their numbers have the right check digits, and are nobody's. */
// biome-ignore format: a table is read by its columns
export const knownNumbers: readonly KnownNumber[] = [
  { kind: 'vat-id',                 value: 'DE900000006',          country: 'DE' },
  { kind: 'vat-id',                 value: 'DE900000014',          country: 'DE' },
  { kind: 'vat-id',                 value: 'FR42999000003',        country: 'FR' },
  { kind: 'vat-id',                 value: 'ATU90000007',          country: 'AT' },
  { kind: 'lei-code',               value: 'LAB000KONTORNORDWE63', country: 'DE' },
  { kind: 'lei-code',               value: 'LAB000KONTORTALSTR33', country: 'AT' },
  { kind: 'eori',                   value: 'DE900000060000',       country: 'DE' },
  { kind: 'tax-id',                 value: 'LAB-0900000006',       country: 'BE' },
  { kind: 'country-company-number', value: 'LAB-HRB-900006',       country: 'DE' },
]

/** Attests numbers: gives a credential as `vc+jwt`. */
export type Notary = (kind: string, value: string, query: URLSearchParams) => Promise<string>

export function createNotary(given: {
  identity: Identity
  numbers: readonly KnownNumber[]
  base: string
  now: () => Date
  days: number
  statuses: StatusList
}): Notary {
  const { identity, numbers, base, now, days, statuses } = given
  return async (kind, value, query) => {
    const register = registers[kind]
    if (!register)
      throw new Refusal(404, [
        { rule: 'register', where: kind, message: `there are ${Object.keys(registers).join(', ')}` },
      ])
    const id = query.get('vcId') ?? ''
    const subject = query.get('subjectId') ?? `${id}#cs`
    if (!URL.canParse(id)) throw malformed('vcId', id, 'it is the id of the credential to be: an absolute URL')
    if (!URL.canParse(subject) || subject === id)
      throw malformed('subjectId', subject, 'it must be an absolute URL, or a DID, other than vcId')
    const known = numbers.find(each => each.kind === kind && each.value === value)
    if (!known)
      throw new Refusal(404, [
        { rule: 'registration number', where: value, message: `the register ${register.source} does not have it` },
      ])
    const at = now()
    return identity.sign({
      '@context': contextOfOurs,
      id,
      type: ['VerifiableCredential', register.type],
      issuer: identity.did,
      validFrom: at.toISOString(),
      validUntil: new Date(at.getTime() + days * DAY).toISOString(),
      credentialStatus: statuses.place(id),
      evidence: {
        'gx:evidenceOf': register.evidence,
        'gx:evidenceURL': `${base}/registers/${register.source}`,
        'gx:executionDate': at.toISOString(),
      },
      credentialSubject: {
        id: subject,
        type: register.type,
        [register.property]: value,
        ...(register.type !== 'gx:TaxID' && { 'gx:countryCode': known.country }),
      },
    })
  }
}
