import t from 'tap'
import { hasDuties, type Policy, ruleAt, ruleName } from '../../src/policy/index.ts'

const duty = { action: 'inform', uid: 'urn:duty:1' }
const policy: Policy = {
  permission: [{ action: 'use' }, { action: 'use', duty: [duty] }],
  obligation: [{ action: 'delete', consequence: [{ action: 'compensate' }] }],
}

t.test('a policy has duties wherever one hangs', async t => {
  t.ok(hasDuties(policy))
  t.ok(hasDuties({ permission: [{ action: 'use', duty: [duty] }] }))
  t.ok(hasDuties({ prohibition: [{ action: 'sell', remedy: [duty] }] }))
  t.notOk(hasDuties({ permission: [{ action: 'use' }] }))
})

t.test('a path of a report leads to its rule', async t => {
  t.equal(ruleAt(policy, '/permission/1/duty/0'), duty)
  t.match(ruleAt(policy, '/obligation/0/consequence/0'), { action: 'compensate' })
  t.equal(ruleAt(policy, '/permission/7/duty/0'), undefined)
})

t.test('a rule is told by its name, or by its place', async t => {
  t.equal(ruleName(duty, '/permission/1/duty/0'), 'urn:duty:1')
  t.equal(ruleName({ action: 'inform' }, '/permission/1/duty/0'), '/permission/1/duty/0')
})
