import type { PremiseReport, Report } from './report.ts'

/**
 * Why something is not permitted, as somebody else may be told: which conditions are not met, and nothing of what we know
 * about anybody. The whole report is for the journal.
 *
 *     briefly(report) // 'not permitted because of dateTime'
 */
export function briefly({ permitted, reasons, rules, problems }: Report): string {
  if (permitted) return 'permitted'
  const against = rules.flatMap(({ kind, premises }) =>
    problems.length > 0 ? [] : premises.flatMap(each => standing(each, kind)),
  )
  const conditions = [...new Set(against.map(name => name.replace(/^.*[/#:]/, '')))]
  return conditions.length > 0 ? `not permitted because of ${conditions.join(', ')}` : (reasons[0] ?? 'not permitted')
}

/** The left operands of conditions that stand in the way: in a permission what does not hold, in a prohibition what does. */
function standing(premise: PremiseReport, kind: Report['rules'][number]['kind']): readonly string[] {
  if (premise.kind === 'logical') return premise.parts.flatMap(part => standing(part, kind))
  if (premise.kind !== 'constraint') return premise.parts.flatMap(part => standing(part, kind))
  const { outcome, leftOperand } = premise
  const holds = outcome === 'satisfied' || outcome === 'deferred'
  const inTheWay = kind === 'prohibition' ? outcome === 'satisfied' || outcome === 'undetermined' : !holds
  return inTheWay && (kind === 'permission' || kind === 'prohibition') ? [leftOperand] : []
}
