import { type Kind, kind, list } from './kinds.ts'
import { entries, mapping } from './mapping.ts'
import type { Config, GaiaXAddress, GaiaXDocument, GaiaXRegistration, GaiaXRegistrationKind } from './types.ts'
import { oneOf, text, webUrl } from './values.ts'

const nothing = { value: undefined } as const

/** A country by its ISO 3166-1 code of two letters; other spellings exist, but one is enough to write. */
const country = kind('a country code of two letters (ISO 3166-1), such as FR', given =>
  typeof given === 'string' && /^[A-Z]{2}$/.test(given) ? given : undefined,
)

const sha256 = kind('a SHA-256 digest of 64 hexadecimal digits', given =>
  typeof given === 'string' && /^[\da-f]{64}$/i.test(given) ? given.toLowerCase() : undefined,
)

/** An xsd:dateTime with its zone. YAML reads a bare one as text, too. */
const time = kind('a date and time with its zone, such as 2026-01-31T12:00:00Z', given =>
  typeof given === 'string' &&
  /^\d{4}-\d\d-\d\dT[\d:.]+(Z|[+-]\d\d:\d\d)$/.test(given) &&
  !Number.isNaN(Date.parse(given))
    ? given
    : undefined,
)

/** A postal address. */
export const address: Kind<GaiaXAddress> = mapping('an address', {
  countryCode: [country],
  countryName: [text, nothing],
  streetAddress: [text, nothing],
  postalCode: [text, nothing],
  locality: [text, nothing],
  region: [text, nothing],
} as const)

/** The kinds of registration numbers, as a notary's paths have them. */
export const registrationKinds = [
  'vat-id',
  'lei-code',
  'eori',
  'tax-id',
  'euid',
  'local',
  'country-company-number',
] as const satisfies readonly GaiaXRegistrationKind[]

/** Under which numbers a legal person is registered. */
export const registrationNumbers: Kind<readonly GaiaXRegistration[]> = entries(
  mapping('a registration number', {
    kind: [oneOf(...registrationKinds)],
    value: [text],
    countryCode: [country, nothing],
  } as const),
)

/** A document somewhere, and what it must be. */
export const document: Kind<GaiaXDocument> = mapping('a document', { url: [webUrl], sha256: [sha256] } as const)

/** Who accepted Gaia-X's terms and conditions, when, and which (by the digest that stands for their version). */
export const consent: Kind<NonNullable<Config['gaiaX']['consent']>> = mapping('the consent', {
  by: [text],
  at: [time],
  version: [sha256],
} as const)

/** What a namespace or a context is called. */
export const iri: Kind<string> = kind('an absolute IRI', given =>
  typeof given === 'string' && /^[a-z][a-z\d+.-]*:[^\s<>"{}|\\^`]+$/i.test(given) ? given : undefined,
)

/** Several of them. */
export const iris: Kind<readonly string[]> = list(iri)

/** What `gaiaX` is when nothing of it is set. */
export const standardGaiaX: Config['gaiaX'] = {
  mode: 'off',
  legalName: undefined,
  description: undefined,
  legalAddress: undefined,
  headquartersAddress: undefined,
  registrationNumbers: [],
  consent: undefined,
  serviceName: undefined,
  serviceDescription: undefined,
  serviceTerms: undefined,
  usageTerms: undefined,
  dataPolicy: undefined,
  legalDocuments: [],
  dataProducts: 'unlisted',
  key: undefined,
  certificates: undefined,
  algorithm: 'PS256',
  validity: 31_536_000_000,
  ruleSet: 'CD25.10',
  ontology: '25.11',
  context: 'https://w3id.org/gaia-x/development#',
  contextAliases: ['https://w3id.org/gaia-x/2511#'],
  shapes: undefined,
  trustAnchors: undefined,
  evPolicy: 'demand',
  revocation: 'soft',
  trustedIssuers: [],
  olderTypes: 'refuse',
  peerTime: 300_000,
  notary: undefined,
  registry: undefined,
  compliance: undefined,
  events: undefined,
  level: 'standard-compliance',
  catalogue: { url: undefined, token: undefined, tokenUrl: undefined, clientId: undefined, clientSecret: undefined },
}
