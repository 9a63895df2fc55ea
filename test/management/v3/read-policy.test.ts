import t from 'tap'
import { createJsonLd } from '../../../src/jsonld/index.ts'
import type { Node } from '../../../src/management/v3/node.ts'
import { object } from '../../../src/management/v3/node.ts'
import { readOffer, readPolicy } from '../../../src/management/v3/read-policy.ts'
import { CONTEXT, EDC } from '../../../src/management/v3/words.ts'

const jsonLd = createJsonLd()
const ODRL_CONTEXT = 'http://www.w3.org/ns/odrl.jsonld'

async function nodeOf(policy: object, context: unknown = { '@vocab': EDC }): Promise<Node> {
  const [node = {}] = await jsonLd.expand({ '@context': context, '@type': 'PolicyDefinition', policy })
  return object(node, 'policy')
}

const read = async (policy: object, context?: unknown) => readPolicy(jsonLd, await nodeOf(policy, context))

/** What all the dresses below mean. */
const meant = {
  '@type': 'Set',
  permission: [
    {
      action: 'use',
      constraint: [{ leftOperand: `${EDC}inForceDate`, operator: 'gteq', rightOperand: 'contractAgreement+0s' }],
    },
  ],
}

const constraint = { leftOperand: `${EDC}inForceDate`, operator: 'gteq', rightOperand: 'contractAgreement+0s' }
const dresses: Record<string, [policy: object, context?: unknown]> = {
  'with the ODRL context inside': [
    {
      '@context': ODRL_CONTEXT,
      '@type': 'Set',
      permission: [{ action: 'use', constraint }],
      prohibition: [],
      obligation: [],
    },
  ],
  'with prefixes': [
    {
      '@type': 'odrl:Set',
      'odrl:permission': {
        'odrl:action': { '@id': 'odrl:use' },
        'odrl:constraint': {
          'odrl:leftOperand': { '@id': 'edc:inForceDate' },
          'odrl:operator': { '@id': 'odrl:gteq' },
          'odrl:rightOperand': 'contractAgreement+0s',
        },
      },
    },
    CONTEXT,
  ],
  'with its type in full': [
    { '@context': ODRL_CONTEXT, '@type': 'http://www.w3.org/ns/odrl/2/Set', permission: { action: 'use', constraint } },
  ],
  'with the context of the management API around': [
    { '@type': 'Set', permission: [{ action: 'use', constraint: [constraint] }] },
    'https://w3id.org/edc/connector/management/v0.0.1',
  ],
  'with the word of the EDC bare': [
    {
      '@context': ODRL_CONTEXT,
      '@type': 'Set',
      permission: [{ action: 'use', constraint: { ...constraint, leftOperand: 'inForceDate' } }],
    },
  ],
}

for (const [dress, given] of Object.entries(dresses))
  t.test(`a policy ${dress} is the same policy`, async t => t.same(await read(...given), meant))

t.test('a policy that is not in the words of ODRL is refused, since it would permit everything', async t => {
  const foreign = [
    { '@type': 'Set', permission: [{ action: 'use', constraint }] },
    { permission: [] },
    { 'odrl:permission': [], permission: [{ action: 'use' }] },
    {},
    { '@type': 'odrl:Set', 'odrl:permission': { 'odrl:action': { '@id': 'odrl:use' }, constraint } },
    {
      '@type': 'odrl:Set',
      'odrl:permission': { 'odrl:action': { '@id': 'odrl:use' }, 'odrl:constraint': { or: [constraint] } },
    },
  ]
  for (const policy of foreign)
    await t.rejects(read(policy, CONTEXT), { code: 'invalid', message: /not in the words of ODRL/ })
})

t.test('a rule that says nothing is refused, and its place is told', async t => {
  const policy = { '@context': ODRL_CONTEXT, '@type': 'Set', permission: [{ constraint }] }
  await t.rejects(read(policy), { code: 'invalid', faults: [{ path: `${EDC}policy/permission/0/action` }] })
})

t.test('several values and logical constraints survive', async t => {
  const either = {
    or: [
      { leftOperand: 'purpose', operator: 'isAnyOf', rightOperand: ['a', 'b'] },
      { leftOperand: 'https://example.org/region', operator: 'eq', rightOperand: 7 },
    ],
  }
  const policy = await read({
    '@context': ODRL_CONTEXT,
    '@type': 'Set',
    permission: [{ action: 'use', constraint: [either] }],
  })
  t.same(policy.permission, [{ action: 'use', constraint: [either] }])
})

t.test('an offer keeps its id, parties and extension properties', async t => {
  const offer = await readOffer(
    jsonLd,
    await nodeOf({
      '@context': [ODRL_CONTEXT, { ex: 'https://example.org/ns#' }],
      '@id': 'Y2Rj:YzE=:ZDI1',
      '@type': 'Offer',
      assigner: 'provider',
      target: 'c1',
      permission: [],
      'ex:price': { 'ex:amount': 7 },
    }),
  )
  t.same(offer, {
    '@id': 'Y2Rj:YzE=:ZDI1',
    '@type': 'Offer',
    assigner: 'provider',
    target: 'c1',
    'https://example.org/ns#price': { 'https://example.org/ns#amount': 7 },
  })
})

t.test('of an offer everything that is missing is told at once', async t => {
  const offer = await nodeOf({ '@context': ODRL_CONTEXT, '@type': 'Offer' })
  await t.rejects(readOffer(jsonLd, offer), {
    code: 'invalid',
    faults: [
      { path: `${EDC}policy/@id` },
      { path: `${EDC}policy/http://www.w3.org/ns/odrl/2/assigner` },
      { path: `${EDC}policy/http://www.w3.org/ns/odrl/2/target` },
    ],
  })
})
