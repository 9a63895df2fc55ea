import { readdir, readFile } from 'node:fs/promises'
import t from 'tap'
import { createJsonLd } from '../src/jsonld/index.ts'
import {
  describePolicy,
  evaluate,
  fillTemplate,
  normalisePolicy,
  type Policy,
  type PolicyRequest,
  type PolicyState,
  type PolicyTemplate,
  policyHash,
  validatePolicy,
} from '../src/policy/index.ts'

const folder = new URL('../policies/', import.meta.url)
const read = async (file: string) => JSON.parse(await readFile(new URL(file, folder), 'utf8'))
const templates: readonly PolicyTemplate[] = await read('templates.json')

async function filled(name: string, values: Readonly<Record<string, string>> = {}): Promise<Policy> {
  const template = templates.find(each => each.name === name)
  if (!template) throw new Error(`${name} is not in templates.json`)
  const { '@context': _, ...policy } = fillTemplate(template, await read(`${name}.jsonld`), values)
  return normalisePolicy(policy)
}

const credential = (type: string, subject: object = {}) => ({ types: [type], issuer: 'did:web:issuer', subject })
const member = credential('MembershipCredential')
const seat = (countryCode: string) =>
  credential('gx:LegalPerson', { 'gx:legalAddress': { 'gx:countryCode': countryCode } })
const label = (labelLevel: string) => credential('gx:LabelCredential', { 'gx:labelLevel': labelLevel })
const with_ = (...credentials: readonly object[]) => ({
  participant: { id: 'did:web:somebody.example', claims: { credentials } },
})
const at = (now: string) => ({ now: new Date(now) })
const purpose = (value: string) => ({ context: { purpose: `https://w3id.org/dpv#${value}` } })

// biome-ignore format: a table is read by its columns
const cases: readonly [name: string, values: Record<string, string>, asked: Partial<PolicyRequest> & Partial<PolicyState>, permitted: boolean][] = [
  // template                                values                                who asks, and when                                        may use the data
  [ 'open',                                  {},                                   {},                                                       true  ],
  [ 'members-only',                          {},                                   with_(member),                                            true  ],
  [ 'members-only',                          {},                                   {},                                                       false ],
  [ 'group-only',                            { group: 'partners' },                { participant: { id: 'a', claims: { groups: ['partners'] } } }, true ],
  [ 'group-only',                            { group: 'partners' },                { participant: { id: 'a', claims: { groups: ['members'] } } },  false ],
  [ 'named-participants',                    { participants: 'did:web:x,did:web:y' }, { participant: { id: 'did:web:y', claims: {} } },       true  ],
  [ 'named-participants',                    { participants: 'did:web:x' },        { participant: { id: 'did:web:y', claims: {} } },          false ],
  [ 'eu-or-eea-only',                        {},                                   with_(seat('NO')),                                        true  ],
  [ 'eu-or-eea-only',                        { region: 'EU' },                     with_(seat('NO')),                                        false ],
  [ 'eu-or-eea-only',                        { region: 'EU' },                     with_(seat('FRA')),                                       true  ],
  [ 'eu-or-eea-only',                        {},                                   {},                                                       false ],
  [ 'gaia-x-label',                          {},                                   with_(label('L1')),                                       true  ],
  [ 'gaia-x-label',                          { label: 'L2' },                      with_(label('L1')),                                       false ],
  [ 'gaia-x-label',                          {},                                   with_(label('SC')),                                       false ],
  [ 'until-a-date',                          {},                                   at('2027-12-31T12:00:00Z'),                               true  ],
  [ 'until-a-date',                          {},                                   at('2028-01-01T00:00:00Z'),                               false ],
  [ 'until-a-date',                          { until: '2026-06-14T00:00:00Z' },    {},                                                       false ],
  [ 'thirty-days-from-agreement',            {},                                   at('2026-06-30T23:59:00Z'),                               true  ],
  [ 'thirty-days-from-agreement',            {},                                   at('2026-07-02T00:00:00Z'),                               false ],
  [ 'thirty-days-from-agreement',            { days: '60' },                       at('2026-07-02T00:00:00Z'),                               true  ],
  [ 'number-of-accesses',                    { accesses: '3' },                    { count: 2 },                                             true  ],
  [ 'number-of-accesses',                    { accesses: '3' },                    { count: 3 },                                             false ],
  [ 'amount-of-data',                        { bytes: '1000' },                    { bytes: 1_000 },                                         true  ],
  [ 'amount-of-data',                        { bytes: '1000' },                    { bytes: 1_001 },                                         false ],
  [ 'for-a-purpose',                         {},                                   purpose('ServiceOptimisation'),                           true  ],
  [ 'for-a-purpose',                         { purposes: 'urn:a,urn:b' },          purpose('ServiceOptimisation'),                           false ],
  [ 'for-a-purpose',                         {},                                   { stage: 'negotiation' },                                 true  ],
  [ 'research-only',                         {},                                   purpose('AcademicResearch'),                              true  ],
  [ 'research-only',                         {},                                   purpose('Marketing'),                                     false ],
  [ 'research-only',                         {},                                   { ...purpose('AcademicResearch'), action: 'cc:CommercialUse' }, false ],
  [ 'no-redistribution',                     {},                                   {},                                                       true  ],
  [ 'no-redistribution',                     {},                                   { action: 'distribute' },                                 false ],
  [ 'delete-after-use',                      {},                                   {},                                                       true  ],
  [ 'delete-after-use',                      { days: '7' },                        {},                                                       false ],
  [ 'members-in-the-eea-for-a-time',         {},                                   with_(member, seat('IS')),                                true  ],
  [ 'members-in-the-eea-for-a-time',         { region: 'EU' },                     with_(member, seat('IS')),                                false ],
  [ 'members-in-the-eea-for-a-time',         {},                                   with_(seat('IS')),                                        false ],
  [ 'members-in-the-eea-for-a-time',         { days: '10' },                       with_(member, seat('IS')),                                false ],
  [ 'labelled-research-no-redistribution',   {},                                   { ...with_(label('L2')), ...purpose('AcademicResearch') }, true  ],
  [ 'labelled-research-no-redistribution',   { label: 'L3' },                      { ...with_(label('L2')), ...purpose('AcademicResearch') }, false ],
]

const agreedAt = new Date('2026-06-01T00:00:00Z')

for (const [name, values, asked, permitted] of cases)
  t.test(
    `${name} ${JSON.stringify(values)}: ${JSON.stringify(asked)} ${permitted ? 'may' : 'may not'} use the data`,
    async t => {
      const somebody = { id: 'did:web:somebody.example', claims: {} }
      const facts = { action: 'use', participant: somebody, ...at('2026-06-15T00:00:00Z'), agreedAt, ...asked }
      const report = evaluate(await filled(name, values), facts, facts)
      t.equal(report.permitted, permitted, report.reasons.join('; '))
    },
  )

t.test('the obligation to delete is violated when its time is over', async t => {
  const policy = await filled('delete-after-use', { deleteWithin: '10' })
  const request = { action: 'use', participant: { id: 'a', claims: {} } }
  const deontic = (now: string) => evaluate(policy, request, { ...at(now), agreedAt }).rules.at(-1)?.deontic
  t.same(['2026-06-10T00:00:00Z', '2026-06-12T00:00:00Z'].map(deontic), ['NonSet', 'Violated'])
})

t.test('every policy to start from is judged here both ways, is in the list, in order and in words', async t => {
  const files = (await readdir(folder))
    .filter(name => name.endsWith('.jsonld'))
    .map(name => name.replace('.jsonld', ''))
  const list = await readFile(new URL('README.md', folder), 'utf8')
  t.same(new Set(files), new Set(templates.map(({ name }) => name)))
  const { expand } = createJsonLd()
  for (const { name, description, parameters } of templates) {
    const outcomes = new Set(cases.filter(([each]) => each === name).map(([, , , permitted]) => permitted))
    t.equal(outcomes.size, name === 'open' ? 1 : 2, `${name} is judged both ways`)
    t.match(list, `\`${name}.jsonld\``)
    const policy = await filled(name)
    t.same(validatePolicy(policy), [], name)
    t.match(await policyHash(await read(`${name}.jsonld`), expand), /^[0-9a-f]{64}$/)
    for (const tag of ['en', 'fr'] as const) {
      t.ok(description[tag] && parameters.every(parameter => parameter.description[tag]), `${name} in ${tag}`)
      t.ok(describePolicy(policy, tag).length > 0)
    }
  }
})
