import datasets from '@rdfjs/dataset'
import type { DatasetCore, Quad_Object, Quad_Subject } from '@rdfjs/types'
import { DataFactory } from 'rdf-data-factory'
import SHACLValidator from 'rdf-validate-shacl'
import { countryCodes } from './countries.ts'
import { iri, RDF, RDFS, SHACL, short, XSD } from './namespaces.ts'
import type { Broken } from './refusal.ts'

/** What a property may hold: text, an IRI, one or the other, a country's code, anything, a node of a class, or one of some words. */
type Kind = 'text' | 'iri' | 'text or iri' | 'country' | 'anything' | `${string}:${string}` | readonly string[]

/** How often, and what. */
type Property = readonly [name: string, count: '1' | '0..1' | '1..*' | '0..*', kind: Kind]

const described: readonly Property[] = [
  ['schema:name', '0..1', 'text'],
  ['schema:description', '0..1', 'text'],
  ['rdfs:label', '0..1', 'text'],
]
const conditions: readonly Property[] = [
  ['gx:url', '1', 'iri'],
  ['gx:hash', '1', 'text'],
]
const compliance: readonly Property[] = [
  ['gx:engineVersion', '1', 'text'],
  ['gx:rulesVersion', '1', 'text'],
  ['gx:validatedCriteria', '1..*', 'text'],
  ['gx:compliantCredentials', '1..*', 'gx:CompliantCredential'],
]
const service: readonly Property[] = [
  ...described,
  ['gx:providedBy', '1', 'gx:LegalPerson'],
  ['gx:serviceOfferingTermsAndConditions', '1..*', 'gx:TermsAndConditions'],
  ['gx:servicePolicy', '0..*', 'gx:AccessUsagePolicy'],
  ['gx:dataAccountExport', '0..*', 'gx:DataAccountExport'],
  ['gx:endpoint', '0..1', 'gx:Endpoint'],
  ['gx:legalDocuments', '0..*', 'gx:LegalDocument'],
  ['gx:dataProtectionRegime', '0..*', ['CCPA2018', 'GDPR2016', 'LGPD2019', 'PDPA2012', 'VCDPA2021']],
  ['gx:dependsOn', '0..*', 'gx:ServiceOffering'],
  ['gx:keyword', '0..*', 'text'],
  ['gx:providerContactInformation', '0..1', 'gx:ContactInformation'],
  ['gx:provisionType', '0..1', ['hybrid', 'private', 'public']],
  ['gx:serviceScope', '0..1', 'text'],
  ['gx:hostedOn', '0..*', 'anything'],
  ['gx:aggregationOfResources', '0..*', 'anything'],
  ['gx:dataPortability', '0..*', 'gx:DataPortability'],
  ['gx:possiblePersonalDataTransfers', '0..*', 'gx:DataTransfer'],
  ['gx:subContractors', '0..*', 'gx:SubContractor'],
  ['gx:customerInstructions', '0..*', 'gx:CustomerInstructions'],
  ['gx:cryptographicSecurityStandards', '0..*', 'text'],
  ['gx:requiredMeasures', '0..*', 'gx:Measure'],
]

/** What may and must be said of a thing (ontology 25.11): nothing else may. Codes other than those of countries are not looked up. */
const shapes: Readonly<Record<string, readonly Property[]>> = {
  'gx:LegalPerson': [
    ...described,
    ['gx:registrationNumber', '1..*', 'gx:RegistrationNumber'],
    ['gx:legalAddress', '1', 'gx:Address'],
    ['gx:headquartersAddress', '1', 'gx:Address'],
    ['gx:parentOrganizationOf', '0..*', 'gx:LegalPerson'],
    ['gx:subOrganisationOf', '0..*', 'gx:LegalPerson'],
  ],
  'gx:Address': [
    ['gx:countryCode', '1', 'country'],
    ['gx:countryName', '0..1', 'text'],
    ['vcard:street-address', '0..1', 'text'],
    ['vcard:postal-code', '0..1', 'text'],
    ['vcard:locality', '0..1', 'text'],
    ['vcard:region', '0..1', 'text'],
    ['gx:gps', '0..*', 'gx:GPSLocation'],
  ],
  'gx:VatID': [
    ['gx:vatID', '1', 'text'],
    ['gx:countryCode', '0..1', 'country'],
  ],
  'gx:LeiCode': [
    ['schema:leiCode', '1', 'text'],
    ['gx:countryCode', '0..1', 'country'],
    ['gx:subdivisionCountryCode', '0..1', 'text'],
  ],
  'gx:EORI': [
    ['gx:eori', '1', 'text'],
    ['gx:country', '0..1', 'text'],
    ['gx:countryCode', '0..1', 'country'],
  ],
  'gx:TaxID': [['schema:taxID', '1', 'text']],
  'gx:EUID': [['gx:euid', '1', 'text']],
  'gx:LocalRegistrationNumber': [['gx:local', '1', 'text']],
  'gx:CountryCompanyNumber': [
    ['gx:countryCompanyNumber', '1', 'text'],
    ['gx:countryCode', '1', 'country'],
    ['gx:companyNumberQualifier', '0..1', 'text'],
  ],
  'gx:Issuer': [
    [
      'gx:gaiaxTermsAndConditions',
      '1',
      [
        '4bd7554097444c960292b4726c2efa1373485e8a5565d94d41195214c5e0ceb3',
        '067dcac5efd18c1927deb1ffed3feab6d0ad044c0a9a263e6d5d8bdc43224515',
      ],
    ],
  ],
  'gx:ServiceOffering': service,
  'gx:DataProductCatalogue': service,
  'gx:TermsAndConditions': conditions,
  'gx:ServiceTermsAndConditions': conditions,
  'gx:UsageTermsAndConditions': conditions,
  'gx:AccessUsagePolicy': [
    ['gx:policyLanguage', '1', ['JSON', 'ODRL', 'Other', 'Rego', 'XACML']],
    ['gx:policyDocument', '1', 'text or iri'],
  ],
  'gx:DataAccountExport': [
    ['gx:formatType', '1', 'text'],
    ['gx:requestType', '1', ['API', 'email', 'registeredLetter', 'supportCenter', 'unregisteredLetter', 'webform']],
    ['gx:accessType', '1', ['digital', 'physical']],
  ],
  'gx:Endpoint': [
    ['gx:endpointURL', '0..1', 'iri'],
    ['gx:standardConformity', '1..*', 'gx:StandardConformity'],
    ['gx:formalDescription', '0..1', 'text'],
  ],
  'gx:StandardConformity': [
    ['dct:title', '1', 'text'],
    ['gx:standardReference', '1', 'iri'],
    ['gx:publisher', '0..1', 'text'],
  ],
  'gx:LegalDocument': [
    ['gx:url', '1', 'iri'],
    ['gx:governingLawCountries', '0..*', 'country'],
    ['gx:mimeTypes', '0..*', 'text'],
    ['gx:involvedParties', '0..*', 'gx:LegalPerson'],
  ],
  'gx:DataProduct': [
    ...described,
    ['gx:digitalServiceOfferingName', '1', 'text'],
    ['gx:digitalServiceOfferingShortDescription', '1', 'text'],
    ['gx:digitalServiceOfferingIdentifier', '1', 'text'],
    ['gx:digitalServiceOfferingLaunchDate', '1', 'text'],
    ['gx:digitalServiceOfferingEndDate', '0..1', 'text'],
    ['gx:digitalServiceOfferingProvider', '1', 'gx:LegalPerson'],
    ['gx:digitalServiceOfferingContactInformation', '0..1', 'gx:ContactInformation'],
    ['gx:digitalServiceOfferingTermsAndConditions', '1', 'gx:ServiceTermsAndConditions'],
    ['gx:digitalServiceUsageTermsAndConditions', '1', 'gx:UsageTermsAndConditions'],
    ['gx:digitalServiceUsageDataPolicy', '1', 'gx:TermsAndConditions'],
    ['gx:digitalServiceLegalDocuments', '1..*', 'gx:LegalDocument'],
    ['gx:dataProductDescription', '1', 'gx:DataProductDescription'],
    ['gx:dataRightsHolders', '0..*', 'gx:LegalPerson'],
    ['gx:keyword', '0..*', 'text'],
  ],
  'gx:DataProductDescription': [
    ['dcat:Dataset', '1..*', 'text'],
    ['gx:dataProductConfigurationParameters', '1..*', 'gx:DataProductConfigurationParameter'],
    ['gx:dataLicense', '0..1', 'gx:DataLicense'],
  ],
  'gx:DataProductConfigurationParameter': [
    ['gx:parameterName', '1', 'text'],
    ['gx:parameterDescription', '1', 'text'],
    ['gx:parameterAdmissibleValues', '1..*', 'text'],
  ],
  'gx:DataLicense': [
    ['gx:genericLicense', '0..*', 'iri'],
    ['gx:dataAccessPrerequisites', '0..*', 'gx:DataAccessPrerequisite'],
    ['gx:dataUsageConstraints', '0..*', 'gx:DataUsageConstraint'],
    ['odrl:profile', '0..1', 'text'],
  ],
  'gx:DataUsageConstraint': [
    ['gx:dataUsagePolicy', '1', 'text or iri'],
    ['odrl:profile', '0..1', 'text'],
  ],
  'gx:DataUsageAgreement': [
    ['gx:dataRightsHolder', '1', 'gx:LegalPerson'],
    ['gx:dataConsumer', '1', 'gx:Participant'],
    ['gx:dataProvider', '1', 'gx:LegalPerson'],
    ['gx:dataInstance', '1', 'text'],
    ['gx:dataUsageLegalContext', '1', 'text'],
    ['gx:dataUsagePurpose', '0..1', 'text'],
    ['odrl:profile', '0..1', 'text'],
    ['gx:dataAccessPrerequisites', '0..*', 'gx:DataAccessPrerequisite'],
    ['gx:dataUsageConstraints', '0..*', 'gx:DataUsageConstraint'],
  ],
  'gx:LabelCredential': [...compliance, ['gx:labelLevel', '1', ['SC', 'L1', 'L2', 'L3']]],
  'gx:CompliantCredential': [
    ['gx:credentialType', '1', 'text'],
    ['cred:digestSRI', '1', 'anything'],
  ],
  'lab:Assessment': [
    ['lab:assesses', '1', 'anything'],
    ['lab:level', '1', ['L2', 'L3']],
  ],
}

const registrationNumbers = 'VatID LeiCode EORI TaxID EUID LocalRegistrationNumber CountryCompanyNumber'

/** The kinds of registration numbers. */
export const numberTypes: ReadonlySet<string> = new Set(registrationNumbers.split(' ').map(name => iri(`gx:${name}`)))

/** What is at the same time something more general. */
const above: readonly (readonly [string, string])[] = [
  ...registrationNumbers.split(' ').map(name => [`gx:${name}`, 'gx:RegistrationNumber'] as const),
  ['gx:LegalPerson', 'gx:Participant'],
  ['gx:DataProductCatalogue', 'gx:ServiceOffering'],
]

/** Whether this house can judge such a thing at all. */
export const isKnown = (type: string): boolean => short(type) in shapes

const rdf = new DataFactory()
const type = rdf.namedNode(`${RDF}type`)
const sh = (name: string) => rdf.namedNode(SHACL + name)
const number = (value: number) => rdf.literal(String(value), rdf.namedNode(`${XSD}integer`))

/** Judges graphs by the shapes; made once, since making it takes longer than using it. */
export function createJudge(): (graph: DatasetCore) => Promise<readonly Broken[]> {
  const validator = new SHACLValidator(shapesGraph())
  return async graph => {
    for (const quad of classes()) graph.add(quad)
    const { results } = await validator.validate(graph)
    return results.map(({ focusNode, path, message }) => ({
      rule: 'shapes',
      where: `${focusNode?.value ?? 'a node'} ${short(path?.value ?? '')}`.trim(),
      message: message.map(({ value }) => value).join('; '),
    }))
  }
}

/** Said in the graph of the data: the validator looks there for what is a kind of what. */
const classes = () =>
  above.map(([lower, upper]) =>
    rdf.quad(rdf.namedNode(iri(lower)), rdf.namedNode(`${RDFS}subClassOf`), rdf.namedNode(iri(upper))),
  )

function shapesGraph(): DatasetCore {
  const graph = datasets.dataset()
  const add = (subject: Quad_Subject, predicate: string, object: Quad_Object) =>
    void graph.add(rdf.quad(subject, sh(predicate), object))
  const list = (values: readonly Quad_Object[]): Quad_Object =>
    values.reduceRight<Quad_Object>(
      (rest, value) => {
        const cell = rdf.blankNode()
        graph.add(rdf.quad(cell, rdf.namedNode(`${RDF}first`), value))
        graph.add(rdf.quad(cell, rdf.namedNode(`${RDF}rest`), rest))
        return cell
      },
      rdf.namedNode(`${RDF}nil`),
    )

  const countries = list(countryCodes.map(code => rdf.literal(code)))

  function constrain(shape: Quad_Subject, kind: Kind): void {
    if (Array.isArray(kind)) add(shape, 'in', list(kind.map(word => rdf.literal(word))))
    else if (kind === 'country') add(shape, 'in', countries)
    else if (kind === 'iri') add(shape, 'nodeKind', sh('IRI'))
    else if (kind === 'text') add(shape, 'datatype', rdf.namedNode(`${XSD}string`))
    else if (kind === 'text or iri') add(shape, 'or', list([alternative('text'), alternative('iri')]))
    else if (kind !== 'anything') add(shape, 'class', rdf.namedNode(iri(String(kind))))
  }

  function alternative(kind: Kind) {
    const shape = rdf.blankNode()
    constrain(shape, kind)
    return shape
  }

  for (const [name, properties] of Object.entries(shapes)) {
    const shape = rdf.namedNode(`${iri(name)}Shape`)
    graph.add(rdf.quad(shape, type, sh('NodeShape')))
    add(shape, 'targetClass', rdf.namedNode(iri(name)))
    add(shape, 'closed', rdf.literal('true', rdf.namedNode(`${XSD}boolean`)))
    add(shape, 'ignoredProperties', list([type]))
    for (const [property, count, kind] of properties) {
      const constraint = rdf.blankNode()
      add(shape, 'property', constraint)
      add(constraint, 'path', rdf.namedNode(iri(property)))
      if (count.startsWith('1')) add(constraint, 'minCount', number(1))
      if (count.endsWith('1')) add(constraint, 'maxCount', number(1))
      constrain(constraint, kind)
      add(constraint, 'message', rdf.literal(`${property} of a ${name} must be there ${inWords(count)}: ${told(kind)}`))
    }
  }
  return graph
}

const inWords = (count: Property[1]): string =>
  ({ '1': 'once', '0..1': 'once at most', '1..*': 'at least once', '0..*': 'in the right form' })[count]

function told(kind: Kind): string {
  if (typeof kind !== 'string') return `one of ${kind.join(', ')}`
  if (kind === 'country') return "a country's code of ISO 3166-1"
  return kind.includes(':') ? `a ${kind}` : kind
}
