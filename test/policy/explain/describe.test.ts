import t from 'tap'
import { describePolicy } from '../../../src/policy/index.ts'
import { that, use } from '../world.ts'

// biome-ignore format: a table is read by its columns
const cases: readonly [policy: object, en: readonly string[], fr: readonly string[]][] = [
  [ use(that('dateTime', 'lteq', '2026-12-31'), that('Membership', 'eq', 'active')),
    ['Use is permitted: allowed until 31 Dec 2026; member of the data space.'],
    ["Use est permis : autorisé jusqu'au 31 déc. 2026 ; membre de l'espace de données."] ],
  [ { permission: [{ action: 'use', assignee: 'did:web:a', target: 'urn:x', constraint: [that('inForceDate', 'lteq', 'contractAgreement+30d')] }] },
    ['Use is permitted to did:web:a for urn:x: allowed for 30 days from the agreement.'],
    ["Use est permis à did:web:a pour urn:x : autorisé pendant 30 jours à compter de l'accord."] ],
  [ { permission: [{ action: 'use', duty: [{ action: 'inform', consequence: [{ action: 'compensate' }] }] }], prohibition: [{ action: 'distribute', remedy: [{ action: 'delete' }] }], obligation: [{ action: 'delete', constraint: [that('inForceDate', 'lteq', 'contractAgreement+1d')] }] },
    ['Use is permitted.', 'Before that, inform must be done.', 'Whoever misses that must also do this: compensate.', 'Distribute is prohibited.', 'Whoever does it all the same must do this: delete.', 'Delete must be done: within 1 day of the agreement.'],
    ['Use est permis.', 'Auparavant, inform est dû.', 'Qui y manque doit aussi faire ceci : compensate.', 'Distribute est interdit.', 'Qui le fait malgré tout doit faire ceci : delete.', "Delete est dû : sous 1 jour à compter de l'accord."] ],
  [ use({ xone: [that('purpose', 'eq', 'a'), that('mood', 'eq', 'b')] }),
    ['Use is permitted: exactly one of these: (purpose must be a; the left operand mood is not one that can be judged here).'],
    ["Use est permis : exactement une de ces conditions : (finalité doit être a ; l'opérande de gauche mood ne peut pas être jugé ici)."] ],
  [ {}, ['The policy sets no conditions on use.'], ['La politique ne pose aucune condition à use.'] ],
  [ { profile: 'ex:p' }, ['The policy is void: the profile ex:p is not understood here.'], ['La politique est nulle : the profile ex:p is not understood here.'] ],
]

for (const [policy, en, fr] of cases)
  t.test(en.join(' '), async t => {
    t.same(describePolicy(policy as never), en)
    t.same(describePolicy(policy as never, 'fr'), fr)
  })
