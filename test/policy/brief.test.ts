import t from 'tap'
import { briefly, evaluate } from '../../src/policy/index.ts'

const request = { action: 'use', participant: { id: 'did:web:secret', claims: { groups: ['b'] } } }
const state = { now: new Date(0) }
const inGroup = { leftOperand: 'urn:kontor:group', operator: 'eq', rightOperand: 'a' }
const past = { leftOperand: 'dateTime', operator: 'lt', rightOperand: '1969-01-01' }

t.test('a short reason names the conditions that are not met, and nothing of what we know', async t => {
  const policy = { permission: [{ action: 'use', constraint: [inGroup, past] }] }
  t.equal(briefly(evaluate(policy, request, state)), 'not permitted because of group, dateTime')
})

t.test('of a prohibition it names what holds', async t => {
  const after = { leftOperand: 'dateTime', operator: 'gt', rightOperand: '1969-01-01' }
  t.equal(
    briefly(evaluate({ prohibition: [{ action: 'use', constraint: [after] }] }, request, state)),
    'not permitted because of dateTime',
  )
})

t.test('where no condition decides, what does not fit is named', async t => {
  t.equal(
    briefly(evaluate({ permission: [{ action: 'sell' }] }, request, state)),
    'not permitted because of the action',
  )
  t.equal(briefly(evaluate({}, request, state)), 'permitted')
})
