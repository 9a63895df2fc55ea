import { actionName, isKindOf } from './actions.ts'
import { outcomeOf } from './constraint.ts'
import { deonticState } from './deontic.ts'
import type { ConditionReport, RuleReport } from './report.ts'
import type { RulePlan } from './rule.ts'
import type { Facts, Performance } from './types.ts'

/**
 * A duty, an obligation, a remedy or a consequence: is it in effect, and is it done? `due` is whether what it hangs on has
 * come about: a remedy is due once the prohibition was broken, a consequence once the duty was not done.
 *
 * A deadline (a time that must not be passed) belongs to doing it, not to its being in effect: once it has passed, what
 * was not done can no longer be done in time, and the duty is violated. What was done is judged by the time it was done.
 */
export function judgeDuty(plan: RulePlan, facts: Facts, due = true): RuleReport {
  const performance = findPerformance(plan, facts)
  const when = performance?.at ? { ...facts, now: performance.at } : facts
  const premises = plan.constraints.map(check => check(when))
  const late = premises.some(isMissedDeadline) || isSaidMissed(plan, facts)
  const outcome = outcomeOf(premises.filter(premise => !isMissedDeadline(premise)))
  const activation = due && (outcome === 'satisfied' || outcome === 'deferred') ? 'Active' : 'Inactive'
  const done = stateOf(performance, late)
  const duties = plan.duties.map(each => judgeDuty(each, facts, activation === 'Active' && done === 'Unperformed'))
  const deontic = deonticState(plan.kind, activation, done)
  return {
    kind: plan.kind,
    id: plan.id,
    path: plan.path,
    action: plan.actions[0] ?? '',
    attempt: performance ? 'Attempted' : 'NotAttempted',
    activation,
    performance: done,
    deontic: deontic === 'Violated' && wasMadeUpFor(performance, duties) ? 'Fulfilled' : deontic,
    outcome,
    premises,
    duties,
    evidence: performance?.report,
  }
}

function stateOf(performance: Performance | undefined, late: boolean): RuleReport['performance'] {
  if (late) return 'Unperformed'
  return performance?.state ?? 'Unknown'
}

/** Whether a record says that it was not done when it should have been; one that it was done after all makes up for it only with its consequences. */
const isSaidMissed = (plan: RulePlan, facts: Facts): boolean =>
  (facts.performances ?? []).some(each => each.state === 'Unperformed' && isAbout(each, plan, facts))

/** A duty that was missed is fulfilled after all by doing it and everything that follows from missing it (ODRL 2.2, 2.6.3). */
const wasMadeUpFor = (performance: Performance | undefined, consequences: readonly RuleReport[]): boolean =>
  performance?.state === 'Performed' &&
  consequences.length > 0 &&
  consequences.every(({ deontic }) => deontic === 'Fulfilled')

const isMissedDeadline = (premise: ConditionReport): boolean =>
  premise.kind === 'constraint' &&
  premise.outcome === 'unsatisfied' &&
  (premise.operator === 'lt' || premise.operator === 'lteq') &&
  premise.left.some(({ type }) => type === 'dateTime')

/** What is known about the doing of a rule's action; of several records the first that says it was done. */
export function findPerformance(plan: RulePlan, facts: Facts): Performance | undefined {
  const found = (facts.performances ?? []).filter(each => isAbout(each, plan, facts))
  return found.find(({ state }) => state === 'Performed') ?? found[0]
}

function isAbout(performance: Performance, plan: RulePlan, facts: Facts): boolean {
  if (performance.rule !== undefined) return performance.rule === (plan.id ?? plan.path)
  const { action, target, assignee } = performance
  if (action === undefined || !plan.actions.some(name => isKindOf(actionName(action), name, facts.actions)))
    return false
  if (!agrees(target, plan.targets) || !agrees(assignee, plan.assignees)) return false
  const { context: _, ...rest } = facts
  const told: Facts = {
    ...rest,
    ...(performance.values && { context: performance.values }),
    now: performance.at ?? facts.now,
  }
  return plan.refinements.every(check => check(told).outcome === 'satisfied')
}

const agrees = (told: string | undefined, wanted: readonly string[]): boolean =>
  wanted.length === 0 || (told !== undefined && wanted.includes(told))
