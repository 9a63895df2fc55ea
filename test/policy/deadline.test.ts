import t from 'tap'
import { deadlineOf } from '../../src/policy/index.ts'

const agreedAt = new Date('2026-01-01T00:00:00Z')
const due = (...constraint: object[]) =>
  deadlineOf({ action: 'delete', constraint }, { now: agreedAt, agreedAt })?.toISOString()
const time = (operator: string, rightOperand: string, leftOperand = 'dateTime') => ({
  leftOperand,
  operator,
  rightOperand,
})

t.test('a time that must not be passed is when a duty is due', async t => {
  t.equal(due(time('lteq', '2026-03-01T12:00:00Z')), '2026-03-01T12:00:00.000Z')
  t.equal(due(time('lt', '2026-03-01')), '2026-03-01T00:00:00.000Z', 'before a day is before its beginning')
  t.equal(due(time('lteq', '2026-03-01')), '2026-03-01T23:59:59.999Z', 'not after a day is until its end')
  t.equal(due(time('lteq', 'contractAgreement+30d', 'inForceDate')), '2026-01-31T00:00:00.000Z')
})

t.test('of several the nearest counts', async t => {
  t.equal(due(time('lteq', '2026-03-01T00:00:00Z'), time('lteq', '2026-02-01T00:00:00Z')), '2026-02-01T00:00:00.000Z')
})

t.test('what says no end has none', async t => {
  for (const constraint of [time('gteq', '2026-03-01'), time('lteq', 'soon'), time('lteq', '5', 'count')])
    t.equal(due(constraint), undefined)
  t.equal(deadlineOf(undefined, { now: agreedAt }), undefined)
})
