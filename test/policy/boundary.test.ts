import t from 'tap'
import { nextBoundary } from '../../src/policy/index.ts'

const at = (iso: string) => new Date(iso)
const agreedAt = at('2026-01-01T00:00:00Z')
const constraint = (leftOperand: string, operator: string, rightOperand: unknown) => ({
  leftOperand,
  operator,
  rightOperand,
})
const until = constraint('dateTime', 'lteq', '2026-12-31T12:00:00Z')

const next = (constraints: readonly object[], now: string) =>
  nextBoundary(
    { permission: [{ action: 'use', constraint: constraints as never }] },
    { now: at(now), agreedAt },
  )?.toISOString()

// biome-ignore format: a table is read by its columns
const cases = [
  // says                                     constraints                                                       now                     next
  [ 'an instant begins',                      [ until ],                                                       '2026-06-01T00:00:00Z', '2026-12-31T12:00:00.000Z' ],
  [ 'an instant ends, a millisecond later',   [ until ],                                                       '2026-12-31T12:00:00Z', '2026-12-31T12:00:00.001Z' ],
  [ 'what has passed changes nothing',        [ until ],                                                       '2027-01-01T00:00:00Z', undefined                  ],
  [ 'a day begins',                           [ constraint('dateTime', 'eq', '2026-07-01') ],                  '2026-06-01T00:00:00Z', '2026-07-01T00:00:00.000Z' ],
  [ 'a day ends',                             [ constraint('dateTime', 'eq', '2026-07-01') ],                  '2026-07-01T00:00:00Z', '2026-07-02T00:00:00.000Z' ],
  [ 'time counted from the agreement',        [ constraint('inForceDate', 'lteq', 'contractAgreement+30d') ],  '2026-01-02T00:00:00Z', '2026-01-31T00:00:00.000Z' ],
  [ 'the nearest of several, however deep',   [ until, { or: [ constraint('dateTime', 'gt', '2026-08-01T00:00:00Z') ] } ], '2026-06-01T00:00:00Z', '2026-08-01T00:00:00.000Z' ],
  [ 'what is no time changes with no time',   [ constraint('recipient', 'eq', 'p') ],                          '2026-06-01T00:00:00Z', undefined                  ],
  [ 'a time that cannot be read is none',     [ constraint('dateTime', 'lteq', 'soon') ],                      '2026-06-01T00:00:00Z', undefined                  ],
] as const

for (const [says, constraints, now, expected] of cases)
  t.test(says, async t => t.equal(next(constraints, now), expected))

t.test('prohibitions count like permissions', async t => {
  const policy = { prohibition: [{ action: 'use', constraint: [until] }] }
  t.equal(nextBoundary(policy, { now: at('2026-06-01T00:00:00Z') })?.toISOString(), '2026-12-31T12:00:00.000Z')
})
