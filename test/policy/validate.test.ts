import t from 'tap'
import { createJsonLd } from '../../src/jsonld/index.ts'
import { policyHash } from '../../src/policy/hash.ts'
import { policyLimits } from '../../src/policy/limits.ts'
import { credentialTypesOf } from '../../src/policy/needs.ts'
import type { Policy } from '../../src/policy/types.ts'
import { validatePolicy } from '../../src/policy/validate.ts'
import { judge, that, use } from './world.ts'

const problems = (policy: object, known = {}) =>
  validatePolicy(policy as Policy, known).map(({ code, path }) => `${code} ${path}`)

// biome-ignore format: a table is read by its columns
const cases: readonly [says: string, policy: object, expected: readonly string[]][] = [
  [ 'a good policy',              use(that('dateTime', 'lt', '2027-01-01')),                          [] ],
  [ 'an operand nobody knows',    use(that('mood', 'eq', 'good')),                                    ['unknown-operand /permission/0/constraint/0'] ],
  [ 'an operator nobody knows',   use({ or: [that('dateTime', 'like', 'x')] }),                       ['unknown-operator /permission/0/constraint/0/or/0'] ],
  [ 'a value nobody understands', use(that('dateTime', 'lt', 'soon')),                                ['unreadable-value /permission/0/constraint/0'] ],
  [ 'an action nobody knows',     { permission: [{ action: 'ex:wave' }] },                            ['unknown-action /permission/0/action'] ],
  [ 'no action',                  { permission: [{ target: 'urn:x' }] },                              ['malformed /permission/0'] ],
  [ 'an action for all rules',    { action: 'use', permission: [{ target: 'urn:x' }] },               [] ],
  [ 'a profile nobody knows',     { profile: ['ex:p'], permission: [{ action: 'use' }] },             ['unknown-profile /profile'] ],
  [ 'a strategy nobody knows',    { conflict: 'fight', permission: [{ action: 'use' }] },             ['unknown-conflict /conflict'] ],
  [ 'a rule that is none',        { obligation: ['delete'] },                                         ['malformed /obligation/0'] ],
  [ 'a constraint that is none',  use({} as object),                                                  ['not-a-constraint /permission/0/constraint/0'] ],
  [ 'a duty of a duty',           { obligation: [{ action: 'delete', consequence: [{ action: 'fly' }] }] }, ['unknown-action /obligation/0/consequence/0/action'] ],
  [ 'a refinement',               { permission: [{ action: [{ 'rdf:value': { '@id': 'odrl:print' }, refinement: [that('mood', 'eq', 'x')] }] }] }, ['unknown-operand /permission/0/action/0/refinement/0'] ],
  [ 'a parent nobody knows',      { inheritFrom: 'urn:parent' },                                      ['unknown-parent /inheritFrom'] ],
  [ 'something newer',            { 'dct:isReplacedBy': 'urn:new', permission: [{ action: 'use' }] }, ['replaced /dct:isReplacedBy'] ],
]

for (const [says, policy, expected] of cases)
  t.test(`${says}: ${expected.join(', ') || 'nothing wrong'}`, async t => {
    t.same(problems(policy), expected)
  })

t.test('what is no policy is told', async t => {
  for (const odd of [null, undefined, 'use', [], 7]) t.same(problems(odd as unknown as object), ['malformed '])
})

const deep = (levels: number): object => (levels === 0 ? that('recipient', 'eq', 'a') : { and: [deep(levels - 1)] })
const circle: Record<string, unknown> = { permission: [{ action: 'use' }] }
circle.self = circle

// biome-ignore format: a table is read by its columns
const monsters: readonly [what: string, policy: object][] = [
  [ 'ten thousand rules',          { permission: Array.from({ length: 10_000 }, () => ({ action: 'use' })) } ],
  [ 'a thousand levels',           use(deep(1_000)) ],
  [ 'a huge right operand',        use(that('recipient', 'isAnyOf', Array.from({ length: 100_000 }, (_, i) => `did:web:${i}`))) ],
  [ 'a huge text',                 use(that('recipient', 'eq', 'x'.repeat(2_000_000))) ],
  [ 'an object that contains itself', circle ],
]

for (const [what, policy] of monsters)
  t.test(`${what} is refused without being judged`, async t => {
    t.match(validatePolicy(policy as Policy), [{ code: 'too-large' }])
    const report = judge(policy)
    t.match(report, { permitted: false, rules: [], reasons: [/policy is void: the policy has more than the \d+/] })
  })

t.test('policies that inherit in a circle, or from too many, are void', async t => {
  const parents = (id: string): Policy => ({ inheritFrom: id === 'urn:a' ? 'urn:b' : 'urn:a' })
  t.match(judge({ inheritFrom: 'urn:a' }, {}, { policies: parents }).problems, [{ code: 'circular-inheritance' }])
  const line = (id: string): Policy => ({ inheritFrom: `urn:${Number(id.slice(4)) + 1}` })
  t.match(judge({ inheritFrom: 'urn:1' }, {}, { policies: line }).problems, [{ code: 'too-large' }])
  const fan = { inheritFrom: Array.from({ length: policyLimits.parents + 1 }, (_, i) => `urn:${i}`) }
  t.match(judge(fan, {}, { policies: () => ({}) }).problems, [{ code: 'too-large' }])
})

t.test('collections in a circle end', async t => {
  const partOf = { 'did:web:a': ['urn:x'], 'urn:x': ['urn:y'], 'urn:y': ['urn:x'] }
  const policy = { permission: [{ action: 'use', assignee: 'urn:z' }] }
  t.equal(judge(policy, {}, { partOf }).permitted, false)
  t.equal(judge({ permission: [{ action: 'use', assignee: 'urn:y' }] }, {}, { partOf }).permitted, true)
})

t.test('a policy tells which credentials it looks into, and no others', async t => {
  const policy = use(
    that('Membership', 'eq', 'active'),
    { or: [that('gx:vatID', 'eq', 'FR1'), that('ManufacturerCredential.part', 'eq', 'x')] },
    that('recipient', 'eq', 'a'),
  )
  // What a clearing house stands behind counts with its label, and that names the legal person.
  const asked = ['LabelCredential', 'LegalPerson', 'ManufacturerCredential', 'MembershipCredential', 'VatID']
  t.same(credentialTypesOf(policy as unknown as Policy), asked)
  t.same(credentialTypesOf({}), [])
  t.same(credentialTypesOf(use(deep(1_000)) as Policy), [])
})

t.test('collections and actions that are all part of each other are gone through once', async t => {
  const names = Array.from({ length: 60 }, (_, i) => `ex:${i}`)
  const partOf = Object.fromEntries([['did:web:a', names], ...names.map(name => [name, names] as const)])
  t.equal(judge({ permission: [{ action: 'use', assignee: 'ex:none' }] }, {}, { partOf }).permitted, false)
  const actions = Object.fromEntries(names.map(name => [name, { includedIn: names }]))
  t.equal(judge({ permission: [{ action: 'use' }] }, { action: 'ex:0' }, { actions }).permitted, false)
})

const { expand } = createJsonLd()

t.test('two spellings of a policy have one hash, another policy another', async t => {
  const plain = {
    '@id': 'urn:p',
    '@type': 'Offer',
    permission: [
      {
        action: 'use',
        constraint: [
          that('dateTime', 'lteq', { '@value': '2027-01-01', '@type': 'xsd:date' }),
          that('recipient', 'isAnyOf', ['a', 'b']),
        ],
      },
    ],
  }
  const dressed = {
    '@context': { o: 'http://www.w3.org/ns/odrl/2/', x: 'http://www.w3.org/2001/XMLSchema#' },
    '@type': 'o:Offer',
    'o:permission': {
      'o:constraint': [
        {
          'o:rightOperand': ['b', 'a'],
          'o:operator': { '@id': 'o:isAnyOf' },
          'o:leftOperand': { '@id': 'o:recipient' },
        },
        {
          'o:leftOperand': { '@id': 'o:dateTime' },
          'o:operator': { '@id': 'o:lteq' },
          'o:rightOperand': { '@type': 'x:date', '@value': '2027-01-01' },
        },
      ],
      'o:action': { '@id': 'o:use' },
    },
    '@id': 'urn:p',
  }
  const hash = await policyHash(plain as unknown as Policy, expand)
  t.match(hash, /^[0-9a-f]{64}$/)
  t.equal(await policyHash(dressed as unknown as Policy, expand), hash)
  t.not(await policyHash({ ...plain, '@id': 'urn:q' } as unknown as Policy, expand), hash)
  t.not(await policyHash({ ...plain, assignee: 'urn:somebody' } as unknown as Policy, expand), hash)
})
