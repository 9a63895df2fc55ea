import t from 'tap'
import type { Outcome } from '../../../src/policy/report.ts'
import type { PolicyRequest, PolicyState } from '../../../src/policy/types.ts'
import { judge, that, use, withCredentials } from '../world.ts'

type Given = Partial<PolicyRequest> & { readonly state?: Partial<PolicyState> }

function outcome(constraint: object, { state = {}, ...request }: Given): Outcome | undefined {
  const [rule] = judge(use(constraint), request, state).rules
  return rule?.premises.find(({ kind }) => kind === 'constraint')?.outcome
}

const gx = 'https://w3id.org/gaia-x/development#'
const label = (level: string) =>
  withCredentials({
    types: ['VerifiableCredential', 'gx:LabelCredential'],
    issuer: 'did:web:gxdch',
    subject: { 'gx:labelLevel': level, 'gx:rulesVersion': 'CD25.10' },
  })
const seat = (code: string) =>
  withCredentials({ types: [`${gx}LegalPerson`], subject: { 'gx:legalAddress': { 'gx:countryCode': code } } })
const member = withCredentials({ types: ['MembershipCredential'] })
const maker = withCredentials({
  types: ['ManufacturerCredential'],
  subject: { part_types: ['critical', 'other'], site: [{ area: '120' }, { area: 80 }], audited: true },
})
const used = (state: Partial<PolicyState>): Given => ({ state })
const states = (context: Readonly<Record<string, unknown>>): Given => ({ context })
const started = {
  startedAt: new Date('2026-06-15T11:00:00Z'),
  agreedAt: new Date('2026-06-01T12:00:00Z'),
  lastUsedAt: new Date('2026-06-14T12:00:00Z'),
}
const [yes, no, dunno] = ['satisfied', 'unsatisfied', 'undetermined'] as const

// biome-ignore format: a table is read by its columns
const cases: readonly [constraint: object, given: Given, expected: Outcome][] = [
  // members
  [ that('Membership', 'eq', 'active'),                                        member,                                       yes   ],
  [ that('https://w3id.org/catenax/policy/Membership', 'eq', 'active'),        member,                                       yes   ],
  [ that('https://w3id.org/edc/v0.0.1/ns/MembershipCredential', 'eq', 'active'), member,                                     yes   ],
  [ that('Membership', 'eq', 'active'),                                        {},                                           no    ],
  [ that('Membership', 'neq', 'active'),                                       {},                                           yes   ],
  [ that('Membership', 'eq', 'active'),                                        withCredentials({ types: ['MembershipCredential'], validUntil: '2026-06-15T12:00:00Z' }), no ],
  [ that('Membership', 'eq', 'active'),                                        withCredentials({ types: ['MembershipCredential'], validFrom: '2026-06-16T00:00:00Z' }),  no ],
  [ that('Membership', 'eq', 'active'),                                        withCredentials({ types: ['MembershipCredential'], validUntil: 'some day' }),             no ],
  [ that('FrameworkAgreement', 'eq', 'DataExchangeGovernance:1.0'),            withCredentials({ types: ['DataExchangeGovernanceCredential'], subject: { contractVersion: '1.0' } }), yes ],
  [ that('BusinessPartnerNumber', 'isAnyOf', ['BPNL1', 'BPNL2']),              withCredentials({ types: ['MembershipCredential'], subject: { holderIdentifier: 'BPNL2' } }), yes ],
  // any claim
  [ that('ManufacturerCredential.part_types', 'isAnyOf', ['critical']),        maker,                                        yes   ],
  [ that('ManufacturerCredential.part_types', 'isNoneOf', ['critical']),       maker,                                        no    ],
  [ that('ManufacturerCredential.part_types', 'isAllOf', ['critical', 'other']), maker,                                      yes   ],
  [ that('ManufacturerCredential.site.area', 'gt', 100),                       maker,                                        yes   ],
  [ that('ManufacturerCredential.site.area', 'gt', 200),                       maker,                                        no    ],
  [ that('ManufacturerCredential.audited', 'eq', true),                        maker,                                        yes   ],
  [ that('ManufacturerCredential.colour', 'eq', 'red'),                        maker,                                        dunno ],
  [ that('ManufacturerCredential.colour', 'neq', 'red'),                       maker,                                        dunno ],
  [ that('ManufacturerCredential', 'eq', 'active'),                            maker,                                        yes   ],
  [ that('urn:kontor:claim:gx:LegalPerson.gx:legalAddress.gx:countryCode', 'eq', 'FR'), seat('FR'),                          yes   ],
  [ that('urn:kontor:claim:gx:LegalPerson.gx:legalAddress.gx:countryCode', 'eq', 'FR'), {},                                  dunno ],
  // Gaia-X
  [ that('gx:labelLevel', 'gteq', 'L1'),                                       label('L1'),                                  yes   ],
  [ that('gx:labelLevel', 'gteq', 'L1'),                                       label('gx:L3'),                               yes   ],
  [ that('gx:labelLevel', 'gteq', 'L1'),                                       label('SC'),                                  no    ],
  [ that(`${gx}labelLevel`, 'eq', 'L2'),                                       label('L2'),                                  yes   ],
  [ that('gx:labelLevel', 'gteq', 'L1'),                                       label('L9'),                                  dunno ],
  [ that('gx:labelLevel', 'gteq', 'L1'),                                       {},                                           dunno ],
  [ that('gx:labelLevel', 'gteq', 'L1'),                                       withCredentials({ types: ['MembershipCredential'], subject: { labelLevel: 'L2' } }), yes ],
  [ that('gx:rulesVersion', 'isAnyOf', ['CD25.10', 'CD26.04']),                label('L1'),                                  yes   ],
  [ that('gx:complianceIssuer', 'eq', 'did:web:gxdch'),                        label('L1'),                                  yes   ],
  [ that('gx:legalAddress.countryCode', 'isPartOf', 'EU'),                     seat('FRA'),                                  yes   ],
  [ that('gx:legalAddress.gx:countryCode', 'isPartOf', ['EEA']),               seat('NO'),                                   yes   ],
  [ that('gx:legalAddress.countryCode', 'isPartOf', 'EU'),                     seat('NO'),                                   no    ],
  [ that('gx:legalAddress.countryCode', 'isNoneOf', ['RU', 'BY']),             seat('RUS'),                                  no    ],
  [ that('gx:legalAddress.countryCode', 'isNoneOf', ['EU']),                   seat('DE'),                                   no    ],
  [ that('gx:legalAddress.countryCode', 'isNoneOf', ['RU']),                   seat('Russia'),                               dunno ],
  [ that('gx:legalAddress.countryCode', 'isNoneOf', ['RU']),                   {},                                           dunno ],
  [ that('gx:headquartersAddress.countryCode', 'eq', 'FR'),                    withCredentials({ types: ['gx:LegalPerson'], subject: { 'gx:headquartersAddress': { 'gx:countryCode': '250' } } }), yes ],
  [ that('gx:vatID', 'eq', 'FR12345678901'),                                   withCredentials({ types: ['gx:VatID'], subject: { 'gx:vatID': 'FR12345678901' } }), yes ],
  [ that('schema:leiCode', 'eq', '969500'),                                    withCredentials({ types: ['gx:LeiCode'], subject: { 'schema:leiCode': '969500' } }), yes ],
  [ that('gx:registrationNumberType', 'isAnyOf', ['VatID', 'LeiCode']),        withCredentials({ types: ['gx:EORI'] }),      no    ],
  [ that('gx:registrationNumberType', 'eq', 'gx:EORI'),                        withCredentials({ types: ['gx:EORI'] }),      yes   ],
  // time
  [ that('elapsedTime', 'lteq', 'PT60M'),                                      used(started),                                yes   ],
  [ that('elapsedTime', 'lt', 'PT60M'),                                        used(started),                                no    ],
  [ that('elapsedTime', 'eq', 'PT2H'),                                         used(started),                                yes   ],
  [ that('elapsedTime', 'eq', 'PT30M'),                                        used(started),                                no    ],
  [ that('elapsedTime', 'lteq', 'PT1M'),                                       used({ count: 0 }),                           yes   ],
  [ that('elapsedTime', 'lteq', 'PT1M'),                                       {},                                           dunno ],
  [ that('elapsedTime', 'lteq', '60 minutes'),                                 used(started),                                dunno ],
  [ that('delayPeriod', 'eq', 'P14D'),                                         used(started),                                yes   ],
  [ that('delayPeriod', 'gteq', 'P1M'),                                        used(started),                                no    ],
  [ that('timeInterval', 'eq', 'P1D'),                                         used(started),                                yes   ],
  [ that('timeInterval', 'eq', 'P7D'),                                         used(started),                                no    ],
  [ that('timeInterval', 'eq', 'P7D'),                                         used({ count: 0 }),                           yes   ],
  [ that('meteredTime', 'lteq', 'PT1H'),                                       used({ metered: 3_600_000 }),                 yes   ],
  [ that('meteredTime', 'lteq', 'PT1H'),                                       used({ metered: 3_600_001 }),                 no    ],
  [ that('event', 'lt', 'policyUsage'),                                        {},                                           yes   ],
  [ that('event', 'lt', 'odrl:policyUsage'),                                   used(started),                                no    ],
  [ that('event', 'eq', 'urn:fair'),                                           used({ events: { 'urn:fair': { from: new Date('2026-06-01'), to: new Date('2026-06-30') } } }), yes ],
  [ that('event', 'gt', 'urn:fair'),                                           used({ events: { 'urn:fair': { from: new Date('2026-05-01'), to: new Date('2026-05-30') } } }), yes ],
  [ that('event', 'gt', 'urn:other'),                                          {},                                           dunno ],
  // use
  [ that('count', 'lteq', 5),                                                  used({ count: 4 }),                           yes   ],
  [ that('count', 'lteq', { '@value': '5', '@type': 'xsd:integer' }),          used({ count: 5 }),                           no    ],
  [ that('count', 'lteq', 'five'),                                             used({ count: 5 }),                           dunno ],
  [ that('urn:kontor:volume', 'lt', 1_000),                                    used({ bytes: 999 }),                         yes   ],
  [ that('urn:kontor:volume', 'lt', 1_000),                                    used({ bytes: 1_000 }),                       no    ],
  // what is stated
  [ that('purpose', 'isAnyOf', ['urn:research', 'urn:teaching']),              states({ purpose: 'urn:research' }),          yes   ],
  [ that('cx-policy:UsagePurpose', 'eq', 'urn:research'),                      states({ 'odrl:purpose': { '@id': 'urn:research' } }), yes ],
  [ that('purpose', 'isPartOf', 'urn:science'),                                { ...states({ purpose: 'urn:research' }), state: { partOf: { 'urn:research': ['urn:science'] } } }, yes ],
  [ that('purpose', 'hasPart', 'urn:research'),                                { ...states({ purpose: 'urn:science' }), state: { partOf: { 'urn:research': ['urn:science'] } } }, yes ],
  [ that('spatial', 'isPartOf', 'EU'),                                         states({ spatial: 'DEU' }),                   yes   ],
  [ that('spatial', 'eq', 'https://sws.geonames.org/1/'),                      states({ spatial: { '@id': 'https://sws.geonames.org/1/' } }), yes ],
  [ that('language', 'eq', 'el'),                                              states({ language: 'el' }),                   yes   ],
  [ that('industry', 'neq', 'defence'),                                        states({ industry: 'energy' }),               yes   ],
  [ that('industry', 'neq', 'defence'),                                        {},                                           dunno ],
  [ that('dct:format', 'isAnyOf', ['HttpData-PULL']),                          states({ format: 'HttpData-PULL' }),          yes   ],
  [ that('percentage', 'lteq', { '@value': '50', '@type': 'xsd:decimal' }),    states({ percentage: 49.5 }),                 yes   ],
  [ that('version', 'gteq', '2.0'),                                            states({ version: '10' }),                    yes   ],
  [ that('version', 'gteq', '2.0'),                                            states({ version: 'ten' }),                   dunno ],
  [ that('version', 'gteq', 'two'),                                            states({ version: '10' }),                    dunno ],
  [ that('device', 'eq', 'urn:machine:1'),                                     states({ systemDevice: 'urn:machine:1' }),    yes   ],
  // who
  [ that('recipient', 'isA', 'urn:Hospital'),                                  used({ types: { 'did:web:a': ['urn:Clinic'] }, partOf: { 'urn:Clinic': ['urn:Hospital'] } }), yes ],
  [ that('recipient', 'isA', 'urn:Hospital'),                                  used({ types: { 'did:web:a': ['urn:Bank'] } }), no  ],
  [ that('recipient', 'isPartOf', 'urn:team'),                                 used({ partOf: { 'did:web:a': ['urn:team'] } }), yes ],
  [ that('recipient', 'eq', 'urn:other'),                                      states({ recipient: 'urn:other' }),           yes   ],
  [ that('recipient', 'eq', 'urn:other'),                                      { ...states({ recipient: 'urn:other' }), stage: 'access' }, no ],
  [ that('participantId', 'eq', 'did:web:a'),                                  states({ participantId: 'urn:other' }),       yes   ],
]

for (const [constraint, given, expected] of cases)
  t.test(`${JSON.stringify(constraint)} given ${JSON.stringify(given)}: ${expected}`, async t => {
    t.equal(outcome(constraint, given), expected)
  })

t.test('claims of a strange shape are no claims', async t => {
  const odd = [
    7,
    null,
    'x',
    [null],
    [7],
    [{ types: 'MembershipCredential' }],
    [{ types: ['MembershipCredential'], issuer: 1, subject: {} }],
  ]
  for (const credentials of odd)
    t.equal(outcome(that('Membership', 'eq', 'active'), { participant: { id: 'a', claims: { credentials } } }), no)
})
