import fc from 'fast-check'
import t from 'tap'
import { judgeConstraints } from '../../src/policy/constraint.ts'
import type { Facts } from '../../src/policy/types.ts'

const request: Facts = {
  action: 'use',
  participant: { id: 'me', claims: {} },
  now: new Date('2026-06-15T12:00:00Z'),
}
const holds = { leftOperand: 'recipient', operator: 'eq', rightOperand: 'me' }
const fails = { leftOperand: 'recipient', operator: 'eq', rightOperand: 'you' }
const unknown = { leftOperand: 'weather', operator: 'eq', rightOperand: 'fine' }

const verdict = (...constraints: unknown[]) => judgeConstraints(constraints, request, 'permission').verdict

// biome-ignore format: a table is read by its columns
const truths: readonly [first: object, second: object, and: string, or: string, xone: string][] = [
  [ holds,   holds,   'holds',   'holds',   'fails'   ],
  [ holds,   fails,   'fails',   'holds',   'holds'   ],
  [ fails,   fails,   'fails',   'fails',   'fails'   ],
  [ holds,   unknown, 'unknown', 'holds',   'unknown' ],
  [ fails,   unknown, 'fails',   'unknown', 'unknown' ],
  [ unknown, unknown, 'unknown', 'unknown', 'unknown' ],
]

t.test('the logical operators know three truths', async t => {
  for (const [first, second, and, or, xone] of truths)
    for (const pair of [
      [first, second],
      [second, first],
    ]) {
      const names = JSON.stringify(pair)
      t.equal(verdict({ and: pair }), and, `and of ${names}`)
      t.equal(verdict({ andSequence: pair }), and, `andSequence of ${names}`)
      t.equal(verdict({ or: pair }), or, `or of ${names}`)
      t.equal(verdict({ xone: pair }), xone, `xone of ${names}`)
    }
})

t.test('two that hold are too many for xone, whatever the third is', async t => {
  t.equal(verdict({ xone: [holds, holds, unknown] }), 'fails')
})

t.test('logical constraints nest', async t => {
  t.equal(verdict({ or: [{ and: [holds, fails] }, { xone: [fails, { or: [holds] }] }] }), 'holds')
})

t.test('a constraint that says two things, or nothing, is not understood', async t => {
  for (const odd of [{ and: [holds], or: [holds] }, { ...holds, and: [holds] }, { and: [] }, {}, 'use', null, 7])
    t.equal(verdict(odd), 'unknown', JSON.stringify(odd))
})

t.test('the sentence of an alternative names what was tried', async t => {
  const { sentence } = judgeConstraints([{ or: [fails, { ...fails, rightOperand: 'them' }] }], request, 'permission')
  t.equal(sentence, 'one of these: (recipient must be you: no, it is me; recipient must be them: no, it is me)')
})

t.test('whatever it is given, it has a verdict and a sentence', async t => {
  const anything = fc.oneof(
    fc.anything(),
    fc.dictionary(
      fc.constantFrom('and', 'or', 'odrl:xone', 'leftOperand', 'operator', 'rightOperand', 'unit'),
      fc.anything(),
    ),
  )
  fc.assert(
    fc.property(fc.array(anything), constraints => {
      const { verdict, sentence } = judgeConstraints(constraints, request, 'prohibition')
      return ['holds', 'fails', 'unknown'].includes(verdict) && typeof sentence === 'string'
    }),
  )
  t.pass()
})
