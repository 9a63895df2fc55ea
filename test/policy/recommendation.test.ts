import t from 'tap'
import type { PolicyRequest, PolicyState } from '../../src/policy/types.ts'
import { judge, that } from './world.ts'

const ex = (name: string) => `http://example.com/${name}`
const ask = (action: string, target: string, who = 'me', context = {}) => ({
  action,
  target: ex(target),
  participant: { id: ex(who), claims: {} },
  context,
})
const at = (time: string): Partial<PolicyState> => ({ now: new Date(time) })
const done = (action: string, more = {}): Partial<PolicyState> => ({
  performances: [{ action, state: 'Performed', ...more }],
})

/** The use cases by which the ODRL 2.2 Information Model explains itself, in policies of our own; each with what must come out, and why. */
// biome-ignore format: a table is read by its columns
const cases: readonly [why: string, policy: object, request: Partial<PolicyRequest>, state: Partial<PolicyState>, permitted: boolean][] = [
  // 2.1.1 Set: use of a film
  [ 'a Set with one permission permits it to everybody',            { '@type': 'Set', permission: [{ target: ex('film'), action: 'use' }] },                 ask('use', 'film'),       {}, true  ],
  [ 'play is included in use',                                      { permission: [{ target: ex('film'), action: 'use' }] },                                 ask('play', 'film'),      {}, true  ],
  [ 'display is included in play, and so in use',                   { permission: [{ target: ex('film'), action: 'use' }] },                                 ask('display', 'film'),   {}, true  ],
  [ 'use is not included in play',                                  { permission: [{ target: ex('film'), action: 'play' }] },                                ask('use', 'film'),       {}, false ],
  [ 'transfer of ownership is not a use',                           { permission: [{ target: ex('film'), action: 'use' }] },                                 ask('sell', 'film'),      {}, false ],
  [ 'nothing is said of another film',                              { permission: [{ target: ex('film'), action: 'use' }] },                                 ask('use', 'other'),      {}, false ],
  // 2.1.3 Agreement: for one assignee
  [ 'an Agreement permits its assignee',                            { '@type': 'Agreement', assigner: ex('org'), assignee: ex('me'), permission: [{ target: ex('film'), action: 'play' }] },  ask('play', 'film'), {}, true ],
  [ 'and nobody else',                                              { '@type': 'Agreement', assigner: ex('org'), assignee: ex('me'), permission: [{ target: ex('film'), action: 'play' }] },  ask('play', 'film', 'you'), {}, false ],
  // 2.2.2 partOf: a document of an archive
  [ 'a document is part of the archive that may be indexed',        { permission: [{ target: { '@type': 'AssetCollection', uid: ex('archive') }, action: 'index' }] }, ask('index', 'doc'), { partOf: { [ex('doc')]: [ex('archive')] } }, true ],
  [ 'a document of another archive is not',                         { permission: [{ target: { '@type': 'AssetCollection', uid: ex('archive') }, action: 'index' }] }, ask('index', 'doc'), { partOf: { [ex('doc')]: [ex('attic')] } }, false ],
  // 2.3.2 partOf: a member of a team
  [ 'a member of the team may use',                                 { permission: [{ target: ex('x'), assignee: { '@type': 'PartyCollection', uid: ex('team') }, action: 'use' }] }, ask('use', 'x'), { partOf: { [ex('me')]: [ex('team')] } }, true ],
  // 2.5.3 a constraint: distribution until a date
  [ 'distribution is permitted before the date',                    { permission: [{ target: ex('doc'), action: 'distribute', constraint: [that('dateTime', 'lt', { '@value': '2018-01-01', '@type': 'xsd:date' })] }] }, ask('distribute', 'doc'), at('2017-12-31T23:59:59Z'), true ],
  [ 'and no more on it',                                            { permission: [{ target: ex('doc'), action: 'distribute', constraint: [that('dateTime', 'lt', { '@value': '2018-01-01', '@type': 'xsd:date' })] }] }, ask('distribute', 'doc'), at('2018-01-01T00:00:00Z'), false ],
  // 2.5.4 a refined action: printing in some resolution
  [ 'printing in a coarse resolution is what is permitted',         { permission: [{ target: ex('doc'), action: [{ 'rdf:value': { '@id': 'odrl:print' }, refinement: [{ ...that('resolution', 'lteq', { '@value': '1200', '@type': 'xsd:integer' }), unit: 'http://dbpedia.org/resource/Dots_per_inch' }] }] }] }, ask('print', 'doc', 'me', { resolution: { '@value': 600, unit: 'Dots_per_inch' } }), {}, true ],
  [ 'printing in a finer one is another action',                    { permission: [{ target: ex('doc'), action: [{ 'rdf:value': { '@id': 'odrl:print' }, refinement: [{ ...that('resolution', 'lteq', { '@value': '1200', '@type': 'xsd:integer' }), unit: 'http://dbpedia.org/resource/Dots_per_inch' }] }] }] }, ask('print', 'doc', 'me', { resolution: { '@value': 2400, unit: 'Dots_per_inch' } }), {}, false ],
  [ 'in which resolution is not said: that opens no door',          { permission: [{ target: ex('doc'), action: [{ 'rdf:value': { '@id': 'odrl:print' }, refinement: [that('resolution', 'lteq', 1200)] }] }] }, ask('print', 'doc'), {}, false ],
  // 2.5.4 xone: online or in print, not both
  [ 'reproduction online is one of the two',                        { permission: [{ target: ex('book'), action: [{ 'rdf:value': { '@id': 'odrl:reproduce' }, refinement: [{ xone: { '@list': [that('media', 'eq', 'online'), that('media', 'eq', 'print')] } }] }] }] }, ask('reproduce', 'book', 'me', { media: 'online' }), {}, true ],
  [ 'reproduction in both is neither',                              { permission: [{ target: ex('book'), action: [{ 'rdf:value': { '@id': 'odrl:reproduce' }, refinement: [{ xone: { '@list': [that('media', 'eq', 'online'), that('media', 'eq', 'print')] } }] }] }] }, ask('reproduce', 'book', 'me', { media: ['online', 'print'] }), {}, false ],
  // 2.5.6 a refined party collection: friends of age
  [ 'a friend of age is meant',                                     { permission: [{ target: ex('photos'), assignee: { '@type': 'PartyCollection', source: ex('friends'), refinement: [that('version', 'gt', 17)] }, action: 'display' }] }, ask('display', 'photos', 'me', { version: 18 }), { partOf: { [ex('me')]: [ex('friends')] } }, true ],
  [ 'a friend under age is not',                                    { permission: [{ target: ex('photos'), assignee: { '@type': 'PartyCollection', source: ex('friends'), refinement: [that('version', 'gt', 17)] }, action: 'display' }] }, ask('display', 'photos', 'me', { version: 17 }), { partOf: { [ex('me')]: [ex('friends')] } }, false ],
  // 2.6.2 permission and prohibition side by side
  [ 'display is permitted though archiving is prohibited',          { conflict: 'perm', permission: [{ target: ex('album'), action: 'display' }], prohibition: [{ target: ex('album'), action: 'archive' }] }, ask('display', 'album'), {}, true ],
  [ 'archiving is prohibited',                                      { conflict: 'perm', permission: [{ target: ex('album'), action: 'display' }], prohibition: [{ target: ex('album'), action: 'archive' }] }, ask('archive', 'album'), {}, false ],
  // 2.6.5 a duty before a permission: pay, then play
  [ 'who has not paid may not play',                                { permission: [{ target: ex('song'), action: 'play', duty: [{ action: [{ 'rdf:value': { '@id': 'odrl:compensate' }, refinement: [{ ...that('payAmount', 'eq', { '@value': '5.00', '@type': 'xsd:decimal' }), unit: 'http://dbpedia.org/resource/Euro' }] }], constraint: [that('event', 'lt', { '@id': 'odrl:policyUsage' })] }] }] }, ask('play', 'song'), {}, false ],
  [ 'who has paid before may',                                      { permission: [{ target: ex('song'), action: 'play', duty: [{ action: [{ 'rdf:value': { '@id': 'odrl:compensate' }, refinement: [{ ...that('payAmount', 'eq', { '@value': '5.00', '@type': 'xsd:decimal' }), unit: 'http://dbpedia.org/resource/Euro' }] }], constraint: [that('event', 'lt', { '@id': 'odrl:policyUsage' })] }] }] }, ask('play', 'song'), done('compensate', { values: { payAmount: { '@value': '5', unit: 'Euro' } } }), true ],
  [ 'who has paid too little may not',                              { permission: [{ target: ex('song'), action: 'play', duty: [{ action: [{ 'rdf:value': { '@id': 'odrl:compensate' }, refinement: [{ ...that('payAmount', 'eq', { '@value': '5.00', '@type': 'xsd:decimal' }), unit: 'http://dbpedia.org/resource/Euro' }] }] }] }] }, ask('play', 'song'), done('compensate', { values: { payAmount: { '@value': '4', unit: 'Euro' } } }), false ],
  // 2.7.2 compact policies
  [ 'what the policy says for all its rules holds in each',         { target: ex('song'), action: 'play', permission: [{ assignee: ex('me') }, { assignee: ex('you') }] }, ask('play', 'song', 'you'), {}, true ],
  [ 'a rule with two actions is two rules',                         { permission: [{ target: ex('song'), action: ['play', 'print'] }] }, ask('print', 'song'), {}, true ],
  [ 'a rule with two targets is two rules',                         { permission: [{ target: [ex('song'), ex('film')], action: 'play' }] }, ask('play', 'film'), {}, true ],
  // 2.8 inheritance
  [ 'a child has the rules of its parent, for its own assignee',    { inheritFrom: ex('parent'), assignee: ex('me') }, ask('display', 'x'), { policies: () => ({ assigner: ex('org'), permission: [{ target: ex('x'), action: 'display' }] }) as never }, true ],
  [ 'and for nobody else',                                          { inheritFrom: ex('parent'), assignee: ex('me') }, ask('display', 'x', 'you'), { policies: () => ({ permission: [{ target: ex('x'), action: 'display' }] }) as never }, false ],
  [ 'a parent that nobody knows makes it void',                     { inheritFrom: ex('parent'), permission: [{ action: 'display' }] }, ask('display', 'x'), {}, false ],
  [ 'the status of a parent\'s constraint is not inherited',        { inheritFrom: ex('parent') }, ask('display', 'x'), { count: 1, policies: () => ({ permission: [{ action: 'display', constraint: [{ ...that('count', 'lteq', 3), status: 3 }] }] }) as never }, true ],
  // 2.9 conflicts
  [ 'perm: the permission to use overrides the prohibition to print', { conflict: 'perm', permission: [{ action: 'use' }], prohibition: [{ action: 'print' }] }, ask('print', 'x'), {}, true ],
  [ 'prohibit: the prohibition overrides',                          { conflict: 'prohibit', permission: [{ action: 'use' }], prohibition: [{ action: 'print' }] }, ask('print', 'x'), {}, false ],
  [ 'invalid: the policy is void where both are asked',             { conflict: 'invalid', permission: [{ action: 'use' }], prohibition: [{ action: 'print' }] }, ask('print', 'x'), {}, false ],
  [ 'invalid is the default',                                       { permission: [{ action: 'use' }], prohibition: [{ action: 'print' }] }, ask('print', 'x'), {}, false ],
  [ 'what is not in conflict stays permitted',                      { permission: [{ action: 'use' }], prohibition: [{ action: 'print' }] }, ask('read', 'x'), {}, true ],
  [ 'two strategies, as after merging, are none: void',             { conflict: ['perm', 'prohibit'], permission: [{ action: 'use' }], prohibition: [{ action: 'print' }] }, ask('print', 'x'), {}, false ],
  // 2.4 implies: sharing needs that distributing is not prohibited
  [ 'what an action needs must not be prohibited',                  { permission: [{ action: 'ex:share' }], prohibition: [{ action: 'distribute' }] }, ask('ex:share', 'x'), { actions: { 'ex:share': { includedIn: ['use'], implies: ['distribute'] } } }, false ],
  [ 'nor need it be permitted',                                     { permission: [{ action: 'ex:share' }] }, ask('ex:share', 'x'), { actions: { 'ex:share': { includedIn: ['use'], implies: ['distribute'] } } }, true ],
  // 2.10 profiles
  [ 'a profile that is not understood stops everything',            { profile: ex('profile'), permission: [{ action: 'use' }] }, ask('use', 'x'), {}, false ],
]

for (const [why, policy, request, state, permitted] of cases)
  t.test(why, async t => {
    const report = judge(policy, request, state)
    t.equal(report.permitted, permitted, report.reasons.join('; '))
  })

const overdue = { now: new Date('2019-06-02T00:00:00Z') }
const remove = {
  uid: 'urn:delete',
  action: 'delete',
  constraint: [that('dateTime', 'lteq', '2019-06-01')],
  consequence: [{ uid: 'urn:fine', action: 'compensate' }],
}
const states = (performances: PolicyState['performances'] = [], more = overdue) => {
  const [duty] = judge(
    { permission: [{ action: 'use' }], obligation: [remove] },
    {},
    { performances, ...more },
  ).rules.filter(({ kind }) => kind === 'obligation')
  return [duty?.deontic, duty?.duties[0]?.activation, duty?.duties[0]?.deontic]
}

t.test(
  '2.6.3: an obligation is open until its deadline, and violated after it; then the consequence is due',
  async t => {
    t.same(states([], { now: new Date('2019-05-01T00:00:00Z') }), ['NonSet', 'Inactive', 'NonSet'])
    t.same(states(), ['Violated', 'Active', 'NonSet'])
  },
)

t.test('2.6.3: what was done in time is fulfilled, whenever that is looked at', async t => {
  t.same(states([{ rule: 'urn:delete', state: 'Performed', at: new Date('2019-05-30T00:00:00Z') }]), [
    'Fulfilled',
    'Inactive',
    'NonSet',
  ])
})

t.test('2.6.4: what was done too late is fulfilled with all its consequences', async t => {
  const late = { rule: 'urn:delete', state: 'Performed', at: new Date('2019-07-01T00:00:00Z') } as const
  t.same(states([late]), ['Violated', 'Active', 'NonSet'])
  t.same(states([late, { rule: 'urn:fine', state: 'Performed' }]), ['Fulfilled', 'Active', 'Fulfilled'])
})

t.test('2.6.7: a prohibition that was broken asks for its remedy, and is mended by it', async t => {
  const policy = {
    permission: [{ action: 'use' }],
    prohibition: [{ action: 'index', remedy: [{ uid: 'urn:anonymize', action: 'anonymize' }] }],
  }
  const deontic = (...performances: NonNullable<PolicyState['performances']>) => {
    const [rule] = judge(policy, { action: 'index' }, { performances }).rules
    return [rule?.deontic, rule?.duties[0]?.activation]
  }
  t.same(deontic(), ['NonSet', 'Inactive'])
  t.same(deontic({ action: 'index', state: 'Performed' }), ['Violated', 'Active'])
  t.same(deontic({ action: 'index', state: 'Performed' }, { rule: 'urn:anonymize', state: 'Performed' }), [
    'Fulfilled',
    'Active',
  ])
})
