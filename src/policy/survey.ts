import { actionName, isKnownAction } from './actions.ts'
import { faultOf } from './atom.ts'
import { english } from './explain/english.ts'
import { combinators } from './logic.ts'
import { builtInOperands } from './operands/index.ts'
import type { Why } from './report.ts'
import { quote } from './sentences.ts'
import type { Policy, Stage } from './types.ts'
import { isObject, listOf, nameOf } from './vocabulary.ts'

/** What will be looked at of a rule when the policy is asked at a stage. */
export interface RuleSurvey {
  /** Why it will come to nothing; empty if it will not. */
  readonly reasons: readonly string[]
  readonly constraints: readonly ConstraintSurvey[]
  readonly duties: readonly RuleSurvey[]
}

/** The same of a constraint, or of several that are combined. */
export type ConstraintSurvey =
  | { readonly combines: string; readonly parts: readonly ConstraintSurvey[] }
  | {
      readonly combines?: never
      /** What it is judged by: the operand's IRI; undefined if nobody knows it. */
      readonly operand: string | undefined
      /** Left operand, operator, right operand, as they are written. */
      readonly says: readonly string[]
      readonly reasons: readonly string[]
    }

/** What a policy will be judged by at a stage, rule by rule. */
interface Survey {
  readonly permissions: readonly RuleSurvey[]
  readonly prohibitions: readonly RuleSurvey[]
  readonly obligations: readonly RuleSurvey[]
}

/**
 * Tells beforehand what a policy will be judged by at a stage, and what of it will be passed over there, and why. Undefined stands for a
 * stage that there is not: nothing is judged there.
 *
 *     surveyPolicy({ permission: [{ action: 'use', constraint: [{ leftOperand: 'count', operator: 'lteq', rightOperand: 3 }] }] }, 'catalog')
 */
export function surveyPolicy(policy: Policy, stage: Stage | undefined): Survey {
  const survey = (term: string) => listOf(policy, term).map(rule => surveyRule(rule, stage))
  return {
    permissions: survey('permission'),
    prohibitions: survey('prohibition'),
    obligations: survey('obligation'),
  }
}

function surveyRule(rule: unknown, stage: Stage | undefined): RuleSurvey {
  if (!isObject(rule)) return { reasons: [sentence({ code: 'not-a-constraint' })], constraints: [], duties: [] }
  const actions = listOf(rule, 'action').map(action => actionName(nameOf(action) ?? ''))
  const unknown = actions.filter(action => !isKnownAction(action))
  return {
    reasons: unknown.map(about => sentence({ code: 'unknown-action', about })),
    constraints: listOf(rule, 'constraint').map(constraint => surveyConstraint(constraint, stage)),
    duties: listOf(rule, 'duty').map(duty => surveyRule(duty, stage)),
  }
}

function surveyConstraint(constraint: unknown, stage: Stage | undefined): ConstraintSurvey {
  if (!isObject(constraint)) return { operand: undefined, says: [], reasons: [sentence({ code: 'not-a-constraint' })] }
  const combines = Object.keys(combinators).find(term => listOf(constraint, term).length > 0)
  if (combines !== undefined)
    return { combines, parts: listOf(constraint, combines).map(part => surveyConstraint(part, stage)) }
  const left = nameOf(listOf(constraint, 'leftOperand')[0]) ?? ''
  const operand = builtInOperands.find(left)
  const why = faultOf(constraint, builtInOperands)
  const passedOver = operand !== undefined && (stage === undefined || !operand.stages.includes(stage))
  return {
    operand: operand?.iri,
    says: ['leftOperand', 'operator', 'rightOperand'].map(term => asWritten(listOf(constraint, term))),
    reasons: [...(why ? [sentence(why)] : []), ...(passedOver ? [`${quote(left)} is not judged at this stage`] : [])],
  }
}

const sentence = ({ code, about }: Why): string => english.whys[code](quote(about ?? ''))

const asWritten = (values: readonly unknown[]): string =>
  values.map(value => nameOf(value) ?? (typeof value === 'string' ? value : JSON.stringify(value))).join(', ')
