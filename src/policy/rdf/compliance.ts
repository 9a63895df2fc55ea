import { type Quad, RDF, type Term, termOf } from '../../jsonld/index.ts'
import type { PremiseReport, Report, RuleReport } from '../report.ts'
import { literalsOf, type Value } from '../values.ts'
import { ODRL } from '../vocabulary.ts'
import { isNamed, odrl, REPORT } from './graph.ts'

const XSD = 'http://www.w3.org/2001/XMLSchema#'
const DCT = 'http://purl.org/dc/terms/'
/** What the model has no word for: an outcome that is neither, why, and the decision itself. */
const KONTOR = 'urn:kontor:'

/** The prefixes that a report is written with. */
export const reportPrefixes = { report: REPORT, odrl: ODRL, dct: DCT, xsd: XSD, kontor: KONTOR } as const

/** Something that is stated about a node: a property with one value. */
type Say = (subject: string, property: string, value: Term) => void

/**
 * A report in the words of the ODRL compliance report model, as an RDF graph. Rules, constraints and requests are those of
 * the policy, by their ids. `newId` names the nodes of the report, such as `urn:uuid:…`.
 */
export function complianceReport(report: Report, newId: () => string): readonly Quad[] {
  const quads: Quad[] = []
  const say: Say = (subject, predicate, object) => void quads.push({ subject: termOf(subject), predicate, object })
  const id = newId()
  say(id, `${RDF}type`, state('PolicyReport'))
  say(id, `${DCT}created`, typed(report.created.toISOString(), 'dateTime'))
  link(say, id, 'policy', report.policy)
  link(say, id, 'policyRequest', report.request)
  say(id, `${KONTOR}permitted`, typed(String(report.permitted), 'boolean'))
  for (const reason of report.reasons) say(id, `${DCT}description`, { kind: 'literal', value: reason, language: 'en' })
  for (const rule of report.rules) say(id, `${REPORT}ruleReport`, termOf(sayRule(rule, report, say, newId)))
  return quads
}

const types: Readonly<Record<RuleReport['kind'], string>> = {
  permission: 'PermissionReport',
  prohibition: 'ProhibitionReport',
  obligation: 'DutyReport',
  duty: 'DutyReport',
  remedy: 'DutyReport',
  consequence: 'DutyReport',
}

function sayRule(rule: RuleReport, report: Report, say: Say, newId: () => string): string {
  const id = newId()
  const isDuty = types[rule.kind] === 'DutyReport'
  say(id, `${RDF}type`, state(types[rule.kind]))
  if (rule.id !== undefined && isNamed(rule.id)) link(say, id, 'rule', rule.id)
  else say(id, `${DCT}identifier`, { kind: 'literal', value: rule.path })
  if (!isDuty) link(say, id, 'ruleRequest', report.ruleRequest)
  say(id, `${REPORT}attemptState`, state(rule.attempt))
  say(id, `${REPORT}activationState`, state(rule.activation))
  say(id, `${REPORT}performanceState`, state(rule.performance))
  say(id, `${REPORT}deonticState`, state(rule.deontic))
  for (const premise of rule.premises) say(id, `${REPORT}premiseReport`, termOf(sayPremise(premise, say, newId)))
  for (const duty of rule.duties)
    say(id, `${REPORT}conditionReport`, termOf(duty.evidence ?? sayRule(duty, report, say, newId)))
  return id
}

const premiseTypes: Readonly<Record<PremiseReport['kind'], string>> = {
  constraint: 'ConstraintReport',
  logical: 'ConstraintReport',
  party: 'PartyReport',
  target: 'TargetReport',
  action: 'ActionReport',
}

function sayPremise(premise: PremiseReport, say: Say, newId: () => string): string {
  const id = newId()
  say(id, `${RDF}type`, state(premiseTypes[premise.kind]))
  say(id, `${REPORT}satisfactionState`, state(premise.outcome === 'satisfied' ? 'Satisfied' : 'Unsatisfied'))
  if (premise.outcome === 'undetermined' || premise.outcome === 'deferred')
    say(id, `${KONTOR}outcome`, { kind: 'literal', value: premise.outcome })
  if ('why' in premise && premise.why) say(id, `${KONTOR}why`, { kind: 'literal', value: premise.why.code })
  if (premise.kind === 'constraint') sayConstraint(premise, id, say)
  if (premise.kind === 'logical') sayLogic(premise, id, say)
  if ('parts' in premise)
    for (const part of premise.parts) say(id, `${REPORT}premiseReport`, termOf(sayPremise(part, say, newId)))
  return id
}

function sayConstraint(constraint: Extract<PremiseReport, { kind: 'constraint' }>, id: string, say: Say): void {
  link(say, id, 'constraint', constraint.id)
  for (const value of constraint.left) say(id, `${REPORT}constraintLeftOperand`, found(value))
  if (constraint.left.length === 0) say(id, `${REPORT}constraintLeftOperand`, { kind: 'literal', value: '' })
  if (constraint.operator) say(id, `${REPORT}constraintOperator`, termOf(odrl(constraint.operator)))
  for (const { text, datatype } of literalsOf(constraint.rightOperand) ?? [])
    say(id, `${REPORT}constraintRightOperand`, datatype === '@id' ? termOf(text) : typed(text, datatype))
}

function sayLogic(logical: Extract<PremiseReport, { kind: 'logical' }>, id: string, say: Say): void {
  link(say, id, 'constraint', logical.id)
  say(id, `${REPORT}constraintLogicalOperand`, termOf(odrl(logical.operand)))
}

const state = (name: string): Term => termOf(`${REPORT}${name}`)

const found = ({ text, type }: Value): Term => (type === '@id' ? termOf(text) : typed(text, type))

function typed(value: string, datatype: string | undefined): Term {
  if (datatype === undefined) return { kind: 'literal', value }
  return { kind: 'literal', value, datatype: datatype.includes(':') ? datatype : `${XSD}${datatype}` }
}

/** Ids of blank nodes say nothing outside of their document. */
function link(say: Say, subject: string, term: string, id: string | undefined): void {
  if (id !== undefined && isNamed(id)) say(subject, `${REPORT}${term}`, termOf(id))
}
