import type { DatasetCore, Term } from '@rdfjs/types'
import { DataFactory } from 'rdf-data-factory'
import { codesOfTheEea } from './countries.ts'
import { iri, RDF, short } from './namespaces.ts'
import type { Broken } from './refusal.ts'
import { numberTypes } from './shapes.ts'
import type { Credential, Verified } from './tokens.ts'

/** The labels, from the least to the highest: standard compliance, then levels 1 to 3. */
const levels = ['SC', 'L1', 'L2', 'L3'] as const
export type Level = (typeof levels)[number]

/** What is judged: credentials that are genuine, and what they say as a graph. */
export interface Matter {
  readonly presentation: Verified
  readonly credentials: readonly Credential[]
  readonly graph: DatasetCore
  /** Those whose word about registration numbers, labels and assessments is taken. */
  readonly trusted: Readonly<Record<'notary' | 'compliance' | 'assessor', readonly string[]>>
}

type Rule = (matter: Matter) => readonly Broken[]

const rdf = new DataFactory()
const DOCUMENT = 'https://docs.gaia-x.eu/policy-rules-committee/compliance-document/25.10'

/** Criteria with their names in the compliance document, the level from which on they hold, what they are about, and what they come to here. */
// biome-ignore format: a table is read by its columns
const criteria: readonly (readonly [id: string, from: Level, about: 'all' | 'services', rule: Rule])[] = [
  [`${DOCUMENT}/criteria_participant/#PA1.1`,            'SC', 'all',      participant          ],
  [`${DOCUMENT}/criteria_participant/#PA1.1`,            'SC', 'all',      registered           ],
  [`${DOCUMENT}/criteria_participant/#PA1.1`,            'SC', 'all',      termsAccepted        ],
  [`${DOCUMENT}/criteria_participant/#PA1.1`,            'SC', 'all',      presentedByItself    ],
  [`${DOCUMENT}/criteria_data_exchange/#D1.1.2`,         'SC', 'services', providedByParticipant],
  ['urn:kontor:lab:criteria#declared',                   'L1', 'services', declared             ],
  ['urn:kontor:lab:criteria#data-protection',            'L2', 'services', protectsData         ],
  ['urn:kontor:lab:criteria#assessed',                   'L2', 'services', assessedAt(['L2', 'L3'])],
  ['urn:kontor:lab:criteria#assessed-at-level-3',        'L3', 'services', assessedAt(['L3'])   ],
  ['urn:kontor:lab:criteria#headquarters-in-the-eea',    'L3', 'all',      headquartersInEea    ],
]

/** The criteria of a level that had something to be held against. */
export const criteriaOf = (level: Level, graph: DatasetCore): readonly string[] => {
  const offered = servicesIn(graph).length > 0 || of('gx:DataProduct', graph).length > 0
  const held = criteria.filter(([, from, about]) => holds(from, level) && (about === 'all' || offered))
  return [...new Set(held.map(([id]) => id))]
}

/** What breaks the criteria of a level. */
export const breaches = (matter: Matter, level: Level): readonly Broken[] =>
  criteria.flatMap(([id, from, , rule]) =>
    holds(from, level) ? rule(matter).map(broken => ({ ...broken, rule: `${nameOf(id)} (${broken.rule})` })) : [],
  )

const holds = (from: Level, level: Level): boolean => levels.indexOf(from) <= levels.indexOf(level)
const nameOf = (id: string): string => id.replace(/^.*#/, '')

function participant({ graph, presentation }: Matter): readonly Broken[] {
  if (of('gx:LegalPerson', graph).length > 0) return []
  return [{ rule: 'legal person', where: presentation.id, message: 'there is no gx:LegalPerson' }]
}

/** Each legal person has a number, and a trusted notary attests it. */
function registered({ graph, credentials, trusted }: Matter): readonly Broken[] {
  const numbers = new Map(
    credentials
      .flatMap(({ issuer, subjects }) => subjects.map(({ id }) => ({ id: String(id), issuer })))
      .filter(({ id }) => typesOf(id, graph).some(type => numberTypes.has(type)))
      .map(({ id, issuer }) => [id, issuer] as const),
  )
  return of('gx:LegalPerson', graph).flatMap(person =>
    objects(person, 'gx:registrationNumber', graph).flatMap(({ value }) => {
      const notary = numbers.get(value)
      const fail = (message: string) => [{ rule: 'registration number', where: person, message }]
      if (notary === undefined) return fail(`${value} is attested by no credential in this presentation`)
      return trusted.notary.includes(notary) ? [] : fail(`${notary}, who attests ${value}, is no trusted notary`)
    }),
  )
}

/** Whoever signed something, other than those we trust, has accepted the terms and conditions. */
function termsAccepted({ credentials, presentation, graph, trusted }: Matter): readonly Broken[] {
  const exempt = Object.values(trusted).flat()
  const accepted = new Set(
    credentials
      .filter(({ subjects }) => subjects.some(({ id }) => typesOf(String(id), graph).includes(iri('gx:Issuer'))))
      .map(({ issuer }) => issuer),
  )
  return [...new Set([presentation, ...credentials].map(({ issuer }) => issuer))]
    .filter(issuer => !exempt.includes(issuer) && !accepted.has(issuer))
    .map(where => ({ rule: 'terms and conditions', where, message: 'it has signed no gx:Issuer credential' }))
}

/** What is said of a legal person is said by whoever presents it. */
function presentedByItself({ credentials, presentation, graph }: Matter): readonly Broken[] {
  return credentials
    .filter(({ subjects }) => subjects.some(({ id }) => typesOf(String(id), graph).includes(iri('gx:LegalPerson'))))
    .filter(({ issuer }) => issuer !== presentation.issuer)
    .map(({ id, issuer }) => ({
      rule: 'holder',
      where: id,
      message: `it is signed by ${issuer} and presented by ${presentation.issuer}`,
    }))
}

/** Services and data products are provided by the legal person that signed them. */
function providedByParticipant({ credentials, graph, presentation }: Matter): readonly Broken[] {
  const persons = of('gx:LegalPerson', graph)
  return credentials.flatMap(({ id, issuer, subjects }) =>
    subjects
      .map(subject => String(subject.id))
      .flatMap(subject => [
        ...objects(subject, 'gx:providedBy', graph),
        ...objects(subject, 'gx:digitalServiceOfferingProvider', graph),
      ])
      .filter(({ value }) => !persons.includes(value) || issuer !== presentation.issuer)
      .map(({ value }) => ({
        rule: 'provider',
        where: id,
        message: `${value} is not the participant that presents it`,
      })),
  )
}

const demanded = [
  'gx:legalDocuments',
  'gx:dataAccountExport',
  'gx:endpoint',
  'gx:servicePolicy',
  'gx:dataProtectionRegime',
]

/** From level 1 on a service says more of itself. */
function declared({ graph, presentation }: Matter): readonly Broken[] {
  const services = servicesIn(graph)
  if (services.length === 0)
    return [
      {
        rule: 'service',
        where: presentation.id,
        message: 'a level is for services, and there is no gx:ServiceOffering',
      },
    ]
  return services.flatMap(where =>
    demanded
      .filter(property => objects(where, property, graph).length === 0)
      .map(property => ({ rule: 'declaration', where, message: `${property} is missing` })),
  )
}

function protectsData({ graph }: Matter): readonly Broken[] {
  return servicesIn(graph)
    .filter(service => !objects(service, 'gx:dataProtectionRegime', graph).some(({ value }) => value === 'GDPR2016'))
    .map(where => ({ rule: 'regime', where, message: 'gx:dataProtectionRegime must have GDPR2016' }))
}

/** An assessment body has looked at each service. */
function assessedAt(accepted: readonly Level[]): Rule {
  return ({ credentials, graph, trusted }) => {
    const assessed = new Set(
      credentials
        .filter(({ issuer }) => trusted.assessor.includes(issuer))
        .flatMap(({ subjects }) => subjects.map(({ id }) => String(id)))
        .filter(id => objects(id, 'lab:level', graph).some(({ value }) => accepted.some(level => level === value)))
        .flatMap(id => objects(id, 'lab:assesses', graph).map(({ value }) => value)),
    )
    return servicesIn(graph)
      .filter(service => !assessed.has(service))
      .map(where => ({
        rule: 'assessment',
        where,
        message: `no assessment body attests ${accepted.join(' or ')} for it`,
      }))
  }
}

function headquartersInEea({ graph }: Matter): readonly Broken[] {
  return of('gx:LegalPerson', graph)
    .filter(person => !objects(person, 'gx:headquartersAddress', graph).every(inEea(graph)))
    .map(where => ({
      rule: 'headquarters',
      where,
      message: 'gx:headquartersAddress must be in the European Economic Area',
    }))
}

const inEea = (graph: DatasetCore) => (address: Term) =>
  objectsOf(address, 'gx:countryCode', graph).some(({ value }) => codesOfTheEea.has(value))

const servicesIn = (graph: DatasetCore): readonly string[] => [
  ...of('gx:ServiceOffering', graph),
  ...of('gx:DataProductCatalogue', graph),
]

/** The ids of things of a type. */
const of = (type: string, graph: DatasetCore): readonly string[] =>
  [...graph.match(null, rdf.namedNode(`${RDF}type`), rdf.namedNode(iri(type)))].map(({ subject }) => subject.value)

/** The types of a thing, as IRIs. */
export const typesOf = (id: string, graph: DatasetCore): readonly string[] =>
  [...graph.match(rdf.namedNode(id), rdf.namedNode(`${RDF}type`), null)].map(({ object }) => object.value)

/** The same for people. */
export const typeNames = (id: string, graph: DatasetCore): string => typesOf(id, graph).map(short).join(',')

const objects = (subject: string, property: string, graph: DatasetCore): readonly Term[] =>
  objectsOf(rdf.namedNode(subject), property, graph)

const objectsOf = (subject: Term, property: string, graph: DatasetCore): readonly Term[] =>
  [...graph.match(subject, rdf.namedNode(iri(property)), null)].map(({ object }) => object)
