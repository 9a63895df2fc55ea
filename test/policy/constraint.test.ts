import fc from 'fast-check'
import t from 'tap'
import { outcomeOf, planConstraints } from '../../src/policy/constraint.ts'
import { builtInOperands } from '../../src/policy/operands/index.ts'
import type { Outcome } from '../../src/policy/report.ts'
import type { Facts } from '../../src/policy/types.ts'

const facts: Facts = {
  action: 'use',
  participant: { id: 'me', claims: {} },
  now: new Date('2026-06-15T12:00:00Z'),
  stage: 'negotiation',
}
const given = {
  satisfied: { leftOperand: 'recipient', operator: 'eq', rightOperand: 'me' },
  unsatisfied: { leftOperand: 'recipient', operator: 'eq', rightOperand: 'you' },
  undetermined: { leftOperand: 'weather', operator: 'eq', rightOperand: 'fine' },
  deferred: { leftOperand: 'count', operator: 'lteq', rightOperand: 5 },
} as const

const outcome = (...constraints: unknown[]): Outcome =>
  outcomeOf(planConstraints(constraints, builtInOperands).map(check => check(facts)))

const [yes, no, dunno, later] = ['satisfied', 'unsatisfied', 'undetermined', 'deferred'] as const

// biome-ignore format: a table is read by its columns
const truths: readonly [first: Outcome, second: Outcome, and: Outcome, or: Outcome, xone: Outcome][] = [
  // one    another   and      or       xone
  [ yes,    yes,      yes,     yes,     no    ],
  [ yes,    no,       no,      yes,     yes   ],
  [ no,     no,       no,      no,      no    ],
  [ yes,    dunno,    dunno,   yes,     dunno ],
  [ no,     dunno,    no,      dunno,   dunno ],
  [ dunno,  dunno,    dunno,   dunno,   dunno ],
  [ yes,    later,    later,   yes,     later ],
  [ no,     later,    no,      later,   later ],
  [ dunno,  later,    dunno,   later,   dunno ],
  [ later,  later,    later,   later,   later ],
]

t.test('the logical operators know three truths, and what is left for later', async t => {
  for (const [first, second, and, or, xone] of truths)
    for (const pair of [
      [given[first], given[second]],
      [given[second], given[first]],
    ]) {
      const names = `${first} and ${second}`
      t.equal(outcome({ and: pair }), and, `and of ${names}`)
      t.equal(outcome({ andSequence: pair }), and, `andSequence of ${names}`)
      t.equal(outcome({ andSequence: { '@list': pair } }), and, `andSequence of a list of ${names}`)
      t.equal(outcome({ or: pair }), or, `or of ${names}`)
      t.equal(outcome({ xone: pair }), xone, `xone of ${names}`)
      t.equal(outcome(...pair), and, `two constraints, ${names}`)
    }
})

t.test('two that hold are too many for xone, whatever the third is', async t => {
  t.equal(outcome({ xone: [given.satisfied, given.satisfied, given.undetermined] }), 'unsatisfied')
})

t.test('logical constraints nest', async t => {
  const { satisfied, unsatisfied } = given
  t.equal(
    outcome({ or: [{ and: [satisfied, unsatisfied] }, { xone: [unsatisfied, { or: [satisfied] }] }] }),
    'satisfied',
  )
})

t.test('a constraint that says two things, or nothing, is not understood', async t => {
  const holds = given.satisfied
  for (const odd of [{ and: [holds], or: [holds] }, { ...holds, and: [holds] }, { and: [] }, {}, 'use', null, 7])
    t.equal(outcome(odd), 'undetermined', JSON.stringify(odd))
})

t.test('whatever it is given, it has an outcome', async t => {
  const anything = fc.oneof(
    fc.anything(),
    fc.dictionary(
      fc.constantFrom(
        'and',
        'or',
        'odrl:xone',
        'leftOperand',
        'operator',
        'rightOperand',
        'unit',
        'status',
        'dataType',
      ),
      fc.oneof(fc.anything(), fc.constantFrom('dateTime', 'count', 'eq', 'lt', 'isAnyOf', '2026-01-01')),
    ),
  )
  fc.assert(
    fc.property(fc.array(anything), constraints =>
      ['satisfied', 'unsatisfied', 'undetermined', 'deferred'].includes(outcome(...constraints)),
    ),
  )
  t.pass()
})
