import t from 'tap'
import { compare, datatypeName, instant, isValue, literalsOf, unfold } from '../../src/policy/values.ts'

t.test('texts are equal or not, and have no order', async t => {
  t.equal(compare({ text: 'a' }, { text: 'a' }), 0)
  t.ok(Number.isNaN(compare({ text: 'a' }, { text: 'b' })))
})

t.test('what lies on a line is before, on or after', async t => {
  const at = (from: number, to = from) => ({ text: '', span: { from, to } })
  t.same(
    [compare(at(1), at(2)), compare(at(2), at(1)), compare(at(1), at(1)), compare(at(3), at(1, 5))].map(Math.sign),
    [-1, 1, 0, 0],
  )
})

t.test('a value may belong to a set that has a name', async t => {
  const some = { text: 'SOME', members: new Set(['a']) }
  t.same([isValue({ text: 'a' }, some), isValue({ text: 'b' }, some), isValue(some, some)], [true, false, true])
})

t.test('a point in time is what it is, again and again', async t => {
  const [one, other] = [new Date('2026-01-01T00:00:00Z'), new Date('2027-01-01T00:00:00Z')]
  t.same(
    [one, other, one, one].map(at => instant(at).text.slice(0, 4)),
    ['2026', '2027', '2026', '2026'],
  )
})

t.test('right operands give their single values, with what is said of their type and unit', async t => {
  t.same(literalsOf(['a', { '@value': 7 }, { '@id': 'b' }, { '@list': ['c', true] }, 1.5]), [
    { text: 'a' },
    { text: '7', datatype: 'integer' },
    { text: 'b', datatype: '@id' },
    { text: 'c' },
    { text: 'true', datatype: 'boolean' },
    { text: '1.5', datatype: 'double' },
  ])
  t.same(literalsOf({ '@value': '5', '@type': 'http://www.w3.org/2001/XMLSchema#decimal', unit: 'EUR' }), [
    { text: '5', datatype: 'decimal', unit: 'EUR' },
  ])
  t.same(literalsOf(new Date('2026-01-01T00:00:00Z')), [{ text: '2026-01-01T00:00:00.000Z', datatype: 'dateTime' }])
})

t.test('what is no value is none', async t => {
  for (const odd of [null, undefined, {}, ['a', null], { '@value': {} }, Number.NaN, new Date(Number.NaN), () => 1])
    t.equal(literalsOf(odd), undefined)
})

t.test('XML Schema has two prefixes', async t => {
  t.same(['xsd:date', 'https://www.w3.org/2001/XMLSchema#date', 'ex:date'].map(datatypeName), [
    'date',
    'date',
    'ex:date',
  ])
})

t.test('a text that only looks like a flattened list stays a text', async t => {
  t.equal(unfold('[{"@value":"us"'), '[{"@value":"us"')
  t.equal(unfold('[1,2]'), '[1,2]')
  for (const odd of ['[{@value={chars=us, string=eu, valueType=STRING}}]', '[{@value=us}]', '[{@'])
    t.equal(unfold(odd), odd)
})

t.test('a list is known again as Java has printed it', async t => {
  const member = (text: string) => `{@value={chars=${text}, string=${text}, valueType=STRING}}`
  for (const list of [['us'], ['us', 'eu'], ['a, b', 'c=d}}, ', '[{@value={chars=']])
    t.same(
      unfold(`[${list.map(member).join(', ')}]`),
      list.map(text => ({ '@value': text })),
    )
})
