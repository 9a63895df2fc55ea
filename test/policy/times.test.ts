import t from 'tap'
import { addDuration, readAgreementTime, readTime } from '../../src/policy/times.ts'
import { compare, instant } from '../../src/policy/values.ts'

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
    '2026-02-30',
    '2026-06-15T25:00:00Z',
    '15.06.2026',
    '2026-06-15T12:00Z',
    '2026-06-15T12:00:00+25:00',
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

t.test('a day may have a zone of its own', async t => {
  const day = readTime('2026-06-15+02:00') ?? { text: '' }
  const at = (text: string) => Math.sign(compare(instant(new Date(text)), day))
  t.same(['2026-06-14T21:59:59Z', '2026-06-14T22:00:00Z', '2026-06-15T22:00:00Z'].map(at), [-1, 0, 1])
})

t.test('an hour that daylight saving takes away or gives twice is told by its offset', async t => {
  // Paris, 2026: 29 March 02:00 becomes 03:00, 25 October 03:00 becomes 02:00.
  const equal = (one: string, other: string) => compare(readTime(one) ?? { text: '' }, readTime(other) ?? { text: '' })
  t.equal(equal('2026-03-29T01:59:59+01:00', '2026-03-29T00:59:59Z'), 0)
  t.equal(equal('2026-03-29T03:00:00+02:00', '2026-03-29T01:00:00Z'), 0)
  t.ok(equal('2026-10-25T02:30:00+02:00', '2026-10-25T02:30:00+01:00') < 0)
})

// biome-ignore format: a table is read by its columns
const durations: readonly [from: string, duration: string, to: string | undefined][] = [
  [ '2026-01-31T10:00:00Z', 'P1M',          '2026-02-28T10:00:00.000Z' ],
  [ '2028-01-31T10:00:00Z', 'P1M',          '2028-02-29T10:00:00.000Z' ],
  [ '2028-02-29T00:00:00Z', 'P1Y',          '2029-02-28T00:00:00.000Z' ],
  [ '2026-03-31T00:00:00Z', '-P1M',         '2026-02-28T00:00:00.000Z' ],
  [ '2026-12-15T00:00:00Z', 'P1Y2M3DT4H5M6.5S', '2028-02-18T04:05:06.500Z' ],
  [ '2026-03-28T12:00:00Z', 'P1D',          '2026-03-29T12:00:00.000Z' ],
  [ '2026-01-01T00:00:00Z', 'P2W',          '2026-01-15T00:00:00.000Z' ],
  [ '2026-01-01T00:00:00Z', 'P60M',         '2031-01-01T00:00:00.000Z' ],
  [ '2026-01-01T00:00:00Z', 'PT60M',        '2026-01-01T01:00:00.000Z' ],
  [ '2026-01-01T00:00:00Z', 'P0D',          '2026-01-01T00:00:00.000Z' ],
  [ '2026-01-01T00:00:00Z', 'P',            undefined ],
  [ '2026-01-01T00:00:00Z', 'PT',           undefined ],
  [ '2026-01-01T00:00:00Z', 'P1DT',         undefined ],
  [ '2026-01-01T00:00:00Z', '1D',           undefined ],
  [ '2026-01-01T00:00:00Z', 'P1.5D',        undefined ],
  [ '2026-01-01T00:00:00Z', 'P999999999Y',  undefined ],
]

for (const [from, duration, to] of durations)
  t.test(`${from} and ${duration}: ${to}`, async t => {
    t.equal(addDuration(new Date(from), duration)?.toISOString(), to)
  })

t.test('a time beyond all calendars is not understood', async t => {
  t.equal(readAgreementTime('contractAgreement+999999999d', new Date(8e15)), undefined)
  t.ok(readAgreementTime('contractagreement+-5m', new Date(0)))
})
