import t from 'tap'
import { explain } from '../../../src/policy/explain/index.ts'
import type { PolicyRequest, PolicyState } from '../../../src/policy/types.ts'
import { judge, that, use, withCredentials } from '../world.ts'

const noon = { now: new Date('2026-11-23T12:00:00Z') }
const until = that('dateTime', 'lteq', '2026-12-31')
const member = that('Membership', 'eq', 'active')
const membership = withCredentials({ types: ['MembershipCredential'] })

// biome-ignore format: a table is read by its columns
const cases: readonly [policy: object, given: [Partial<PolicyRequest>?, Partial<PolicyState>?], en: readonly string[], fr: readonly string[]][] = [
  [ use(until, member), [{}, noon],
    ['Refused: use.', 'Member of the data space: no, no valid MembershipCredential.'],
    ['Refusé : use.', "Membre de l'espace de données : non, aucun MembershipCredential valide."] ],
  [ use(until, member), [membership, noon],
    ['Allowed: use.', 'Allowed until 31 Dec 2026: yes, today is 23 Nov 2026; member of the data space: yes, a valid MembershipCredential was shown.'],
    ['Autorisé : use.', "Autorisé jusqu'au 31 déc. 2026 : oui, nous sommes le 23 nov. 2026 ; membre de l'espace de données : oui, un MembershipCredential valide a été présenté."] ],
  [ use(that('inForceDate', 'lteq', 'contractAgreement+30d')), [{}, { ...noon, agreedAt: new Date('2026-10-01T08:30:00Z') }],
    ['Refused: use.', 'Allowed until 31 Oct 2026, 08:30:00 UTC (contractAgreement+30d): no, it is 23 Nov 2026, 12:00:00 UTC.'],
    ['Refusé : use.', "Autorisé jusqu'au 31 oct. 2026, 08:30:00 UTC (contractAgreement+30d) : non, il est 23 nov. 2026, 12:00:00 UTC."] ],
  [ use(that('count', 'lteq', 10)), [{}, { count: 10 }],
    ['Refused: use.', 'Uses must be at most 10: no, this would be number 11.'],
    ['Refusé : use.', 'Au plus 10 utilisations : non, ce serait la numéro 11.'] ],
  [ use(that('purpose', 'eq', 'research')), [{ stage: 'negotiation' }],
    ['Allowed: use.', 'Purpose must be research: not judged here, nothing is stated about it, and a connector cannot see it.'],
    ['Autorisé : use.', "Finalité doit être research : non jugé ici, rien n'est déclaré à ce sujet, et un connecteur ne peut pas le voir."] ],
  [ { permission: [{ action: 'use' }], prohibition: [{ action: 'use', constraint: [that('recipient', 'eq', 'did:web:a')] }] }, [],
    ['Refused: use.', 'It is permitted and prohibited, which makes the policy void.', 'Use is prohibited if recipient is did:web:a: yes, it is did:web:a.', 'Use is permitted without conditions.'],
    ['Refusé : use.', 'Cela est permis et interdit, ce qui rend la politique nulle.', "Use est interdit si destinataire est did:web:a : oui, c'est did:web:a.", 'Use est permis sans condition.'] ],
  [ { permission: [{ action: 'use', duty: [{ action: 'compensate' }] }], obligation: [{ action: 'delete' }] }, [],
    ['Refused: use.', 'Compensate must be done before use: not done yet.', 'Delete must be done: not done yet.'],
    ['Refusé : use.', 'Compensate est dû avant use : pas encore fait.', 'Delete est dû : pas encore fait.'] ],
  [ { profile: 'ex:mine', permission: [] }, [],
    ['Refused: use.', 'The policy is void: the profile ex:mine is not understood here.'],
    ['Refusé : use.', 'La politique est nulle : the profile ex:mine is not understood here.'] ],
  [ { permission: [{ action: 'print', target: 'urn:x' }] }, [{ target: 'urn:y' }],
    ['Refused: use.', 'A permission is about urn:x, not about urn:y; a permission is for print, not for use.'],
    ['Refusé : use.', 'Une permission concerne urn:x, pas urn:y ; une permission porte sur print, pas sur use.'] ],
  [ {}, [], ['Allowed: use.', 'The policy sets no conditions on use.'], ['Autorisé : use.', 'La politique ne pose aucune condition à use.'] ],
  [ use({ or: [that('recipient', 'eq', 'b'), that('kontor:group', 'isAnyOf', ['x', 'y'])] }), [],
    ['Refused: use.', 'One of these: (recipient must be b: no, it is did:web:a; group must be one of x, y: no, there is none).'],
    ['Refusé : use.', "L'une de ces conditions : (destinataire doit être b : non, c'est did:web:a ; groupe doit être parmi x, y : non, il n'y en a pas)."] ],
]

for (const [policy, given, en, fr] of cases)
  t.test(en.join(' '), async t => {
    const report = judge(policy, ...given)
    t.same(explain(report), en)
    t.same(explain(report, 'fr'), fr)
  })

t.test('a report that was stored is explained like a fresh one', async t => {
  const report = judge(use(until, member), {}, noon)
  t.same(explain(JSON.parse(JSON.stringify(report))), explain(report))
})
