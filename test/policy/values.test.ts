import t from 'tap'
import { compare, instant, readAgreementTime, readTime, textsOf, unfold } from '../../src/policy/values.ts'

t.test('times are understood with and without fractions and zones, UTC if there is none', async t => {
  const noon = instant(new Date('2026-06-15T12:00:00Z'))
  for (const text of ['2026-06-15T12:00:00Z', '2026-06-15T12:00:00', '2026-06-15T14:00:00.000000001+02:00'])
    t.equal(compare(readTime(text) ?? { text: '' }, noon), 0, text)
})

t.test('what is no time is not guessed', async t => {
  for (const text of [
    '',
    'now',
    '2026',
    '2026-13-01',
    '2026-02-30T00:00:00Z',
    '2026-06-15T25:00:00Z',
    '15.06.2026',
    '2026-06-15T12:00Z',
  ])
    t.equal(readTime(text), undefined, text)
})

t.test('a day is before the next and after the last, and its hours are equal to it', async t => {
  const day = readTime('2026-06-15') ?? { text: '' }
  const at = (text: string) => Math.sign(compare(instant(new Date(text)), day))
  t.same(
    ['2026-06-14T23:59:59Z', '2026-06-15T00:00:00Z', '2026-06-15T23:59:59Z', '2026-06-16T00:00:00Z'].map(at),
    [-1, 0, 0, 1],
  )
})

t.test('texts are equal or not, and have no order', async t => {
  t.equal(compare({ text: 'a' }, { text: 'a' }), 0)
  t.ok(Number.isNaN(compare({ text: 'a' }, { text: 'b' })))
})

t.test('a time beyond all calendars is not understood', async t => {
  t.equal(readAgreementTime('contractAgreement+999999999d', new Date(8e15)), undefined)
  t.ok(readAgreementTime('contractagreement+-5m', new Date(0)))
})

t.test('right operands give their single values', async t => {
  t.same(textsOf(['a', { '@value': 7 }, { '@id': 'b' }, { '@list': ['c', true] }]), ['a', '7', 'b', 'c', 'true'])
  t.equal(textsOf(['a', null]), undefined)
  t.equal(textsOf({}), undefined)
})

t.test('a text that only looks like a flattened list stays a text', async t => {
  t.equal(unfold('[{"@value":"us"'), '[{"@value":"us"')
  t.equal(unfold('[1,2]'), '[1,2]')
})
