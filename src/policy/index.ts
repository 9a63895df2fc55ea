/** The ODRL engine: pure, everything it needs to know is handed in. */
export { nextBoundary } from './boundary.ts'
export { briefly } from './brief.ts'
export { type CompactCondition, type CompactReport, type CompactRule, compact } from './compact.ts'
export { isCountryCode } from './countries.ts'
export { deadlineOf } from './deadline.ts'
export { dress } from './dress.ts'
export { hasDuties, ruleAt, ruleName } from './duties.ts'
export { evaluate } from './evaluate.ts'
export { describePolicy, explain, type LanguageTag } from './explain/index.ts'
export { type Expand, policyHash } from './hash.ts'
export { credentialTypesOf, needsOf, operandName } from './needs.ts'
export { normalisePolicy } from './normalise.ts'
export { credentialType } from './operands/claims.ts'
export { complianceReport, reportPrefixes } from './rdf/compliance.ts'
export { readPolicies } from './rdf/policy.ts'
export { readRequests } from './rdf/request.ts'
export { readState } from './rdf/state.ts'
export { operandsReference } from './reference.ts'
export type { Report, RuleReport } from './report.ts'
export { simulate } from './simulate.ts'
export { spellOut } from './spell-out.ts'
export { type ConstraintSurvey, type RuleSurvey, surveyPolicy } from './survey.ts'
export { fillTemplate, type PolicyTemplate } from './templates.ts'
export { hasRules, sameTerms, termsDigest, termsOf } from './terms.ts'
export type {
  Agreement,
  Offer,
  Participant,
  Performance,
  Policy,
  PolicyRequest,
  PolicyState,
  Rule,
  Stage,
} from './types.ts'
export { type UseLimits, useLimits } from './use.ts'
export { validatePolicy } from './validate.ts'
export { type Containment, within } from './within/index.ts'
