import fc from 'fast-check'
import t from 'tap'
import { explain } from '../../src/policy/explain/index.ts'
import type { Policy, PolicyRequest, PolicyState } from '../../src/policy/types.ts'
import { validatePolicy } from '../../src/policy/validate.ts'
import { judge, that } from './world.ts'

const action = fc.constantFrom('use', 'read', 'print', 'distribute', 'sell', 'play', 'display', 'ex:unknown')
const who = fc.constantFrom('did:web:a', 'did:web:b', 'team')
const asset = fc.constantFrom('urn:x', 'urn:y')
const atom = fc.constantFrom<object>(
  that('recipient', 'eq', 'did:web:a'),
  that('recipient', 'neq', 'did:web:a'),
  that('dateTime', 'lt', '2026-12-31'),
  that('dateTime', 'gt', '2026-12-31'),
  that('count', 'lteq', 3),
  that('purpose', 'eq', 'research'),
  that('mood', 'eq', 'good'),
  that('Membership', 'eq', 'active'),
)
const { condition } = fc.letrec<{ condition: object }>(tie => ({
  condition: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    atom,
    fc
      .tuple(
        fc.constantFrom('and', 'or', 'xone', 'andSequence'),
        fc.array(tie('condition'), { minLength: 1, maxLength: 3 }),
      )
      .map(([logic, parts]) => ({ [logic]: parts })),
  ),
}))
const several = <T>(one: fc.Arbitrary<T>) => fc.array(one, { minLength: 1, maxLength: 2 })
const rule = fc.record(
  {
    action: several(action),
    target: several(asset),
    assignee: several(who),
    constraint: fc.array(condition, { maxLength: 2 }),
    duty: fc.array(fc.record({ action }), { maxLength: 1 }),
  },
  { requiredKeys: ['action'] },
)
const policy = fc.record(
  {
    permission: fc.array(rule, { maxLength: 3 }),
    prohibition: fc.array(rule, { maxLength: 2 }),
    conflict: fc.constantFrom('perm', 'prohibit', 'invalid'),
    assignee: who,
    target: asset,
  },
  { requiredKeys: [] },
)
const request: fc.Arbitrary<Partial<PolicyRequest>> = fc.record(
  {
    action,
    target: asset,
    stage: fc.constantFrom('catalog', 'negotiation', 'transfer', 'access'),
    participant: who.map(id => ({ id, claims: { groups: ['team'] } })),
  },
  { requiredKeys: ['action'] },
)
const state: fc.Arbitrary<Partial<PolicyState>> = fc.record(
  { count: fc.nat(5), performances: fc.constant([{ action: 'print', state: 'Performed' as const }]) },
  { requiredKeys: [] },
)

t.test('adding a prohibition never widens access', async t => {
  fc.assert(
    fc.property(policy, rule, request, state, (given, more, asked, world) => {
      const { prohibition = [] } = given
      const stricter = { ...given, prohibition: [...prohibition, more] }
      return judge(given, asked, world).permitted || !judge(stricter, asked, world).permitted
    }),
  )
  t.pass()
})

t.test('removing a permission never widens access, as long as one is left', async t => {
  fc.assert(
    fc.property(policy, rule, request, state, (given, more, asked, world) => {
      const { permission = [] } = given
      fc.pre(permission.length > 0)
      const wider = { ...given, conflict: 'perm', permission: [...permission, more] }
      return judge(wider, asked, world).permitted || !judge({ ...given, conflict: 'perm' }, asked, world).permitted
    }),
  )
  t.pass()
})

t.test('the order of rules and constraints never matters', async t => {
  const backwards = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(backwards).reverse()
    if (typeof value !== 'object' || value === null) return value
    return Object.fromEntries(
      Object.entries(value)
        .map(([key, inner]) => [key, backwards(inner)])
        .reverse(),
    )
  }
  fc.assert(
    fc.property(
      policy,
      request,
      state,
      (given, asked, world) =>
        judge(given, asked, world).permitted === judge(backwards(given) as object, asked, world).permitted,
    ),
  )
  t.pass()
})

/** One rule for each action, target and assignee, as the recommendation expands compact policies (2.7). */
function expanded(
  given: { permission?: readonly object[]; prohibition?: readonly object[] } & Record<string, unknown>,
): object {
  const { target, assignee, permission = [], prohibition = [], ...rest } = given
  const dimension = (value: unknown) => (value === undefined ? [undefined] : [value].flat())
  const atoms = (compact: Record<string, unknown>) =>
    dimension(compact.action).flatMap(action =>
      dimension(compact.target ?? target).flatMap(asset =>
        dimension(compact.assignee ?? assignee).map(party => {
          const { target: _, assignee: __, ...kept } = compact
          return {
            ...kept,
            action,
            ...(asset !== undefined && { target: asset }),
            ...(party !== undefined && { assignee: party }),
          }
        }),
      ),
    )
  const all = (rules: readonly object[]) => rules.flatMap(each => atoms({ ...each }))
  return { ...rest, permission: all(permission), prohibition: all(prohibition) }
}

t.test('compact and expanded forms agree', async t => {
  fc.assert(
    fc.property(
      policy,
      request.map(asked => ({ target: 'urn:x', ...asked })),
      state,
      (given, asked, world) => judge(given, asked, world).permitted === judge(expanded(given), asked, world).permitted,
    ),
  )
  t.pass()
})

t.test('whatever is no policy, or a strange one, it is judged and explained without an exception', async t => {
  const terms = fc.constantFrom(
    'permission',
    'prohibition',
    'obligation',
    'duty',
    'remedy',
    'action',
    'target',
    'assignee',
    'constraint',
    'refinement',
    'and',
    'or',
    'leftOperand',
    'operator',
    'rightOperand',
    'status',
    'unit',
    'conflict',
    'profile',
    'inheritFrom',
    '@id',
    '@list',
    '@value',
  )
  const words = fc.constantFrom('use', 'dateTime', 'count', 'eq', 'lt', 'isAnyOf', '2026-01-01', 'P1D', 'urn:x', 'perm')
  const { node } = fc.letrec<{ node: unknown }>(tie => ({
    node: fc.oneof(
      { maxDepth: 5 },
      words,
      fc.jsonValue({ maxDepth: 1 }),
      fc.dictionary(terms, tie('node'), { maxKeys: 4 }),
      fc.array(tie('node'), { maxLength: 3 }),
    ),
  }))
  fc.assert(
    fc.property(node, request, (given, asked) => {
      const report = judge(given as object, asked, { policies: () => given as Policy })
      validatePolicy(given as Policy)
      return (
        typeof report.permitted === 'boolean' &&
        explain(report).every(Boolean) &&
        explain(report, 'fr').every(Boolean) &&
        report.reasons.length > 0
      )
    }),
    { numRuns: 1_000 },
  )
  t.pass()
})
