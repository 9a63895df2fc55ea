import type { Config, GaiaXAddress, GaiaXDocument, GaiaXRegistration } from '../config/types.ts'
import type { Statement } from './types.ts'
import { notarised, registrations } from './vocabulary.ts'

/** What `gaiaX.…` says. */
export type GaiaXSettings = Config['gaiaX']

/** Where we are reached: what our self-description says about the connector. */
export interface Endpoints {
  /** The URL below which our credentials lie, without a slash at its end. */
  readonly credentials: string
  /** Our DSP base URL. */
  readonly dsp: string
}

/** The last parts of the URLs of what everybody has once. */
export const names = {
  legalPerson: 'legal-person',
  terms: 'terms-and-conditions',
  service: 'service-offering',
  label: 'label',
} as const

/** The URL of a credential of ours. */
export const credentialUrl = ({ credentials }: Pick<Endpoints, 'credentials'>, name: string): string =>
  `${credentials}/${name}`

/** The id of its subject. */
export const subjectOf = (credential: string): string => `${credential}#cs`

/** A link to something that a credential of ours is about. */
export const linkTo = (endpoints: Pick<Endpoints, 'credentials'>, name: string) => ({
  id: subjectOf(credentialUrl(endpoints, name)),
})

/** The specification that a connector's endpoint follows. */
const DSP_STANDARD = 'https://eclipse-dataspace-protocol-base.github.io/DataspaceProtocol/2025-1/'

/** What we say about ourselves, as the settings have it. Terms and conditions are only accepted where somebody has. */
export function selfDescription(settings: GaiaXSettings, endpoints: Endpoints): readonly Statement[] {
  const { consent } = settings
  return [
    { name: names.legalPerson, type: 'LegalPerson', about: null, claims: legalPerson(settings, endpoints) },
    ...(consent
      ? [{ name: names.terms, type: 'Issuer', about: null, claims: { 'gx:gaiaxTermsAndConditions': consent.version } }]
      : []),
    ...(settings.serviceTerms
      ? [
          {
            name: names.service,
            type: 'ServiceOffering',
            about: null,
            claims: serviceOffering(settings, settings.serviceTerms, endpoints),
          },
        ]
      : []),
  ]
}

function legalPerson(settings: GaiaXSettings, endpoints: Endpoints): Statement['claims'] {
  const { legalName, description, legalAddress, headquartersAddress = legalAddress, registrationNumbers } = settings
  return {
    ...(legalName && { 'schema:name': legalName }),
    ...(description && { 'schema:description': description }),
    'gx:registrationNumber': oneOrMany(registrationNumbers.map(each => registration(settings, endpoints, each))),
    ...(legalAddress && { 'gx:legalAddress': addressNode(legalAddress) }),
    ...(headquartersAddress && { 'gx:headquartersAddress': addressNode(headquartersAddress) }),
  }
}

/** Whether a notary attests that number for us. */
export const isNotarised = ({ notary }: Pick<GaiaXSettings, 'notary'>, { kind }: GaiaXRegistration): boolean =>
  notary !== undefined && notarised.has(kind)

/** A link to what the notary attests, or the number as we state it. */
const registration = (settings: GaiaXSettings, endpoints: Endpoints, number: GaiaXRegistration) =>
  isNotarised(settings, number) ? linkTo(endpoints, number.kind) : registrationNode(number)

/** A registration number as a node. */
export function registrationNode({ kind, value, countryCode }: GaiaXRegistration): Readonly<Record<string, unknown>> {
  const { type, property } = registrations[kind]
  const withCountry = countryCode !== undefined && !['TaxID', 'EUID', 'LocalRegistrationNumber'].includes(type)
  return { type: `gx:${type}`, [property]: value, ...(withCountry && { 'gx:countryCode': countryCode }) }
}

function addressNode(address: GaiaXAddress) {
  const { countryCode, countryName, streetAddress, postalCode, locality, region } = address
  return {
    type: 'gx:Address',
    'gx:countryCode': countryCode,
    ...(countryName && { 'gx:countryName': countryName }),
    ...(streetAddress && { 'vcard:street-address': streetAddress }),
    ...(postalCode && { 'vcard:postal-code': postalCode }),
    ...(locality && { 'vcard:locality': locality }),
    ...(region && { 'vcard:region': region }),
  }
}

function serviceOffering(settings: GaiaXSettings, terms: GaiaXDocument, endpoints: Endpoints): Statement['claims'] {
  const { legalName, serviceName = `${legalName}: data space connector`, serviceDescription, legalDocuments } = settings
  return {
    'schema:name': serviceName,
    ...(serviceDescription && { 'schema:description': serviceDescription }),
    'gx:providedBy': linkTo(endpoints, names.legalPerson),
    'gx:serviceOfferingTermsAndConditions': documentNode('gx:TermsAndConditions', terms),
    'gx:servicePolicy': { type: 'gx:AccessUsagePolicy', 'gx:policyLanguage': 'ODRL', 'gx:policyDocument': POLICIES },
    'gx:dataAccountExport': {
      type: 'gx:DataAccountExport',
      'gx:requestType': 'API',
      'gx:accessType': 'digital',
      'gx:formatType': 'application/json',
    },
    'gx:endpoint': {
      type: 'gx:Endpoint',
      'gx:endpointURL': { id: endpoints.dsp },
      'gx:standardConformity': {
        type: 'gx:StandardConformity',
        'dct:title': 'Dataspace Protocol 2025-1',
        'gx:standardReference': { id: DSP_STANDARD },
      },
    },
    ...(legalDocuments.length > 0 && { 'gx:legalDocuments': legalDocumentNodes(settings) }),
  }
}

/** Terms differ from dataset to dataset, and from asker to asker: it is the catalogue that tells them. */
const POLICIES = 'The terms of each dataset are the ODRL offers in the catalogue.'

/** A document with its digest, as a node of some type. */
export const documentNode = (type: string, { url, sha256 }: GaiaXDocument) => ({
  type,
  'gx:url': { id: url },
  'gx:hash': sha256,
})

/** The legal documents, or the terms of the service where there are no others. */
export function legalDocumentNodes({ legalDocuments, serviceTerms }: GaiaXSettings): unknown {
  const urls = legalDocuments.length > 0 ? legalDocuments : serviceTerms ? [serviceTerms.url] : []
  return oneOrMany(urls.map(url => ({ type: 'gx:LegalDocument', 'gx:url': { id: url } })))
}

/** One value stands for itself. */
export const oneOrMany = <T>(values: readonly T[]): T | readonly T[] =>
  values.length === 1 && values[0] !== undefined ? values[0] : values
