import t from 'tap'
import { parseTurtle } from '../../../src/jsonld/index.ts'
import { evaluate } from '../../../src/policy/evaluate.ts'
import { complianceReport } from '../../../src/policy/rdf/compliance.ts'
import { createGraph, idOfTerm } from '../../../src/policy/rdf/graph.ts'
import { readPolicies } from '../../../src/policy/rdf/policy.ts'
import { readRequests } from '../../../src/policy/rdf/request.ts'
import { readState } from '../../../src/policy/rdf/state.ts'

const prefixes = `
  @prefix odrl: <http://www.w3.org/ns/odrl/2/>. @prefix ex: <http://example.org/>. @prefix dct: <http://purl.org/dc/terms/>.
  @prefix sotw: <https://w3id.org/force/sotw#>. @prefix report: <https://w3id.org/force/compliance-report#>.
  @prefix temp: <http://example.com/request/>. @prefix xsd: <http://www.w3.org/2001/XMLSchema#>. @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#>.`
const turtle = (text: string) => parseTurtle(prefixes + text)
const clock = new Date('2030-01-01T00:00:00Z')

const asks = `ex:q a odrl:Request; odrl:permission ex:qr. ex:qr odrl:action odrl:read; odrl:assignee ex:ann; odrl:target ex:data.`

function judge(policy: string, state = '', request = asks) {
  const { policy: read, find } = readPolicies(turtle(policy))
  const [asked] = readRequests(turtle(request))
  if (!asked) throw new Error('nothing is asked')
  return evaluate(read, asked, { ...readState(turtle(state), clock), policies: find })
}

const rule = (more: string) => `ex:p a odrl:Set; odrl:permission ex:r. ex:r a odrl:Permission; ${more}`

// biome-ignore format: a table is read by its columns
const cases: readonly [says: string, policy: string, state: string, activation: string][] = [
  [ 'a rule without anything is about everything',  rule('a odrl:Rule.'),                                              '',                                          'Active'   ],
  [ 'use covers read',                              rule('odrl:action odrl:use.'),                                     '',                                          'Active'   ],
  [ 'transfer does not',                            rule('odrl:action odrl:transfer.'),                                '',                                          'Inactive' ],
  [ 'another party',                                rule('odrl:assignee ex:bob.'),                                     '',                                          'Inactive' ],
  [ 'another asset',                                rule('odrl:target ex:other.'),                                     '',                                          'Inactive' ],
  [ 'a collection the party is in',                 rule('odrl:assignee ex:team. ex:team odrl:source ex:src.'),        'ex:ann odrl:partOf ex:team.',               'Active'   ],
  [ 'a collection the party is not in',             rule('odrl:assignee ex:team.'),                                    'ex:bob odrl:partOf ex:team.',               'Inactive' ],
  [ 'a collection in a collection',                 rule('odrl:target ex:all.'),                                       'ex:data odrl:partOf ex:some. ex:some odrl:partOf ex:all.', 'Active' ],
  [ 'several actions are several rules',            rule('odrl:action odrl:sell, odrl:read.'),                         '',                                          'Active'   ],
  [ 'an action defined in the state of the world',  rule('odrl:action ex:look.'),                                      'odrl:read odrl:includedIn odrl:use. ex:look a odrl:Action.', 'Inactive' ],
  [ 'a duty that is not done yet',                  rule('odrl:duty ex:d. ex:d odrl:action odrl:inform.'),             '',                                          'Active'   ],
  [ 'a duty that was missed',                       rule('odrl:duty ex:d. ex:d odrl:action odrl:inform.'),             'ex:o a report:DutyReport; report:rule ex:d; report:performanceState report:Unperformed.', 'Inactive' ],
  [ 'a time that is told',                          rule('odrl:constraint [odrl:leftOperand odrl:dateTime; odrl:operator odrl:lt; odrl:rightOperand "2027-01-01"^^xsd:date].'), 'temp:currentTime dct:issued "2026-01-01T00:00:00Z"^^xsd:dateTime.', 'Active' ],
  [ 'a time that is not told is the clock\'s',      rule('odrl:constraint [odrl:leftOperand odrl:dateTime; odrl:operator odrl:lt; odrl:rightOperand "2027-01-01"^^xsd:date].'), '', 'Inactive' ],
  [ 'a fact by its operand',                        rule('odrl:constraint [odrl:leftOperand odrl:count; odrl:operator odrl:lteq; odrl:rightOperand 3].'), 'ex:w odrl:count 3.',        'Active'   ],
  [ 'a list of alternatives',                       rule('odrl:constraint [odrl:xone ([odrl:leftOperand odrl:version; odrl:operator odrl:eq; odrl:rightOperand "1"] [odrl:leftOperand odrl:version; odrl:operator odrl:eq; odrl:rightOperand "2"])].'), 'ex:w a sotw:SotW; sotw:context [odrl:leftOperand odrl:version; odrl:rightOperand "2"].', 'Active' ],
  [ 'a refined action',                             rule('odrl:action [rdfs:label "print"; <http://www.w3.org/1999/02/22-rdf-syntax-ns#value> odrl:read; odrl:refinement [odrl:leftOperand odrl:resolution; odrl:operator odrl:lteq; odrl:rightOperand 1200]].'), 'ex:w a sotw:SotW; sotw:context [odrl:leftOperand odrl:resolution; odrl:rightOperand 600].', 'Active' ],
  [ 'a parent in the same graph',                   'ex:p a odrl:Set; odrl:inheritFrom ex:parent. ex:parent a odrl:Set; odrl:permission ex:r. ex:r odrl:action odrl:read; odrl:assignee ex:ann.', '', 'Active' ],
]

for (const [says, policy, state, activation] of cases)
  t.test(`${says}: ${activation}`, async t => {
    const report = judge(policy, state)
    t.equal(report.rules.find(({ id }) => id === 'http://example.org/r')?.activation, activation)
  })

t.test('an evaluation request states what it is about', async t => {
  const purpose = `odrl:constraint [odrl:leftOperand odrl:purpose; odrl:operator odrl:isA; odrl:rightOperand ex:Research].`
  const request = `ex:q a sotw:EvaluationRequest; sotw:evaluatedAction odrl:read; sotw:evaluatedParty ex:ann; sotw:evaluatedTarget ex:data;
    sotw:requestParameter [sotw:describesFeature odrl:purpose; sotw:value ex:biology].`
  t.equal(judge(rule(purpose), 'ex:biology a ex:Research.', request).permitted, true)
  t.equal(judge(rule(purpose), 'ex:biology a ex:Hobby.', request).permitted, false)
  t.equal(
    judge(rule(purpose), 'ex:biology a ex:Zoology. ex:Zoology rdfs:subClassOf ex:Research.', request).permitted,
    true,
  )
})

t.test('a payment that was made for a duty fulfils it', async t => {
  const duty = 'odrl:duty ex:d. ex:d odrl:action odrl:compensate.'
  t.equal(judge(rule(duty)).permitted, false)
  t.equal(judge(rule(duty), 'ex:w sotw:context ex:paid. ex:paid sotw:conditionID ex:d.').permitted, true)
})

t.test('a document without policy or request is refused', async t => {
  t.throws(() => readPolicies(turtle(asks)), /no ODRL policy/)
  t.throws(() => readRequests(turtle(rule('a odrl:Rule.'))), /no odrl:Request/)
  t.throws(() => readRequests(turtle('ex:q a odrl:Request; odrl:permission [odrl:target ex:x].')), /names no action/)
})

t.test('a report says in the words of the model what was judged, and by what', async t => {
  const policy = rule(`odrl:action odrl:use; odrl:assignee ex:ann; odrl:duty ex:d; odrl:constraint ex:c.
    ex:d odrl:action odrl:inform.
    ex:c odrl:leftOperand odrl:dateTime; odrl:operator odrl:lt; odrl:rightOperand "2027-01-01"^^xsd:date.`)
  const done = 'ex:was a report:DutyReport; report:rule ex:d; report:performanceState report:Performed.'
  let count = 0
  const graph = createGraph(complianceReport(judge(policy, done), () => `urn:n:${count++}`))
  const under = (subject: string, property: string) =>
    graph.of(subject, `https://w3id.org/force/compliance-report#${property}`).map(idOfTerm)
  const word = (name: string) => `https://w3id.org/force/compliance-report#${name}`
  t.ok(graph.hasType('urn:n:0', word('PolicyReport')))
  t.same(under('urn:n:0', 'policy'), ['http://example.org/p'])
  t.same(under('urn:n:0', 'policyRequest'), ['http://example.org/q'])
  const [ruleReport = ''] = under('urn:n:0', 'ruleReport')
  t.ok(graph.hasType(ruleReport, word('PermissionReport')))
  t.same(under(ruleReport, 'rule'), ['http://example.org/r'])
  t.same(under(ruleReport, 'ruleRequest'), ['http://example.org/qr'])
  t.same(under(ruleReport, 'attemptState'), [word('Attempted')])
  t.same(under(ruleReport, 'activationState'), [word('Inactive')])
  t.same(under(ruleReport, 'performanceState'), [word('Unknown')])
  t.same(under(ruleReport, 'deonticState'), [word('NonSet')])
  t.same(under(ruleReport, 'conditionReport'), ['http://example.org/was'])
  const [party, action, constraint = ''] = under(ruleReport, 'premiseReport')
  t.ok(graph.hasType(party ?? '', word('PartyReport')))
  t.ok(graph.hasType(action ?? '', word('ActionReport')))
  t.same(under(constraint, 'satisfactionState'), [word('Unsatisfied')])
  t.same(under(constraint, 'constraintLeftOperand'), ['2030-01-01T00:00:00.000Z'])
  t.same(under(constraint, 'constraintOperator'), ['http://www.w3.org/ns/odrl/2/lt'])
  t.same(under(constraint, 'constraintRightOperand'), ['2027-01-01'])
})
