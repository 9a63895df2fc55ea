/** Namespaces, by the prefixes that we write. */
export const prefixes = {
  schema: 'https://schema.org/',
  vcard: 'http://www.w3.org/2006/vcard/ns#',
  dcat: 'http://www.w3.org/ns/dcat#',
  dct: 'http://purl.org/dc/terms/',
  odrl: 'http://www.w3.org/ns/odrl/2/',
  cred: 'https://www.w3.org/2018/credentials#',
} as const

/** The namespace that shapes and claims are about, whatever a credential calls it. */
export const GX = 'https://w3id.org/gaia-x/development#'

/** The context of the data model of credentials, which always comes first. */
export const VC20 = 'https://www.w3.org/ns/credentials/v2'

/** The contexts of a credential of ours: with keys that all have a prefix, every version of Gaia-X's context reads the same. */
export const contextsOf = (gaiaXContext: string): readonly unknown[] => [VC20, gaiaXContext, prefixes]

/** What a kind of registration number is called, and the property that has it. */
// biome-ignore format: a table is read by its columns
export const registrations = {
  'vat-id':                 { type: 'VatID',                   property: 'gx:vatID'                },
  'lei-code':               { type: 'LeiCode',                 property: 'schema:leiCode'          },
  'eori':                   { type: 'EORI',                    property: 'gx:eori'                 },
  'tax-id':                 { type: 'TaxID',                   property: 'schema:taxID'            },
  'euid':                   { type: 'EUID',                    property: 'gx:euid'                 },
  'local':                  { type: 'LocalRegistrationNumber', property: 'gx:local'                },
  'country-company-number': { type: 'CountryCompanyNumber',    property: 'gx:countryCompanyNumber' },
} as const

/** The types of registration numbers. */
export const registrationTypes: readonly string[] = Object.values(registrations).map(({ type }) => type)

/** The numbers that a notary attests; the others we can only state ourselves. */
export const notarised: ReadonlySet<string> = new Set([
  'vat-id',
  'lei-code',
  'eori',
  'tax-id',
  'country-company-number',
])

/** A type without its namespace or prefix, whichever it has. */
export const shortType = (type: string): string => type.replace(/^.*[#/:]/, '')
