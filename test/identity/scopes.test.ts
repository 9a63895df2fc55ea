import t from 'tap'
import { createScopesOf } from '../../src/identity/scopes.ts'

const type = (name: string) => `org.eclipse.dspace.dcp.vc.type:${name}:read`

const asking = (...operands: string[]) => ({
  permission: [
    { action: 'use', constraint: operands.map(leftOperand => ({ leftOperand, operator: 'eq', rightOperand: 'x' })) },
  ],
})

// biome-ignore format: a table is read by its columns
const table: readonly (readonly [operand: string, types: readonly string[]])[] = [
  // a policy that asks for                               is asked for credentials of these types
  [ 'Membership',                                         ['MembershipCredential']                  ],
  [ 'https://w3id.org/edc/v0.0.1/ns/MembershipCredential', ['MembershipCredential']                 ],
  [ 'cx-policy:FrameworkAgreement',                       ['DataExchangeGovernanceCredential']      ],
  [ 'gx:labelLevel',                                      ['LabelCredential', 'MembershipCredential', 'LegalPerson'] ],
  [ 'https://w3id.org/gaia-x/development#vatID',          ['VatID', 'LabelCredential', 'LegalPerson'] ],
  [ 'DataProcessorCredential',                            ['DataProcessorCredential']               ],
  [ 'ManufacturerCredential.part_types',                  ['ManufacturerCredential']                ],
  [ 'urn:kontor:claim:gx:LegalPerson.gx:name',            ['LegalPerson']                           ],
  [ 'dateTime',                                           []                                        ],
  [ 'purpose',                                            []                                        ],
  [ 'https://example.org/never-heard-of',                 []                                        ],
]

for (const [operand, types] of table)
  t.test(`a policy with ${operand} asks for ${types.join(' and ') || 'nothing'}`, async t => {
    t.same(createScopesOf([])([asking(operand)]), types.map(type))
  })

t.test('what is asked for twice, or in two policies, is one scope', async t => {
  t.same(createScopesOf([])([asking('Membership', 'edc:Membership'), asking('MembershipCredential')]), [
    type('MembershipCredential'),
  ])
})

t.test('a duty, and a condition within conditions, ask as well', async t => {
  const policy = {
    permission: [
      {
        action: 'use',
        duty: [{ action: 'inform', constraint: [{ leftOperand: 'VatCredential', operator: 'eq', rightOperand: 'x' }] }],
        constraint: [{ or: [{ and: [{ leftOperand: 'LabelCredential', operator: 'eq', rightOperand: 'x' }] }] }],
      },
    ],
  }
  t.same([...createScopesOf([])([policy])].sort(), [type('LabelCredential'), type('VatCredential')])
})

t.test('the settings add operands that we do not know', async t => {
  const scopesOf = createScopesOf([{ operand: 'https://example.org/tier', scopes: ['example:tier'] }])
  t.same(scopesOf([asking('https://example.org/tier', 'Membership')]), ['example:tier', type('MembershipCredential')])
})

t.test('for an operand that we know, in whatever spelling, the settings count instead of what we know', async t => {
  const scopesOf = createScopesOf([
    { operand: 'gx:vatID', scopes: [type('gx:VatID')] },
    { operand: 'Membership', scopes: [] },
  ])
  t.same(scopesOf([asking('https://w3id.org/gaia-x/2511#vatID', 'cx-policy:Membership')]), [type('gx:VatID')])
})

t.test('a policy made to ask for everything asks for so much and no more', async t => {
  const operands = Array.from({ length: 400 }, (_, at) => `A${at}Credential`)
  t.equal(createScopesOf([])([asking(...operands)]).length, 50)
  t.same(createScopesOf([])([asking(`${'A'.repeat(10_000)}Credential`)]), [])
})
