import t from 'tap'
import { spellOut } from '../../src/policy/spell-out.ts'
import { sameTerms } from '../../src/policy/terms.ts'
import type { Policy } from '../../src/policy/types.ts'

t.test('silence is spelled out as the schemas want it', async t => {
  t.same(spellOut({ permission: [], obligation: [] }), { permission: [{ action: 'use' }] })
  t.same(spellOut({ prohibition: [{ action: 'print' }] }), { prohibition: [{ action: 'print' }] })
})

t.test('numbers are wrapped, wherever constraints stand, and mean the same', async t => {
  const atom = (rightOperand: unknown) => ({ leftOperand: 'count', operator: 'lteq', rightOperand })
  const given = (right: unknown): Policy => ({ permission: [{ action: 'use', constraint: [{ or: [atom(right)] }] }] })
  t.same(spellOut(given(5)), given({ '@value': 5 }))
  t.same(spellOut(given(['a', true])), given(['a', { '@value': true }]))
  t.ok(sameTerms(given(5), given({ '@value': 5 })))
})
