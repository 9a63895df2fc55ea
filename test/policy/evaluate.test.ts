import t from 'tap'
import { evaluate } from '../../src/policy/evaluate.ts'
import type { Policy, PolicyRequest, PolicyState } from '../../src/policy/types.ts'

const request: PolicyRequest = {
  action: 'use',
  participant: { id: 'did:web:a', claims: { groups: ['research'] } },
}
const state: PolicyState = { now: new Date('2026-06-15T12:00:00Z') }

const isA = { leftOperand: 'recipient', operator: 'eq', rightOperand: 'did:web:a' }
const isB = { leftOperand: 'recipient', operator: 'eq', rightOperand: 'did:web:b' }
const strange = { leftOperand: 'https://example.org/mood', operator: 'eq', rightOperand: 'good' }

const use = (...constraint: object[]) => ({ action: 'use', ...(constraint.length > 0 && { constraint }) })

/** Rules may be in any dress here, so these are policies only to the reader. */
const asPolicy = (policy: object): Policy => policy as Policy

// biome-ignore format: a table is read by its columns
const cases: readonly [says: string, policy: object, permitted: boolean, because: RegExp][] = [
  [ 'nothing said is nothing forbidden',          {},                                                        true,  /no conditions on use/ ],
  [ 'empty lists say nothing',                    { permission: [], prohibition: [] },                       true,  /no conditions on use/ ],
  [ 'a plain permission permits',                 { permission: [use()] },                                   true,  /without conditions/ ],
  [ 'a condition that holds permits',             { permission: [use(isA)] },                                true,  /^Recipient must be did:web:a: yes, it is did:web:a$/ ],
  [ 'a condition that fails refuses',             { permission: [use(isB)] },                                false, /^Recipient must be did:web:b: no, it is did:web:a$/ ],
  [ 'all conditions of a rule must hold',         { permission: [use(isA, isB)] },                           false, /^Recipient must be did:web:b/ ],
  [ 'one permission of several is enough',        { permission: [use(isB), use(isA)] },                      true,  /did:web:a: yes/ ],
  [ 'an unknown operand permits nothing',         { permission: [use(strange)] },                            false, /left operand https:\/\/example.org\/mood is not one/ ],
  [ 'nor does it beside one that holds',          { permission: [use(isA, strange)] },                       false, /mood/ ],
  [ 'a permission for something else',            { permission: [{ action: 'print' }] },                     false, /for print, not for use/ ],
  [ 'a permission for no action, at no stage',    { permission: [{}] },                                      true,  /without conditions/ ],
  [ 'a permission for something unreadable',      { permission: [{ action: {} }] },                          false, /names no action/ ],
  [ 'a permission for two actions is two',        { permission: [{ action: ['print', 'use'] }] },            true,  /without conditions/ ],
  [ 'a refinement that holds permits',            { permission: [{ action: { '@id': 'use', refinement: [isA] } }] }, true,  /did:web:a: yes/ ],
  [ 'a refinement that fails does not',           { permission: [{ action: { 'rdf:value': { '@id': 'odrl:use' }, refinement: [isB] } }] }, false, /did:web:b: no/ ],
  [ 'a permission that is a word voids it all',   { permission: ['use', use()] },                            false, /void: the permission use is not an object/ ],
  [ 'a duty before use must be done',             { permission: [{ ...use(), duty: [{ action: 'pay' }] }] }, false, /^Compensate must be done before use: not done yet$/ ],
  [ 'a permission for us',                        { permission: [{ ...use(), assignee: 'did:web:a' }] },     true,  /without conditions/ ],
  [ 'a permission for somebody else',             { permission: [{ ...use(), assignee: 'did:web:b' }] },     false, /^A permission is for did:web:b, not for did:web:a$/ ],
  [ 'a group is a collection of parties',         { permission: [{ ...use(), assignee: 'research' }] },      true,  /without conditions/ ],
  [ 'an obligation is for later',                 { permission: [use()], obligation: [{ action: 'delete' }] }, true, /without conditions/ ],
  [ 'an obligation alone permits use',            { obligation: [{ action: 'delete' }] },                    true,  /no conditions on use/ ],
  [ 'a plain prohibition forbids',                { permission: [use()], prohibition: [use()] },             false, /^Use is prohibited/ ],
  [ 'a prohibition that holds forbids',           { permission: [use()], prohibition: [use(isA)] },          false, /^Use is prohibited if recipient is did:web:a: yes, it is/ ],
  [ 'a prohibition that fails does not',          { permission: [use()], prohibition: [use(isB)] },          true,  /without conditions/ ],
  [ 'a prohibition nobody can judge forbids',     { permission: [use()], prohibition: [use(strange)] },      false, /mood is not one that can be judged/ ],
  [ 'unless what is known settles it',            { permission: [use()], prohibition: [use(isB, strange)] }, true,  /without conditions/ ],
  [ 'a prohibition of something else',            { permission: [use()], prohibition: [{ action: 'https://example.org/sell' }] }, false, /action https:\/\/example.org\/sell means is not known/ ],
  [ 'prohibitions alone permit nothing',          { prohibition: [use(isB)] },                               false, /only prohibits/ ],
  [ 'prefixes hide no prohibition',               { 'odrl:prohibition': { 'odrl:action': { '@id': 'odrl:use' } } }, false, /^Use is prohibited$/ ],
  [ 'full names and single values are the same',  { 'http://www.w3.org/ns/odrl/2/permission': { action: 'http://www.w3.org/ns/odrl/2/use', constraint: isB } }, false, /did:web:b: no/ ],
]

for (const [says, policy, permitted, because] of cases) {
  t.test(says, async t => {
    const report = evaluate(asPolicy(policy), request, state)
    t.equal(report.permitted, permitted)
    t.match(report.reasons.join('\n'), because)
  })
}

t.test('the action asked for may be written in full', async t => {
  const asked = { ...request, action: 'http://www.w3.org/ns/odrl/2/use' }
  t.equal(evaluate({ permission: [use()] }, asked, state).permitted, true)
})

t.test('a report shows every rule that was looked at, with all that it was judged by', async t => {
  const policy = asPolicy({
    '@id': 'urn:p',
    permission: [{ '@id': 'urn:r', ...use(isB, strange) }],
    prohibition: [use(isB)],
  })
  t.match(evaluate(policy, { ...request, id: 'urn:q', rule: 'urn:qr' }, state), {
    policy: 'urn:p',
    request: 'urn:q',
    ruleRequest: 'urn:qr',
    created: state.now,
    action: 'use',
    problems: [],
    rules: [
      {
        kind: 'prohibition',
        path: '/prohibition/0',
        activation: 'Inactive',
        attempt: 'Attempted',
        performance: 'Unknown',
        deontic: 'NonSet',
      },
      {
        kind: 'permission',
        id: 'urn:r',
        path: '/permission/0',
        activation: 'Inactive',
        outcome: 'unsatisfied',
        premises: [
          { kind: 'action', wanted: ['use'], found: 'use', outcome: 'satisfied' },
          { kind: 'constraint', right: [{ text: 'did:web:b' }], outcome: 'unsatisfied' },
          { kind: 'constraint', leftOperand: 'https://example.org/mood', left: [], outcome: 'undetermined' },
        ],
      },
    ],
  })
})

t.test('a report can be kept as JSON, reasons included', async t => {
  const report = evaluate(asPolicy({ permission: [use(isB)] }), request, state)
  t.match(JSON.parse(JSON.stringify(report)), {
    permitted: false,
    reasons: report.reasons,
    rules: [{ kind: 'permission' }],
  })
})

t.test('a connector lets nobody in by a permission that names no action', async t => {
  const report = evaluate(asPolicy({ permission: [{}] }), { ...request, stage: 'catalog' }, state)
  t.match(report, { permitted: false, reasons: [/names no action/] })
})

t.test('what a peer writes is quoted in bounds', async t => {
  const long = { leftOperand: 'x'.repeat(10_000), operator: 'eq', rightOperand: 'y' }
  const many = { leftOperand: 'recipient', operator: 'isAnyOf', rightOperand: Array(5_000).fill('did:web:z') }
  const { reasons } = evaluate(asPolicy({ permission: [use(long), use(many)] }), request, state)
  t.ok(reasons.join().length < 1_000)
  t.match(reasons[1], /and 4990 more/)
})

t.test('"use, but do not distribute" permits use: narrower actions are for the user to refrain from', async t => {
  const policy = {
    permission: [{ action: 'use' }],
    prohibition: [{ action: 'distribute' }, { action: 'http://www.w3.org/ns/odrl/2/sell' }],
  }
  t.match(evaluate(policy, request, state), { permitted: true })
})

t.test('a prohibition of an action nobody knows still closes the door: it may include use', async t => {
  const policy = { permission: [{ action: 'use' }], prohibition: [{ action: 'https://example.org/everything' }] }
  t.match(evaluate(policy, request, state), { permitted: false, reasons: [/everything/] })
})
