import t from 'tap'
import { deonticState } from '../../src/policy/deontic.ts'

/** The table of the compliance report model: what contradicts a rule while it is in effect violates it, and what agrees fulfils it. */
t.test('only four combinations fulfil a rule, and three violate one', async t => {
  const all = (['permission', 'prohibition', 'duty'] as const).flatMap(kind =>
    (['Active', 'Inactive'] as const).flatMap(active =>
      (['Performed', 'Unperformed', 'Unknown'] as const).map(
        done => `${kind} ${active} ${done} ${deonticState(kind, active, done)}`,
      ),
    ),
  )
  t.same(
    all.filter(line => !line.endsWith('NonSet')),
    [
      'permission Active Performed Fulfilled',
      'permission Inactive Performed Violated',
      'permission Inactive Unperformed Fulfilled',
      'prohibition Active Performed Violated',
      'prohibition Active Unperformed Fulfilled',
      'duty Active Performed Fulfilled',
      'duty Active Unperformed Violated',
    ],
  )
})

t.test('obligations, remedies and consequences are duties', async t => {
  for (const kind of ['obligation', 'remedy', 'consequence'] as const)
    t.equal(deonticState(kind, 'Active', 'Unperformed'), 'Violated')
})
