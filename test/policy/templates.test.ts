import t from 'tap'
import { fillTemplate, type PolicyTemplate } from '../../src/policy/index.ts'

const words = { en: '', fr: '' }
const template: PolicyTemplate = {
  name: 'mine',
  description: words,
  parameters: [
    { name: 'until', type: 'date-time', at: ['/a/0/value'], description: words },
    { name: 'days', type: 'days', at: ['/a/1', '/b'], description: words },
    { name: 'who', type: 'list', at: ['/who'], description: words },
    { name: 'region', type: 'region', at: ['/region'], description: words },
    { name: 'label', type: 'label', at: ['/label'], description: words },
    { name: 'count', type: 'count', at: ['/count'], description: words },
    { name: 'text', type: 'text', at: ['/text'], description: words },
  ],
}
const policy = { a: [{ value: 'x' }, 'contractAgreement+1d'], b: 'y', who: ['z'], kept: true }

t.test('values go where their parameters say, and the rest stays', async t => {
  const values = {
    until: '2027-01-01T00:00:00Z',
    days: '90',
    who: 'a, b',
    region: 'EEA',
    label: 'L2',
    count: '7',
    text: 'c',
  }
  t.same(fillTemplate(template, policy, values), {
    a: [{ value: '2027-01-01T00:00:00Z' }, 'contractAgreement+90d'],
    b: 'contractAgreement+90d',
    who: ['a', 'b'],
    kept: true,
    region: 'EEA',
    label: 'L2',
    count: '7',
    text: 'c',
  })
  t.same(policy.a[1], 'contractAgreement+1d', 'the template itself is not changed')
  t.same(fillTemplate(template, policy, {}), policy)
})

// biome-ignore format: a table is read by its columns
const wrong: readonly [name: string, value: string, message: RegExp][] = [
  [ 'until',  'soon',  /^until must be a time such as/ ],
  [ 'days',   '0',     /^days must be a whole number of days/ ],
  [ 'days',   '1d',    /^days must be/ ],
  [ 'who',    'a,,b',  /^who must be values with commas/ ],
  [ 'region', 'US',    /^region must be EU or EEA/ ],
  [ 'label',  'L4',    /^label must be SC, L1/ ],
  [ 'count',  '-1',    /^count must be a whole number/ ],
  [ 'text',   '',      /^text must be some text/ ],
  [ 'colour', 'red',   /^The template mine takes no colour; it takes until, days/ ],
]

for (const [name, value, message] of wrong)
  t.test(`${name}=${value} is refused`, async t => {
    t.throws(() => fillTemplate(template, policy, { [name]: value }), { code: 'invalid', message })
  })
