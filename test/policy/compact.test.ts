import t from 'tap'
import { compact, evaluate } from '../../src/policy/index.ts'

const request = { action: 'use', participant: { id: 'p', claims: {} } } as const
const constraint = [
  { or: [{ leftOperand: 'recipient', operator: 'isAnyOf', rightOperand: ['a', 'b'] }] },
  { leftOperand: 'moon', operator: 'eq', rightOperand: 'full' },
]
const policy = { permission: [{ action: 'use', constraint, duty: [{ action: 'inform' }] }] } as never

t.test('a compact report says everything that decided, and survives JSON', async t => {
  const report = compact(evaluate(policy, request, { now: new Date(0) }))
  t.strictSame(JSON.parse(JSON.stringify(report)), report)
  t.match(report, {
    permitted: false,
    reasons: [String],
    rules: [
      {
        path: '/permission/0',
        kind: 'permission',
        outcome: 'unsatisfied',
        conditions: [
          { about: 'action', outcome: 'satisfied' },
          { about: 'or', parts: [{ left: ['p'], operator: 'isAnyOf', right: ['a', 'b'], outcome: 'unsatisfied' }] },
          { about: 'moon', outcome: 'undetermined', why: 'unknown-operand moon' },
        ],
        duties: [{ path: '/permission/0/duty/0', action: 'inform' }],
      },
    ],
  })
})
