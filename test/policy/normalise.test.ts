import fc from 'fast-check'
import t from 'tap'
import { normalisePolicy } from '../../src/policy/normalise.ts'

const odrl = 'http://www.w3.org/ns/odrl/2/'

t.test('prefixes and namespaces of ODRL disappear, from keys and from words', async t => {
  t.strictSame(
    normalisePolicy({
      '@type': `${odrl}Offer`,
      'odrl:permission': [{ 'odrl:action': { '@id': 'odrl:use' }, [`${odrl}constraint`]: [] }],
      [`${odrl}prohibition`]: [
        {
          action: `${odrl}distribute`,
          constraint: [{ leftOperand: 'odrl:dateTime', operator: { '@id': `${odrl}lteq` }, rightOperand: 'odrl:x' }],
        },
      ],
    }),
    {
      '@type': 'Offer',
      permission: [{ action: 'use' }],
      prohibition: [
        { action: 'distribute', constraint: [{ leftOperand: 'dateTime', operator: 'lteq', rightOperand: 'odrl:x' }] },
      ],
    },
  )
})

t.test('single rules, constraints and duties become lists', async t => {
  t.strictSame(
    normalisePolicy({
      permission: { action: 'use', constraint: { and: { leftOperand: 'a' } }, duty: { action: 'inform' } },
    }),
    { permission: [{ action: 'use', constraint: [{ and: [{ leftOperand: 'a' }] }], duty: [{ action: 'inform' }] }] },
  )
})

t.test('JSON-LD lists and sets become lists, in their order', async t => {
  const [a, b] = [{ leftOperand: 'a' }, { leftOperand: 'b' }]
  t.strictSame(normalisePolicy({ constraint: { andSequence: { '@list': [a, b] } }, permission: { '@set': [] } }), {
    constraint: [{ andSequence: [a, b] }],
  })
})

t.test('references and values in JSON-LD become plain strings', async t => {
  t.strictSame(
    normalisePolicy({ target: { '@id': 'c1' }, assigner: { '@value': 'p' }, profile: [{ '@id': 'x' }, 'y'] }),
    { target: 'c1', assigner: 'p', profile: ['x', 'y'] },
  )
})

t.test('an id that happens to look like ODRL keeps its spelling', async t => {
  t.strictSame(normalisePolicy({ '@id': 'odrl:use', target: 'odrl:use' }), { '@id': 'odrl:use', target: 'odrl:use' })
})

t.test('an action with a refinement is not mistaken for a plain one', async t => {
  const action = { '@id': 'odrl:print', 'odrl:refinement': [{ leftOperand: 'resolution' }] }
  t.strictSame(normalisePolicy({ permission: [{ action }] }), { permission: [{ action }] })
})

t.test('empty lists of rules, duties and constraints are left out, empty alternatives are not', async t => {
  t.strictSame(
    normalisePolicy({
      prohibition: [],
      obligation: [],
      permission: [{ action: 'use', duty: [], constraint: [{ or: [] }] }],
    }),
    { permission: [{ action: 'use', constraint: [{ or: [] }] }] },
  )
})

t.test('no prohibition is lost because it is spelled in two ways', async t => {
  const [a, b, c] = [{ action: 'a' }, { action: 'b' }, { action: 'c' }]
  t.strictSame(normalisePolicy({ 'odrl:prohibition': a, prohibition: [b], [`${odrl}prohibition`]: c }), {
    prohibition: [a, b, c],
  })
  t.strictSame(normalisePolicy({ 'odrl:target': 'a', target: 'b' }), { 'odrl:target': 'a', target: 'b' })
})

t.test('what it does not understand stays for a schema to refuse', async t => {
  const odd = { permission: ['use', null, 5], target: 7, action: ['use'], '@type': ['Offer', 'ex:Special'] }
  t.strictSame(normalisePolicy(odd), odd)
})

t.test('names of inherited properties are names like any other', async t => {
  const odd: unknown = JSON.parse('{"__proto__": {"a": 1}, "toString": "x", "odrl:constructor": "y"}')
  const normal = normalisePolicy(odd)
  t.strictSame(Object.entries(normal), [
    ['__proto__', { a: 1 }],
    ['toString', 'x'],
    ['constructor', 'y'],
  ])
  t.equal(Object.getPrototypeOf(normal), Object.prototype)
})

t.test('only an object can be a policy', async t => {
  for (const value of [null, undefined, 'use', 5, []])
    t.throws(() => normalisePolicy(value), { code: 'invalid', message: 'A policy must be a JSON object.' })
})

const key = fc.constantFrom(
  ...['permission', 'prohibition', 'constraint', 'and', 'or', 'action', 'leftOperand', 'target', 'profile'].flatMap(
    term => [term, `odrl:${term}`, `${odrl}${term}`],
  ),
  ...['@id', '@type', 'rightOperand', 'ex:note', 'odrl:odrl:use', '@list', '@value'],
)
const policies = fc.letrec<{ node: Record<string, unknown>; value: unknown }>(tie => ({
  node: fc.dictionary(key, tie('value'), { maxKeys: 5, noNullPrototype: true }),
  value: fc.oneof(
    { maxDepth: 4 },
    fc.constantFrom<unknown>('use', 'odrl:use', `${odrl}use`, 'ex:y', 7, true, null),
    tie('node'),
    fc.array(tie('value'), { maxLength: 3 }),
  ),
})).node

t.test('normalising twice is the same as once', async () => {
  fc.assert(
    fc.property(policies, policy => {
      const once = normalisePolicy(policy)
      return JSON.stringify(normalisePolicy(once)) === JSON.stringify(once)
    }),
  )
})

t.test('the order of rules is kept', async () => {
  fc.assert(
    fc.property(fc.array(fc.string(), { minLength: 1 }), actions => {
      const permission = actions.map(action => ({ 'ex:action': action }))
      return JSON.stringify(normalisePolicy({ permission }).permission) === JSON.stringify(permission)
    }),
  )
})

t.test('properties of other vocabularies survive untouched', async () => {
  const iri = fc.string().map(name => `https://example.org/ns#${name}`)
  fc.assert(
    fc.property(policies, fc.dictionary(iri, fc.jsonValue(), { noNullPrototype: true }), (policy, extensions) => {
      const normal = normalisePolicy({ ...policy, ...extensions })
      return Object.entries(extensions).every(([name, value]) => normal[name] === value)
    }),
  )
})

t.test('the policy it is given is not changed', async () => {
  fc.assert(
    fc.property(policies, policy => {
      const before = JSON.stringify(policy)
      normalisePolicy(policy)
      return JSON.stringify(policy) === before
    }),
  )
})
