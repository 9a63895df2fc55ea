import { credentialsOf } from './claims.ts'
import { claim } from './credentials.ts'
import { always, type LeftOperand, unknown } from './operand.ts'

const GX = 'https://w3id.org/gaia-x/development#'

/** `gx:labelLevel`, and what else it is written as; a path may have the prefix in each of its names. */
const dressed = (path: string): readonly string[] => [
  `https://w3id.org/gaia-x/2511#${path}`,
  `gx:${path}`,
  ...(path.includes('.')
    ? [
        path
          .split('.')
          .map(name => `gx:${name}`)
          .join('.'),
      ]
    : []),
]

const gx = (path: string) => ({ iri: `${GX}${path}`, aliases: dressed(path) })

/** The kinds of registration numbers that a Gaia-X notary attests. */
const registrations = ['VatID', 'LeiCode', 'EORI', 'TaxID', 'EUID', 'LocalRegistrationNumber', 'CountryCompanyNumber']

/** A label counts by the legal person that it names, and everything else by the label: so both are asked for, whatever is to be known. */
const withLabel = (operand: LeftOperand): LeftOperand => ({
  ...operand,
  credentialTypes: [...new Set([...(operand.credentialTypes ?? []), 'LabelCredential', 'LegalPerson'])],
})

const answered: readonly LeftOperand[] = [
  claim({
    ...gx('labelLevel'),
    label: { en: 'Gaia-X label', fr: 'label Gaia-X' },
    type: 'label',
    places: [
      ['LabelCredential', 'labelLevel'],
      ['MembershipCredential', 'labelLevel'],
    ],
  }),
  claim({
    ...gx('legalAddress.countryCode'),
    label: { en: 'country of the legal address', fr: 'pays du siège social' },
    type: 'country',
    places: [['LegalPerson', 'legalAddress.countryCode']],
  }),
  claim({
    ...gx('headquartersAddress.countryCode'),
    label: { en: 'country of the headquarters', fr: 'pays de la direction générale' },
    type: 'country',
    places: [['LegalPerson', 'headquartersAddress.countryCode']],
  }),
  claim({
    ...gx('vatID'),
    label: { en: 'VAT number', fr: 'numéro de TVA' },
    type: 'text',
    places: [['VatID', 'vatID']],
  }),
  claim({
    iri: 'https://schema.org/leiCode',
    aliases: ['schema:leiCode', `${GX}leiCode`, 'gx:leiCode'],
    label: { en: 'LEI code', fr: 'code LEI' },
    type: 'text',
    places: [['LeiCode', 'leiCode']],
  }),
  {
    ...gx('registrationNumberType'),
    label: { en: 'kind of registration number', fr: "type de numéro d'immatriculation" },
    type: 'text',
    source: 'credential',
    stages: always,
    credentialTypes: registrations,
    find(facts) {
      const held = registrations.filter(type => credentialsOf(type, facts).length > 0)
      if (held.length === 0) return unknown('no-credential', registrations[0])
      return { values: held.flatMap(type => [{ text: type }, { text: `gx:${type}` }, { text: GX + type }]) }
    },
  },
  claim({
    ...gx('rulesVersion'),
    label: { en: 'Gaia-X rules version', fr: 'version des règles Gaia-X' },
    type: 'text',
    places: [
      ['LabelCredential', 'rulesVersion'],
      ['MembershipCredential', 'rulesVersion'],
    ],
  }),
  {
    ...gx('complianceIssuer'),
    label: { en: 'issuer of the Gaia-X label', fr: 'émetteur du label Gaia-X' },
    type: 'text',
    source: 'credential',
    stages: always,
    credentialTypes: ['LabelCredential'],
    find(facts) {
      const held = credentialsOf('LabelCredential', facts)
      return held.length === 0
        ? unknown('no-credential', 'LabelCredential')
        : { values: held.map(({ issuer }) => ({ text: issuer, type: '@id' })) }
    },
  },
]

/** Left operands that Gaia-X credentials answer. The data space's own issuer may repeat the label in its membership credential. */
export const gaiax: readonly LeftOperand[] = answered.map(withLabel)
