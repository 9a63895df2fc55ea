import t from 'tap'
import { compareDuties, dutiesOf } from '../../../src/negotiation/obligations/duties.ts'
import type { Obligation } from '../../../src/negotiation/obligations/types.ts'
import type { Agreement, PolicyState } from '../../../src/policy/index.ts'

const agreedAt = new Date('2026-01-01T00:00:00Z')
const at = (iso: string) => new Date(iso)
const within30d = { leftOperand: 'inForceDate', operator: 'lteq', rightOperand: 'contractAgreement+30d' }
const remove = {
  action: 'delete',
  constraint: [within30d],
  consequence: [{ action: 'compensate' }],
}

const agreement: Agreement = {
  '@id': 'a',
  '@type': 'Agreement',
  target: 'd',
  assigner: 'p',
  assignee: 'c',
  timestamp: agreedAt.toISOString(),
  permission: [{ action: 'use', duty: [{ action: 'attribute', uid: 'urn:duty:credit' }] }],
  obligation: [remove],
}

const stand = (now: string, performances: PolicyState['performances'] = []) =>
  dutiesOf(agreement, { now: at(now), agreedAt, performances }).map(({ path, state, due }) => [
    path,
    state,
    due?.toISOString() ?? null,
  ])

const [duty, obligation, consequence] = ['/permission/0/duty/0', '/obligation/0', '/obligation/0/consequence/0']
const due = '2026-01-31T00:00:00.000Z'

t.test('duties, obligations and what follows from missing them are found, each in its place', async t => {
  t.strictSame(stand('2026-01-02T00:00:00Z'), [
    [duty, 'pending', null],
    [obligation, 'pending', due],
    [consequence, 'inactive', null],
  ])
})

t.test('what is not done in time is violated, and its consequence comes into effect', async t => {
  const late = stand('2026-01-31T00:00:00.001Z')
  t.match(late, [
    [duty, 'pending'],
    [obligation, 'violated'],
    [consequence, 'pending'],
  ])
})

t.test('what was done in time stays fulfilled, however late it is now', async t => {
  const done = [{ rule: obligation, state: 'Performed', at: at('2026-01-20T00:00:00Z') }] as const
  t.match(stand('2026-06-01T00:00:00Z', done), [[duty], [obligation, 'fulfilled'], [consequence, 'inactive']])
})

t.test('a rule that has a name is known by it', async t => {
  const done = [{ rule: 'urn:duty:credit', state: 'Performed', at: agreedAt }] as const
  t.match(stand('2026-01-02T00:00:00Z', done), [[duty, 'fulfilled']])
})

t.test('only what has changed is written; who must be reminded is, once, a day before', async t => {
  const now = at('2026-01-29T23:00:00Z')
  const duties = dutiesOf(agreement, { now, agreedAt })
  const kept = duties.map(each => ({ ...each, remindedAt: null }) as unknown as Obligation)
  const same = compareDuties(kept, duties, now)
  t.strictSame(same, { changed: [], remind: [], next: at('2026-01-30T00:00:00Z') })
  t.strictSame(compareDuties(kept, duties, at('2026-01-30T00:00:00Z')).remind, [obligation])
  const reminded = kept.map(each => ({ ...each, remindedAt: now }))
  t.strictSame(compareDuties(reminded, duties, at('2026-01-30T12:00:00Z')), {
    changed: [],
    remind: [],
    next: undefined,
  })
  t.strictSame(
    compareDuties([], duties, now).changed.map(({ path }) => path),
    [duty, obligation, consequence],
  )
})
