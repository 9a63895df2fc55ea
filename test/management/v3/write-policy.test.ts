import t from 'tap'
import { createJsonLd } from '../../../src/jsonld/index.ts'
import { object } from '../../../src/management/v3/node.ts'
import { readPolicy } from '../../../src/management/v3/read-policy.ts'
import { CONTEXT } from '../../../src/management/v3/words.ts'
import { writePolicy } from '../../../src/management/v3/write-policy.ts'

t.test('a policy is shown as the EDC shows it: prefixes, single values as objects, empty lists told', async t => {
  const constraint = [
    {
      leftOperand: 'https://w3id.org/edc/v0.0.1/ns/inForceDate',
      operator: 'gteq',
      rightOperand: 'contractAgreement+0s',
    },
  ]
  t.same(writePolicy({ '@type': 'Set', permission: [{ action: 'use', constraint }] }, 'pc'), {
    '@id': 'pc',
    '@type': 'odrl:Set',
    'odrl:permission': {
      'odrl:action': { '@id': 'odrl:use' },
      'odrl:constraint': {
        'odrl:leftOperand': { '@id': 'edc:inForceDate' },
        'odrl:operator': { '@id': 'odrl:gteq' },
        'odrl:rightOperand': 'contractAgreement+0s',
      },
    },
    'odrl:prohibition': [],
    'odrl:obligation': [],
  })
})

t.test('of an agreement the parties are plain, the target is a name, and the time is told elsewhere', async t => {
  const agreement = {
    '@id': 'a',
    '@type': 'Agreement',
    assigner: 'p',
    assignee: 'c',
    target: 'd',
    timestamp: '2026-01-01T00:00:00Z',
  } as const
  t.same(writePolicy(agreement, 'a'), {
    '@id': 'a',
    '@type': 'odrl:Agreement',
    'odrl:permission': [],
    'odrl:prohibition': [],
    'odrl:obligation': [],
    'odrl:assigner': 'p',
    'odrl:assignee': 'c',
    'odrl:target': { '@id': 'd' },
  })
})

t.test('a policy that was shown and is sent again is the same policy', async t => {
  const policy = {
    '@id': 'x',
    '@type': 'Set' as const,
    permission: [
      {
        action: 'use',
        constraint: [
          { or: [{ leftOperand: 'purpose', operator: 'isAnyOf', rightOperand: ['a', 'b'] }] },
          { leftOperand: 'https://example.org/region', operator: 'eq', rightOperand: 7 },
        ],
        duty: [{ action: 'inform' }],
      },
      { action: 'read' },
    ],
    prohibition: [{ action: 'sell' }],
    'https://example.org/ns#note': 'keep me',
  }
  const jsonLd = createJsonLd()
  const [node = {}] = await jsonLd.expand({
    '@context': CONTEXT,
    '@type': 'PolicyDefinition',
    policy: writePolicy(policy, 'x'),
  })
  t.same(await readPolicy(jsonLd, object(node, 'policy')), policy)
})
