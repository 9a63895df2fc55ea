import { planAtom } from './atom.ts'
import { both, combinators } from './logic.ts'
import type { Operands } from './operands/index.ts'
import type { ConditionReport, LogicalReport, Outcome } from './report.ts'
import type { Facts } from './types.ts'
import { idOf, isObject, listOf } from './vocabulary.ts'

/** A constraint made ready: what it says is understood once, and then asked of many facts. */
export type Check = (facts: Facts) => ConditionReport

const logics = Object.keys(combinators) as readonly LogicalReport['operand'][]

/** Constraints or refinements made ready, in their order; all of them have to hold. */
export const planConstraints = (constraints: readonly unknown[], operands: Operands): readonly Check[] =>
  constraints.map(constraint => planConstraint(constraint, operands))

/** What several conditions come to together: `and` of their outcomes. */
export function outcomeOf(conditions: readonly { readonly outcome: Outcome }[]): Outcome {
  let whole: Outcome = 'satisfied'
  for (const { outcome } of conditions) whole = both(whole, outcome)
  return whole
}

function planConstraint(constraint: unknown, operands: Operands): Check {
  if (!isObject(constraint)) return noConstraint()
  const [logic, ...more] = logics.filter(each => listOf(constraint, each).length > 0)
  if (logic === undefined) return planAtom(constraint, operands) ?? noConstraint(idOf(constraint))
  if (more.length > 0 || listOf(constraint, 'leftOperand').length > 0) return noConstraint(idOf(constraint))
  return planLogic(logic, constraint, operands)
}

function planLogic(operand: LogicalReport['operand'], constraint: object, operands: Operands): Check {
  const checks = planConstraints(listOf(constraint, operand), operands)
  const id = idOf(constraint)
  const combine = combinators[operand]
  return facts => {
    const parts = checks.map(check => check(facts))
    const outcome = combine(parts.map(part => part.outcome))
    return { kind: 'logical', id, operand, parts, outcome }
  }
}

/** What says several things at once, or nothing: it cannot be judged, and so opens no door. */
function noConstraint(id?: string): Check {
  const report: ConditionReport = {
    kind: 'constraint',
    id,
    leftOperand: '',
    left: [],
    operator: '',
    right: [],
    rightOperand: [],
    outcome: 'undetermined',
    why: { code: 'not-a-constraint' },
  }
  return () => report
}
