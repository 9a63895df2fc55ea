import fc from 'fast-check'
import t from 'tap'
import { sameTerms, termsDigest, termsOf } from '../../src/policy/terms.ts'
import type { Policy } from '../../src/policy/types.ts'

const asPolicy = (policy: object): Policy => policy as Policy

const word = fc.stringMatching(/^[a-z]{1,6}$/)
const atom = fc.record({
  leftOperand: fc.constantFrom('recipient', 'dateTime', 'https://example.org/mood'),
  operator: fc.constantFrom('eq', 'isAnyOf', 'lt'),
  rightOperand: fc.oneof(word, fc.uniqueArray(word, { minLength: 1, maxLength: 4 }), fc.integer()),
})
type Node = { [key: string]: unknown }
const constraint: fc.Arbitrary<Node> = fc.letrec<{ node: Node }>(tie => ({
  node: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    atom,
    ...['and', 'or', 'xone', 'andSequence'].map(logic =>
      fc.array(tie('node'), { minLength: 1, maxLength: 3 }).map(list => ({ [logic]: list })),
    ),
  ),
})).node
const rule = fc.record({ action: fc.constantFrom('use', 'print'), constraint: fc.array(constraint, { maxLength: 3 }) })
const policy = fc.record({
  permission: fc.array(rule, { minLength: 1, maxLength: 3 }),
  prohibition: fc.array(rule, { maxLength: 2 }),
  obligation: fc.array(rule, { maxLength: 2 }),
  note: word,
})

/** The same in another order wherever order means nothing; `next` gives numbers from 0 to 1. */
function shuffle(value: unknown, next: () => number, key = ''): unknown {
  if (Array.isArray(value)) {
    const items = value.map(item => [next(), shuffle(item, next)] as const)
    const ordered = key === 'andSequence' ? items : items.sort(([a], [b]) => a - b)
    return ordered.map(([, item]) => item)
  }
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).map(([name, item]) => [next(), name, shuffle(item, next, name)] as const)
  return Object.fromEntries(entries.sort(([a], [b]) => a - b).map(([, name, item]) => [name, item]))
}

const terms = new Set([
  'permission',
  'prohibition',
  'constraint',
  'action',
  'leftOperand',
  'operator',
  'rightOperand',
  'or',
  'xone',
])

/** The same with prefixes, and without the brackets of lists of one. */
function dress(value: unknown, prefix: string): unknown {
  if (Array.isArray(value)) return value.length === 1 ? dress(value[0], prefix) : value.map(item => dress(item, prefix))
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value)
  return Object.fromEntries(
    entries.map(([key, item]) => [terms.has(key) ? `${prefix}${key}` : key, dress(item, prefix)]),
  )
}

t.test('the order of rules and constraints changes nothing', async t => {
  fc.assert(
    fc.property(policy, fc.infiniteStream(fc.double({ min: 0, max: 1, noNaN: true })), (given, numbers) => {
      const shuffled = shuffle(given, () => numbers.next().value ?? 0)
      return sameTerms(asPolicy(given), asPolicy(shuffled as object))
    }),
  )
  t.pass()
})

t.test('prefixes and the brackets of lists of one change nothing', async t => {
  fc.assert(
    fc.property(policy, fc.constantFrom('odrl:', 'http://www.w3.org/ns/odrl/2/', ''), (given, prefix) =>
      sameTerms(asPolicy(given), asPolicy(dress(given, prefix) as object)),
    ),
  )
  t.pass()
})

t.test('another word anywhere is another policy', async t => {
  const text = (given: object) => JSON.stringify(given)
  const changed = fc.tuple(policy, fc.nat()).map(([given, at]) => {
    const words = [...text(given).matchAll(/:"(\w[^"]*)"/g)]
    const found = words[at % words.length]
    const [before, after] = [text(given).slice(0, found?.index), text(given).slice(found?.index)]
    return [given, JSON.parse(before + after.replace(/:"[^"]*"/, ':"CHANGED"'))] as const
  })
  fc.assert(fc.property(changed, ([given, other]) => !sameTerms(asPolicy(given), asPolicy(other))))
  t.pass()
})

t.test('a rule or constraint more, or one less, is another policy', async t => {
  const one = { leftOperand: 'recipient', operator: 'eq', rightOperand: 'a' }
  const two = { ...one, rightOperand: 'b' }
  const given = (...constraint: object[]) => asPolicy({ permission: [{ action: 'use', constraint }] })
  t.notOk(sameTerms(given(one), given(one, two)))
  t.notOk(sameTerms(given(one), given()))
  t.notOk(sameTerms(given(one), { ...given(one), prohibition: [{ action: 'print' }] }))
})

t.test('a sequence has an order, and of twins xone holds for neither', async t => {
  const [one, two] = [{ leftOperand: 'a' }, { leftOperand: 'b' }]
  const given = (constraint: object) => asPolicy({ permission: [{ action: 'use', constraint }] })
  t.notOk(sameTerms(given({ andSequence: [one, two] }), given({ andSequence: [two, one] })))
  t.notOk(sameTerms(given({ xone: [one, one] }), given({ xone: [one] })))
})

// biome-ignore format: a table is read by its columns
const alike: readonly [why: string, one: object, other: object][] = [
  [ 'names, parties, target and time',        { '@id': 'a', '@type': 'Offer', permission: [{ action: 'use' }] },
                                              { '@id': 'b', '@type': 'Agreement', '@context': 'c', 'odrl:target': 'd', assigner: 'e', assignee: 'f', timestamp: 'g', permission: [{ action: 'use' }] } ],
  [ 'absent and empty',                       { permission: [{ action: 'use' }] },                           { permission: [{ action: 'use', constraint: [], duty: [] }], prohibition: [], obligation: null } ],
  [ 'permission to use, said or unsaid',      {},                                                            { permission: [{ action: 'use' }] } ],
  [ 'references and names',                   { permission: [{ action: 'use' }] },                           { permission: [{ action: { '@id': 'odrl:use' } }] } ],
  [ 'names of one operand',                   { prohibition: [{ constraint: { leftOperand: 'inForceDate' } }] },  { prohibition: [{ constraint: { leftOperand: 'https://w3id.org/edc/v0.0.1/ns/inForceDate' } }] } ],
  [ 'types that the place tells',             { prohibition: [{ constraint: { leftOperand: 'a' } }] },       { prohibition: [{ '@type': 'Prohibition', constraint: { '@type': 'odrl:Constraint', leftOperand: 'a' } }] } ],
  [ 'values with and without datatype',       { prohibition: [{ constraint: { rightOperand: '2026-01-01' } }] }, { prohibition: [{ constraint: { rightOperand: { '@value': '2026-01-01', '@type': 'xsd:date' } } }] } ],
  [ 'lists as the EDC flattens them',         { prohibition: [{ constraint: { rightOperand: ['us', 'eu'] } }] }, { prohibition: [{ constraint: { rightOperand: '[{"@value":"us"},{"@value":"eu"}]' } }] } ],
  [ 'the same said twice',                    { permission: [{ action: 'use' }] },                           { permission: [{ action: 'use' }, { action: 'use' }] } ],
]

for (const [why, one, other] of alike)
  t.test(`no difference: ${why}`, async t => {
    t.ok(sameTerms(asPolicy(one), asPolicy(other)))
    t.equal(termsDigest(asPolicy(one)), termsDigest(asPolicy(other)))
  })

t.test('what references point to is part of the terms', async t => {
  const given = (id: string) => asPolicy({ permission: [{ action: 'use', constraint: [{ '@id': id }] }] })
  t.notOk(sameTerms(given('urn:a'), given('urn:b')))
})

t.test('a digest is 64 hex digits', async t => {
  t.match(termsDigest({ permission: [{ action: 'use' }] }), /^[0-9a-f]{64}$/)
})

t.test('terms are kept as they are written', async t => {
  const permission = [{ action: 'odrl:use', 'https://example.org/note': ['x'] }]
  t.same(termsOf(asPolicy({ '@id': 'a', '@type': 'Offer', target: 'b', profile: 'c', permission })), {
    profile: 'c',
    permission,
  })
})
