import t from 'tap'
import { isCovered } from '../../../src/identity/credentials/scopes.ts'

const member = { id: 'urn:uuid:1', types: ['MembershipCredential', 'HansaCredential'] }
const type = 'org.eclipse.dspace.dcp.vc.type:'
const id = 'org.eclipse.dspace.dcp.vc.id:'

// biome-ignore format: a table is read by its columns
const table = [
  // scope                                covers it
  [ `${type}MembershipCredential:read`,   true  ],
  [ `${type}MembershipCredential`,        true  ],
  [ `${type}MembershipCredential:*`,      true  ],
  [ `${type}HansaCredential:read`,        true  ],
  [ `${type}MembershipCredential:write`,  false ],
  [ `${type}Membership:read`,             false ],
  [ `${type}*:read`,                      false ],
  [ `${type}`,                            false ],
  [ `${id}urn:uuid:1:read`,               true  ],
  [ `${id}urn:uuid:1`,                    true  ],
  [ `${id}urn:uuid:2`,                    false ],
  [ `${id}MembershipCredential:read`,     false ],
  [ 'MembershipCredential:read',          false ],
  [ 'constructor:MembershipCredential',   false ],
] as const

for (const [scope, expected] of table)
  t.test(`${scope} ${expected ? 'covers' : 'does not cover'} a membership`, async t => {
    t.equal(isCovered(member, [scope]), expected)
  })

t.test('a type of Gaia-X is covered in any spelling', async t => {
  const vat = { id: undefined, types: ['gx:VatID'] }
  t.ok(isCovered(vat, [`${type}VatID:read`]))
  t.ok(isCovered(vat, [`${type}https://w3id.org/gaia-x/development#VatID:read`]))
  t.ok(isCovered({ id: undefined, types: ['VatID'] }, [`${type}gx:VatID:read`]))
  t.notOk(isCovered({ id: undefined, types: ['other:VatID'] }, [`${type}VatID:read`]))
})

t.test('a credential without an id is covered by no id, and without scopes nothing is', async t => {
  t.notOk(isCovered({ id: undefined, types: [] }, [`${id}undefined`]))
  t.notOk(isCovered(member, []))
})
