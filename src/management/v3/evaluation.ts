import type { PolicyDefinition } from '../../catalog/index.ts'
import type { JsonObject } from '../../jsonld/index.ts'
import { type ConstraintSurvey, type RuleSurvey, type Stage, surveyPolicy, validatePolicy } from '../../policy/index.ts'
import type { Given } from '../given.ts'
import type { Handler } from './answer.ts'
import { objectNotFound } from './errors.ts'
import { texts } from './node.ts'
import type { Version } from './version.ts'

/** EDC's scopes, and the stages of a contract that they are. */
const stages: ReadonlyMap<string, Stage> = new Map([
  ['catalog', 'catalog'],
  ['contract.negotiation', 'negotiation'],
  ['transfer.process', 'transfer'],
  ['policy.monitor', 'access'],
])

/** Where constraints are combined in order, EDC knows no order. */
const combinations: ReadonlyMap<string, string> = new Map([
  ['and', 'AndConstraintStep'],
  ['andSequence', 'AndConstraintStep'],
  ['or', 'OrConstraintStep'],
  ['xone', 'XoneConstraintStep'],
])

/** What can be asked of a policy definition before anybody negotiates under it. */
export function evaluationHandlers({ catalog }: Pick<Given, 'catalog'>, { answer, few }: Version) {
  async function find(id: string): Promise<PolicyDefinition> {
    const definition = await catalog.policies.find(id)
    if (!definition) throw objectNotFound('PolicyDefinition', id)
    return definition
  }

  /** Whether everything in the policy can be judged here. */
  const validate: Handler = async ({ id }) => {
    const problems = validatePolicy((await find(id)).policy)
    const errors = problems.map(({ path, message }) => (path === '' ? message : `${path}: ${message}`))
    return answer({ '@type': 'PolicyValidationResult', isValid: errors.length === 0, errors: few(errors) })
  }

  /** What the policy will be judged by in a scope. */
  const plan: Handler = async ({ id, body }) => {
    const { policyScope } = texts(body, 'policyScope')
    const { permissions, prohibitions, obligations } = surveyPolicy((await find(id)).policy, stages.get(policyScope))
    return answer({
      '@type': 'PolicyEvaluationPlan',
      preValidators: [],
      permissionSteps: few(permissions.map(permission)),
      prohibitionSteps: few(prohibitions.map(rule => step('ProhibitionStep', rule))),
      obligationSteps: few(obligations.map(duty)),
      postValidators: [],
    })
  }

  const permission = (rule: RuleSurvey): JsonObject => ({
    ...step('PermissionStep', rule),
    dutySteps: few(rule.duties.map(duty)),
  })

  const duty = (rule: RuleSurvey): JsonObject => step('DutyStep', rule)

  const step = (type: string, { reasons, constraints }: RuleSurvey): JsonObject => ({
    '@type': type,
    isFiltered: reasons.length > 0,
    filteringReasons: few(reasons),
    ruleFunctions: [],
    constraintSteps: few(constraints.map(constraint)),
  })

  function constraint(surveyed: ConstraintSurvey): JsonObject {
    if (surveyed.combines !== undefined) {
      const type = combinations.get(surveyed.combines) ?? 'AndConstraintStep'
      return { '@type': type, constraintSteps: few(surveyed.parts.map(constraint)) }
    }
    const { operand, says, reasons } = surveyed
    return {
      '@type': 'AtomicConstraintStep',
      isFiltered: reasons.length > 0,
      filteringReasons: few(reasons),
      ...(operand !== undefined && { functionName: operand }),
      functionParams: few(says),
    }
  }

  return { validate, plan }
}
