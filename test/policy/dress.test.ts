import t from 'tap'
import { createJsonLd } from '../../src/jsonld/index.ts'
import { dress } from '../../src/policy/dress.ts'
import { normalisePolicy } from '../../src/policy/index.ts'

const DSP = 'https://w3id.org/dspace/2025/1/context.jsonld'
const ODRL = 'http://www.w3.org/ns/odrl/2/'

const permission = [
  {
    action: 'use',
    constraint: [
      { leftOperand: 'dateTime', operator: 'lt', rightOperand: 'dateTime' },
      { or: [{ leftOperand: 'inForceDate', operator: 'gteq', rightOperand: 'contractAgreement+0s' }] },
      { leftOperand: 'https://example.org/ns#region', operator: 'isAnyOf', rightOperand: ['eu', 'us'] },
    ],
    duty: [{ action: 'inform', consequence: [{ action: { '@id': 'compensate', refinement: [] } }] }],
  },
]

t.test('what goes out means to whoever reads JSON-LD what it means here', async t => {
  const jsonLd = createJsonLd()
  const offer = dress({ '@id': 'o', '@type': 'Offer', target: 'wind', permission })
  const message = { '@context': [DSP], '@type': 'ContractRequestMessage', consumerPid: 'urn:x', offer }
  const text = JSON.stringify(await jsonLd.expand(message))
  for (const word of ['dateTime', 'use', 'lt', 'isAnyOf', 'inform', 'compensate'])
    t.match(text, `{"@id":"${ODRL}${word}"`)
  for (const property of ['consequence', 'constraint', 'duty']) t.match(text, `"${ODRL}${property}":[`)
  t.match(text, '{"@id":"https://w3id.org/edc/v0.0.1/ns/inForceDate"}')
  t.match(text, '{"@id":"https://example.org/ns#region"}')
  t.match(text, '{"@value":"dateTime"}', 'a value stays')
})

t.test('normalised it is what it was', async t => {
  const told = { permission: permission.map(({ duty, ...rest }) => rest) }
  const [first] = told.permission
  t.match(normalisePolicy(dress(told)), { permission: [{ action: 'use', constraint: [first?.constraint[0]] }] })
  t.same(dress(dress(told)), dress(told))
})
